"""Reading and writing deliveries: always as they were read, or not at all."""

from collections.abc import Sequence

from signoff.storage.single import put_one
from signoff.storage.store import DELIVERIES_BY_STATUS, state
from signoff.storage.table import Key
from signoff.storage.transaction import Transaction, unchanged
from signoff.webhooks.delivery import Delivery, DeliveryStatus, status_partition
from signoff.webhooks.health import Health, health_key, health_of
from signoff.webhooks.subscription import Subscription, subscription_key

# Of more than these were sent at once, some have not arrived yet.
_NEWEST = 20


def read_row(key: Key) -> Delivery | None:
    """The delivery under ``key``; one consistent read."""
    item = state().get(key)
    return Delivery.from_item(item) if item else None


def read_rows(keys: Sequence[Key]) -> list[Delivery]:
    """Those under ``keys`` (at most 100) that are there, in that order; one call."""
    found = state().get_many(keys)
    return [Delivery.from_item(found[key]) for key in keys if key in found]


def write_row(row: Delivery) -> None:
    """Write what ``webhooks.progress`` made of a row.

    Raises ConditionFailed where somebody else has written it since, and Contended.
    """
    put_one(state(), row.to_item(), unchanged(row.version - 1))


def add_row(change: Transaction, row: Delivery) -> None:
    """The same as part of ``change``."""
    change.put(state(), row.to_item(), unchanged(row.version - 1))


def oldest_keys(
    tenant: str, subscription_id: str, status: DeliveryStatus, limit: int
) -> tuple[list[Key], bool]:
    """Keys of a subscription's deliveries with that status, and whether there are more.

    From an index, so a moment behind: who changes them reads them first.
    """
    partition = status_partition(tenant, subscription_id, status)
    page = state().query(partition, index=DELIVERIES_BY_STATUS, limit=limit)
    return [(item["PK"], item["SK"]) for item in page.items], page.next_key is not None


def has_arrived_since(tenant: str, subscription_id: str, moment: str) -> bool:
    """Whether one of the newest events that have arrived was sent behind ``moment``.

    From an index, so a moment behind.
    """
    partition = status_partition(tenant, subscription_id, "DELIVERED")
    page = state().query(partition, index=DELIVERIES_BY_STATUS, newest_first=True, limit=_NEWEST)
    rows = read_rows([(item["PK"], item["SK"]) for item in page.items]) if page.items else []
    return any(row.status == "DELIVERED" and (row.ended_at or "") > moment for row in rows)


def read_standing(tenant: str, subscription_id: str) -> tuple[Subscription | None, Health | None]:
    """A subscription and its health as they are now; None where nothing is kept. One call."""
    home, health = subscription_key(tenant, subscription_id), health_key(tenant, subscription_id)
    found = state().get_many([home, health])
    subscription = Subscription.from_item(found[home]) if home in found else None
    known = Health.from_item(found[health]) if health in found else None
    if subscription is not None and known is None:
        known = health_of(subscription, None)
    return subscription, known
