"""The one delivery by which a failing subscription is tried.

It goes along its own schedule. When it is given up, or is gone, another one takes its place: the
oldest that is parked, or where none is, the next one that comes.
"""

from signoff.clock import timestamp
from signoff.storage.transaction import ConditionFailed, Contended, Transaction
from signoff.webhooks.delivery import Delivery, delivery_key
from signoff.webhooks.health import Health
from signoff.webhooks.messages import hint_of, send_hints
from signoff.webhooks.progress import released
from signoff.webhooks.rows import add_row, oldest_keys, read_row, read_rows
from signoff.webhooks.wellbeing import set_probe

# What the index shows as parked may not be any more; the oldest of these that is will do.
_CANDIDATES = 10


def choose_probe(health: Health) -> bool:
    """See to it that a delivery probes a failing subscription; answers whether a new one does.

    Where the health has changed since it was read nothing happens.
    """
    former = health.probe
    if former and _is_on_its_way(health, former):
        return False
    keys, _ = oldest_keys(health.tenant, health.subscription_id, "PARKED", _CANDIDATES)
    for row in read_rows(keys) if keys else []:
        if row.status == "PARKED":
            fresh = released(row, timestamp())
            if _commit(health, fresh.delivery_id, fresh):
                send_hints([hint_of(fresh)])  # it is due: the sweep finds it where this is lost
            return True
    if former:
        _commit(health, None, None)
    return False


def take_over(health: Health, row: Delivery) -> Delivery | None:
    """Let a row that has just come probe, where nobody does; None where somebody else was faster.

    Answers the row as it is then.
    """
    fresh = released(row, timestamp()) if row.status == "PARKED" else row
    return fresh if _commit(health, row.delivery_id, fresh if fresh is not row else None) else None


def hurry_probe(change: Transaction, health: Health) -> list[Delivery]:
    """Add to ``change``, which makes the subscription well by other means than its probe: the probe
    need not wait for its next attempt, which may be a day off. Answers it, for a hint."""
    if health.probe is None:
        return []
    row = read_row(delivery_key(health.tenant, health.subscription_id, health.probe))
    if row is None or row.status != "PENDING":
        return []
    due = released(row, timestamp())
    add_row(change, due)
    return [due]


def _is_on_its_way(health: Health, probe: str) -> bool:
    row = read_row(delivery_key(health.tenant, health.subscription_id, probe))
    return row is not None and row.status == "PENDING"


def _commit(health: Health, probe: str | None, row: Delivery | None) -> bool:
    change = Transaction()
    set_probe(change, health, probe)
    if row is not None:
        add_row(change, row)
    try:
        change.commit()
    except (ConditionFailed, Contended):
        return False
    return True
