"""Following a run from afar: every event once and in order, whatever the line does in between.

Each answer brings a cursor that leads on from the last event in it, and the next question goes on
from there, also after an answer that was lost. So repeating is always safe; how often and how soon
is bounded.
"""

import math
import random
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from signoff.cli.api import ATTEMPTS, WORKFLOWS, Answer, Api, TryAgain
from signoff.cli.failures import BadInput

# Seconds that the API is asked to wait for something to happen: the most that it does.
WAIT = 20
PAGE = 200
# Tries in a row without an answer, once there was one: some three minutes.
TRIES = 10
LONGEST_PAUSE = 30.0
# Between questions that were answered at once with nothing, though they asked to wait.
SHORT_PAUSE = 1.0


class Part(NamedTuple):
    """Events that follow those before, and where the run stands.

    ``more`` says that there are others already.
    """

    events: list[dict[str, Any]]
    instance: dict[str, Any]
    more: bool


def follow(api: Api, instance: str, until: float, tell: Callable[[str], None]) -> Iterator[Part]:
    """The run's events from its first on, until it has ended or the clock says ``until``.

    ``until`` is of the monotonic clock. ``tell`` is told when the line is lost and when it is
    back. Raises the last try's failure when it stays lost.
    """
    cursor, failed = None, 0
    while (left := until - time.monotonic()) > 0:
        asked = time.monotonic()
        wait = math.ceil(min(WAIT, left))
        try:
            answer = _ask(api, instance, cursor, wait)
        except TryAgain as error:
            failed += 1
            if failed >= (TRIES if cursor else ATTEMPTS) or not (cursor or error.soon):
                raise error.failure from error
            if cursor and failed == 1:
                tell(f"{error.failure.message.rstrip('.')}. Trying again.")
            # Spread, for whoever watches is not alone when a stack comes back.
            spread = random.uniform(0.8, 1.2)  # noqa: S311 - spreads clients, guards nothing
            pause = error.pause(failed, LONGEST_PAUSE) * spread
            time.sleep(max(0.0, min(pause, until - time.monotonic())))
            continue
        if cursor and failed:
            tell("Connected again.")
        failed = 0
        part = _part(answer)
        yield part
        if part.instance["ended"]:
            return
        cursor = answer.next_cursor
        if not part.events and time.monotonic() - asked < min(SHORT_PAUSE, wait):
            time.sleep(min(SHORT_PAUSE, max(0.0, until - time.monotonic())))


def _ask(api: Api, instance: str, cursor: str | None, wait: int) -> Answer:
    return api.get_once(
        "instances",
        instance,
        "events",
        root=WORKFLOWS,
        headers={"Prefer": f"wait={wait}"},
        cursor=cursor,
        limit=PAGE,
    )


def _part(answer: Answer) -> Part:
    try:
        more = bool(answer.meta["pagination"]["hasMore"])
        return Part(list(answer.data), dict(answer.meta["instance"]), more)
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(
            "This API does not tell what happens to a run.", "Is the stack older than signoff?"
        ) from error
