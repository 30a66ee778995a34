"""Each minute: messages for deliveries that are due and have none, or whose time has come near.

The index of what is due holds every delivery that waits. Those with a message stand in it a grace
behind their time, those that are due later than a message can wait a minute ahead of it.
"""

import heapq
import logging
import math
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from signoff.clock import after, later, seconds_since, timestamp
from signoff.storage.single import set_one
from signoff.storage.store import NUDGE_SHARDS, NUDGES, state
from signoff.storage.table import Key
from signoff.storage.together import at_once
from signoff.storage.transaction import ConditionFailed, Contended, unchanged
from signoff.webhooks.care import care_for
from signoff.webhooks.delivery import DUE_GRACE_SECONDS, Delivery, due_partition
from signoff.webhooks.health import Health, is_health_key
from signoff.webhooks.messages import hint_of, send_hints
from signoff.webhooks.rows import read_rows

_log = logging.getLogger(__name__)

_PAGE = 100
# One sweep does no more than this, the oldest first; the next one goes on.
MOST = 5_000
# A message that is still in its queue is not sent again at once: each time twice as late.
_SOONEST_SECONDS = 120
_LATEST_SECONDS = 6 * 3600


def sweep_deliveries(deadline: float) -> dict[str, int]:
    """Send messages for what is due until none is left or ``deadline`` (monotonic clock) is near.

    Answers how much was done of which kind. What fails is logged, counted as "failed" and found
    again by the next sweep.
    """
    done: Counter[str] = Counter()
    found = islice(_due(), MOST)
    while keys := list(islice(found, _PAGE)):
        if time.monotonic() > deadline:
            done["left"] += len(keys)
            break
        homes = [key for key in keys if is_health_key(key)]
        try:
            done += _send_messages([key for key in keys if not is_health_key(key)])
        except Exception:  # noqa: BLE001 - one poison item must not keep the others waiting
            _log.exception("messages could not be sent")
            done["failed"] += 1
        for key in homes:
            done[_care(key)] += 1
    return dict(done)


def _due() -> Iterator[Key]:
    """Keys of what is due, of all shards together, oldest first."""
    shards = (
        state().query_all(due_partition(shard), before=timestamp(), index=NUDGES, limit=_PAGE)
        for shard in range(NUDGE_SHARDS)
    )
    for item in heapq.merge(*shards, key=lambda each: str(each["nudgeAt"])):
        yield item["PK"], item["SK"]


def _send_messages(keys: list[Key]) -> Counter[str]:
    """Answers how many were sent; those that the queues did not take have failed."""
    rows = [row for row in read_rows(keys) if _is_due(row)] if keys else []
    left = send_hints(hint_of(row, delay=_seconds_until(row)) for row in rows)
    lost = {each.delivery_id for each in left}
    sent = [row for row in rows if row.delivery_id not in lost]
    at_once(_look_later, sent)
    return Counter(sent=len(sent), failed=len(lost))


def _is_due(row: Delivery) -> bool:
    """Whether the row still waits; the index is a moment behind."""
    return row.status == "PENDING" and (row.look_at or "") <= timestamp()


def _seconds_until(row: Delivery) -> int:
    return max(0, math.ceil(-seconds_since(str(row.due_at))))


def _look_later(row: Delivery) -> None:
    """Put off the next look at a row that has a message. Where this fails it gets one more."""
    with suppress(ConditionFailed, Contended):  # it has moved on
        set_one(state(), row.key, {"nudgeAt": _next_look(row)}, unchanged(row.version))


def _next_look(row: Delivery) -> str:
    overdue = seconds_since(str(row.due_at))
    if overdue < 0:  # its message comes in time
        return later(str(row.due_at), DUE_GRACE_SECONDS)
    return after(min(max(2 * overdue, _SOONEST_SECONDS), _LATEST_SECONDS))


def _care(key: Key) -> str:
    try:
        item = state().get(key)
        if item is None:
            return "nothing"
        health = Health.from_item(item)
        return care_for(health.tenant, health.subscription_id)
    except Exception:  # noqa: BLE001 - one poison item must not keep the others waiting
        _log.exception("a subscription could not be cared for", extra={"key": key})
        return "failed"
