"""Many events to many webhooks of which some are dead: what arrived, how often and how soon.

The experiment of the reliability test and of the benchmark. First everything is committed while
the dead are dead, and those who are well get all of it. Then the dead come back, are disabled and
enabled as an administrator would, and get all of it too.

It is committed in waves, the next one as soon as half of a wave is left to deliver, so that there
is always work but no backlog without end. The local stack's queues are lists, which each receive
goes through whole: with 20,000 messages it would be the lists that are measured.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.commits import Committed, commit
from tests.support.subscribers import Manner, Subscriber, subscribers
from tests.support.waiting import until

Admin = Callable[[str, str, Any], Any]
"""Calls the admin API (method, path behind /webhooks, body) and answers the data."""

DEAD: tuple[Manner, ...] = ("error", "hang", "refuse")

WAVE = 200
"""Events that are committed at once."""


@dataclass(frozen=True)
class Place:
    """A stack with a tenant: how to administer its webhooks, and where its history is."""

    admin: Admin
    dynamodb: Any
    history: str
    tenant: str


@dataclass(frozen=True)
class Came:
    """What became of the events. Pairs are of an event and a webhook.

    ``lost`` and ``strange`` (an id that nothing was committed under) must be none; ``doubled``
    came more than once under the same id. ``waits`` are seconds from commit to delivery at those
    who were well, ``seconds`` until they had everything, ``tries`` those at the dead until then.
    """

    pairs: int
    lost: int
    doubled: int
    strange: int
    forged: int
    waits: list[float]
    seconds: float
    tries: int


def experiment(
    place: Place,
    events: int,
    well: int,
    dead: Sequence[Manner] = DEAD,
    patience: float = 120.0,
    say: Callable[[str], None] = lambda _: None,
) -> Came:
    """Commit ``events`` with ``well`` webhooks and some ``dead``.

    Fails when nothing has come for ``patience`` seconds.
    """
    manners: list[Manner] = ["well"] * well + list(dead)
    with subscribers(*manners) as everybody:
        try:
            for each in everybody:
                subscribe(place, each)
            healthy, ill = everybody[:well], everybody[well:]
            began = time.time()
            committed: list[Committed] = []
            while len(committed) < events:
                _arrive(healthy, len(committed) - WAVE // 2, patience, say)
                wave = min(WAVE, events - len(committed))
                committed += commit(place.dynamodb, place.history, place.tenant, wave)
                say(f"{len(committed):,} committed after {time.time() - began:.1f} s")
            _arrive(healthy, events, patience, say)
            seconds = time.time() - began
            tries = sum(each.tries for each in ill)
            if ill:
                say(f"{well} webhooks have everything; {tries} tries at the dead, who come back")
                everybody.revive()
                for each in ill:
                    come_back(place, each)
                _arrive(ill, events, patience, say)
            return _result(everybody, healthy, committed, seconds, tries)
        finally:
            for each in everybody:
                if each.webhook_id:
                    place.admin("DELETE", f"/{each.webhook_id}", None)


def subscribe(place: Place, one: Subscriber) -> None:
    """Make a webhook for comments."""
    made = place.admin("POST", "", {"url": one.url, "eventTypes": ["workflow.commented"]})
    one.webhook_id, one.secret = made["id"], made["secret"]


def come_back(place: Place, one: Subscriber) -> None:
    """What an administrator does once a receiver is mended: enable, and not wait for retries."""
    place.admin("POST", f"/{one.webhook_id}/disable", {})
    place.admin("POST", f"/{one.webhook_id}/enable", {})
    for status in ("PENDING", "FAILED"):
        path = f"/{one.webhook_id}/deliveries?status={status}&limit=200"
        for row in place.admin("GET", path, None):
            place.admin("POST", f"/{one.webhook_id}/deliveries/{row['id']}/replay", {})


def _arrive(
    several: Sequence[Subscriber], events: int, patience: float, say: Callable[[str], None]
) -> None:
    """Wait until each, on average, has as many events; with all that comes, patience is new."""
    last, since = -1, time.monotonic()

    def have() -> bool:
        nonlocal last, since
        count = sum(len(each.got) for each in several)
        if count != last:
            last, since = count, time.monotonic()
        say(f"{count:,} delivered")
        assert time.monotonic() - since < patience, f"nothing more after {count:,} deliveries"
        return count >= events * len(several)

    until(have, patience * 60)


def _result(
    everybody: Sequence[Subscriber],
    healthy: Sequence[Subscriber],
    committed: Sequence[Committed],
    seconds: float,
    tries: int,
) -> Came:
    times = {each.event_id: each.at for each in committed}
    return Came(
        pairs=len(times) * len(everybody),
        lost=sum(len(times.keys() - each.got.keys()) for each in everybody),
        doubled=sum(1 for each in everybody for count in each.got.values() if count > 1),
        strange=sum(len(each.got.keys() - times.keys()) for each in everybody),
        forged=sum(each.forged for each in everybody),
        waits=[each.first[id_] - times[id_] for each in healthy for id_ in times],
        seconds=seconds,
        tries=tries,
    )
