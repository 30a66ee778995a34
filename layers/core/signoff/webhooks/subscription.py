"""A subscription: the address that events of a tenant are sent to, and which of them.

===================================  ====================  ========================================
partition                            sort key              item
===================================  ====================  ========================================
``T#<tenant>#WEBHOOKS``              ``<id>``              the subscription, in order of creation
``T#<tenant>#WEBHOOK#<id>``          ``HEALTH``            how it has answered (``webhooks.health``)
``T#<tenant>#WEBHOOK#<id>``          ``D#<delivery id>``   a delivery (``webhooks.delivery``)
===================================  ====================  ========================================
"""

from dataclasses import dataclass
from typing import Any, Literal

from signoff.storage.table import Key
from signoff.storage.values import Item, from_json, to_json

Status = Literal["ACTIVE", "DISABLED"]
# By an administrator; it answered 410 Gone; it has failed for too long.
Reason = Literal["requested", "gone", "failing"]

# All of a tenant's are read for each of its events.
MAX_SUBSCRIPTIONS = 200


@dataclass(frozen=True)
class Subscription:
    """What is sent where.

    ``event_types`` are types or patterns with ``*``; ``filters`` are conditions on the event's
    data; ``format`` names one of ``contracts.events.formats``. ``secret`` and ``previous_secret``
    are sealed (``storage.sealed``); the previous one signs too until ``previous_until``.
    ``disabled_reason`` is set while ``status`` is DISABLED. ``version`` counts the changes.
    """

    tenant: str
    subscription_id: str
    url: str
    event_types: tuple[str, ...]
    created_at: str
    updated_at: str
    secret: str
    format: str = "papyrus"
    filters: dict[str, Any] | None = None
    description: str | None = None
    created_by: str | None = None
    status: Status = "ACTIVE"
    disabled_reason: Reason | None = None
    disabled_at: str | None = None
    previous_secret: str | None = None
    previous_until: str | None = None
    version: int = 1

    @property
    def key(self) -> Key:
        """Where the subscription is."""
        return subscription_key(self.tenant, self.subscription_id)

    def to_item(self) -> Item:
        """The item of the state table."""
        pk, sk = self.key
        return {
            "PK": pk,
            "SK": sk,
            "version": self.version,
            "tenant": self.tenant,
            "subscriptionId": self.subscription_id,
            "url": self.url,
            "eventTypes": list(self.event_types),
            "filters": to_json(self.filters) if self.filters is not None else None,
            "format": self.format,
            "description": self.description,
            "createdAt": self.created_at,
            "createdBy": self.created_by,
            "updatedAt": self.updated_at,
            "status": self.status,
            "disabledReason": self.disabled_reason,
            "disabledAt": self.disabled_at,
            "secret": self.secret,
            "previousSecret": self.previous_secret,
            "previousUntil": self.previous_until,
        }

    @staticmethod
    def from_item(item: Item) -> "Subscription":
        """What ``to_item`` wrote."""
        return Subscription(
            tenant=item["tenant"],
            subscription_id=item["subscriptionId"],
            url=item["url"],
            event_types=tuple(item["eventTypes"]),
            filters=from_json(item["filters"]) if "filters" in item else None,
            format=item["format"],
            description=item.get("description"),
            created_at=item["createdAt"],
            created_by=item.get("createdBy"),
            updated_at=item["updatedAt"],
            status=item["status"],
            disabled_reason=item.get("disabledReason"),
            disabled_at=item.get("disabledAt"),
            secret=item["secret"],
            previous_secret=item.get("previousSecret"),
            previous_until=item.get("previousUntil"),
            version=item["version"],
        )


def subscriptions_partition(tenant: str) -> str:
    """The partition of a tenant's subscriptions, in the order of their creation."""
    return f"T#{tenant}#WEBHOOKS"


def subscription_key(tenant: str, subscription_id: str) -> Key:
    """Where a subscription is."""
    return subscriptions_partition(tenant), subscription_id


def subscription_partition(tenant: str, subscription_id: str) -> str:
    """The partition of what becomes of a subscription: its health and its deliveries."""
    return f"T#{tenant}#WEBHOOK#{subscription_id}"
