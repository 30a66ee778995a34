"""Reading subscriptions."""

import re

from signoff.errors import NotFound
from signoff.storage.store import state
from signoff.webhooks.subscription import Subscription, subscription_key, subscriptions_partition

_ID = re.compile(r"[0-9a-f-]{36}")


def subscriptions_of(tenant: str) -> list[Subscription]:
    """All of a tenant's, oldest first, disabled ones too; one consistent query.

    There are 200 at most (``subscription.MAX_SUBSCRIPTIONS``), so one page unless they are full of
    long filters.
    """
    return [
        Subscription.from_item(item) for item in state().query_all(subscriptions_partition(tenant))
    ]


def find_subscription(tenant: str, subscription_id: str) -> Subscription:
    """The tenant's subscription of that id; one consistent read. Raises NotFound."""
    wanted = subscription_key(tenant, subscription_id)
    item = state().get(wanted) if _ID.fullmatch(subscription_id) else None
    if item is None:
        raise NotFound("Webhook not found")
    return Subscription.from_item(item)
