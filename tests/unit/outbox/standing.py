"""How a subscription stands when a case begins."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from signoff.clock import after, timestamp
from signoff.storage.store import state
from signoff.storage.transaction import Transaction
from signoff.webhooks.health import care_marks, health_key, owner_marks
from signoff.webhooks.messages import hint_of, send_hints
from signoff.webhooks.progress import parked
from signoff.webhooks.rows import write_row
from signoff.webhooks.subscription import Subscription
from tests.unit.outbox.outside import HOUR, Outside


def put_health(hook: Subscription, **values: object) -> None:
    """Make its health what a case begins with."""
    marks = owner_marks(hook.tenant, hook.subscription_id)
    change = Transaction()
    change.update(state(), health_key(hook.tenant, hook.subscription_id), set_={**marks, **values})
    change.commit()


def make_failing(out: Outside, hook: Subscription, since: float = 0.0, **row_changes: Any) -> None:
    """Let the oldest of its deliveries probe and the others be parked, as after many failures."""
    probe, *others = out.rows(hook)
    write_row(replace(probe, version=probe.version + 1, due_at=timestamp(), **row_changes))
    for row in others:
        write_row(parked(row))
    put_health(
        hook,
        streak=7,
        failingSince=after(since),
        probe=probe.delivery_id,
        **care_marks(hook.subscription_id, after(HOUR)),
    )
    for lane in out.lanes.values():
        lane.clear()
    send_hints([hint_of(probe)])
