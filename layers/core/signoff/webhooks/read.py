"""Reading subscriptions, and how they are."""

import re
from dataclasses import dataclass
from typing import Literal

from signoff.errors import NotFound
from signoff.pagination import Slice
from signoff.storage.listing import listed
from signoff.storage.store import state
from signoff.webhooks.health import Health, health_key, health_of
from signoff.webhooks.subscription import Subscription, subscription_key, subscriptions_partition

# FAILING: it is on, and what it is sent waits until it answers again.
Condition = Literal["ACTIVE", "FAILING", "DISABLED"]

_ID = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True)
class Watched:
    """A subscription and how it has answered of late."""

    subscription: Subscription
    health: Health

    @property
    def condition(self) -> Condition:
        """In one word."""
        if self.subscription.status == "DISABLED":
            return "DISABLED"
        return "FAILING" if self.health.is_failing else "ACTIVE"


def subscriptions_of(tenant: str) -> list[Subscription]:
    """All of a tenant's, oldest first, disabled ones too; one consistent query.

    There are 200 at most (``subscription.MAX_SUBSCRIPTIONS``), so one page unless they are full of
    long filters.
    """
    return [
        Subscription.from_item(item) for item in state().query_all(subscriptions_partition(tenant))
    ]


def list_webhooks(tenant: str, *, limit: int, cursor: str | None = None) -> Slice[Watched]:
    """The tenant's subscriptions, newest first: one query, and one read per hundred.

    Raises Malformed for a cursor that this list has not given out.
    """
    partition = subscriptions_partition(tenant)
    page = listed(partition, limit=limit, cursor=cursor, newest_first=True)
    found = [Subscription.from_item(item) for item in page.items]
    keys = [health_key(tenant, each.subscription_id) for each in found]
    items = state().get_many(keys)
    watched = [
        Watched(each, health_of(each, items.get(key)))
        for each, key in zip(found, keys, strict=True)
    ]
    return Slice(watched, page.cursor)


def find_webhook(tenant: str, subscription_id: str) -> Watched:
    """The tenant's subscription of that id and how it is; one consistent read. Raises NotFound."""
    _check_id(subscription_id)
    wanted = subscription_key(tenant, subscription_id)
    beside = health_key(tenant, subscription_id)
    found = state().get_many([wanted, beside])
    if wanted not in found:
        raise NotFound("Webhook not found")
    subscription = Subscription.from_item(found[wanted])
    return Watched(subscription, health_of(subscription, found.get(beside)))


def find_subscription(tenant: str, subscription_id: str) -> Subscription:
    """The tenant's subscription of that id; one consistent read. Raises NotFound."""
    _check_id(subscription_id)
    item = state().get(subscription_key(tenant, subscription_id))
    if item is None:
        raise NotFound("Webhook not found")
    return Subscription.from_item(item)


def _check_id(subscription_id: str) -> None:
    if not _ID.fullmatch(subscription_id):
        raise NotFound("Webhook not found")
