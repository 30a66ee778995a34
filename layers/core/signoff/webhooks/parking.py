"""Deliveries that wait until their subscription is well again, or enabled.

Whoever parks a row looks at the subscription once more behind it. Whoever makes the subscription
well looks for parked rows behind that. So one of the two finds the row that both touch at once.
"""

from collections.abc import Sequence

from signoff.errors import Unavailable
from signoff.storage.store import state
from signoff.storage.transaction import ConditionFailed
from signoff.webhooks.delivery import Attempt, Delivery
from signoff.webhooks.health import Health, health_key, health_of
from signoff.webhooks.messages import hint_of, send_hints
from signoff.webhooks.progress import parked
from signoff.webhooks.rows import write_row
from signoff.webhooks.subscription import Subscription, subscription_key


def is_held(
    subscription: Subscription, health: Health, delivery_id: str, *, is_test: bool = False
) -> bool:
    """Whether a delivery has to wait: all where the subscription is disabled, all but the probe and
    a test where it is failing. Where nobody probes, any delivery may (``webhooks.probe``)."""
    if subscription.status == "DISABLED":
        return True
    return not is_test and health.is_failing and health.probe not in (None, delivery_id)


def park(row: Delivery, attempt: Attempt | None = None) -> None:
    """Park a row, and send it on after all where that has become wrong meanwhile.

    A row that somebody else has written since is theirs. Raises Unavailable, to be repeated.
    """
    if row.status != "PARKED" or attempt is not None:
        row = parked(row, attempt)
        try:
            write_row(row)
        except ConditionFailed:
            return
        send_on([row])


def send_on(rows: Sequence[Delivery]) -> None:
    """Send hints to those of ``rows``, all parked, whose subscriptions do not hold them any more.

    Nobody else would find them, so what the queue does not take raises Unavailable.
    """
    homes = {(row.tenant, row.subscription_id) for row in rows}
    keys = [key(*home) for home in sorted(homes) for key in (subscription_key, health_key)]
    found = state().get_many(keys)
    freed = []
    for row in rows:
        home = found.get(subscription_key(row.tenant, row.subscription_id))
        if home is None:
            continue
        subscription = Subscription.from_item(home)
        item = found.get(health_key(row.tenant, row.subscription_id))
        if not is_held(subscription, health_of(subscription, item), row.delivery_id):
            freed.append(hint_of(row))
    if send_hints(freed):
        raise Unavailable("The queue of deliveries does not take messages")
