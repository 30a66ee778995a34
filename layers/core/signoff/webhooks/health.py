"""How a subscription has answered of late. Written only when that changes, so not per delivery.

While it is failing, or its parked deliveries are being released, it stands in the index of what is
due, so that the sweep looks after it (``webhooks.care``).
"""

from dataclasses import dataclass
from typing import Any

from signoff.storage.table import Key
from signoff.storage.values import Item
from signoff.webhooks.delivery import due_partition, shard_of
from signoff.webhooks.subscription import Subscription, subscription_partition

# Failures in a row, of whatever deliveries, that make a subscription failing.
FAILING_AFTER = 5
# A subscription that has been failing for so long is disabled.
DISABLED_AFTER_SECONDS = 5 * 24 * 3600

HEALTH_SORT_KEY = "HEALTH"


@dataclass(frozen=True)
class Health:
    """``streak`` are failures in a row, the first of them sent at ``streak_since``.

    From ``failing_since`` on, deliveries are parked but for the one that probes (``probe``, a
    delivery's id). From ``releasing_since`` on, those that were parked are sent after all. Until
    ``slow_until`` deliveries take the slow lane. ``care_at`` is set while either is going on: the
    sweep looks then.
    """

    tenant: str
    subscription_id: str
    streak: int = 0
    streak_since: str | None = None
    failing_since: str | None = None
    probe: str | None = None
    slow_until: str | None = None
    releasing_since: str | None = None
    care_at: str | None = None

    @property
    def is_failing(self) -> bool:
        """Whether deliveries are parked."""
        return self.failing_since is not None

    def is_slow(self, now: str) -> bool:
        """Whether deliveries take the slow lane."""
        return self.slow_until is not None and self.slow_until > now

    @property
    def key(self) -> Key:
        """Where it is."""
        return health_key(self.tenant, self.subscription_id)

    @staticmethod
    def from_item(item: Item) -> "Health":
        """What ``webhooks.wellbeing`` has written."""
        return Health(
            tenant=item["tenant"],
            subscription_id=item["subscriptionId"],
            streak=item.get("streak", 0),
            streak_since=item.get("streakSince"),
            failing_since=item.get("failingSince"),
            probe=item.get("probe"),
            slow_until=item.get("slowUntil"),
            releasing_since=item.get("releasingSince"),
            care_at=item.get("nudgeAt"),
        )


def health_key(tenant: str, subscription_id: str) -> Key:
    """Where a subscription's health is."""
    return subscription_partition(tenant, subscription_id), HEALTH_SORT_KEY


def health_of(subscription: Subscription, item: Item | None) -> Health:
    """The health behind an item; of a subscription that has always been well there is none."""
    if item is None:
        return Health(subscription.tenant, subscription.subscription_id)
    return Health.from_item(item)


def owner_marks(tenant: str, subscription_id: str) -> dict[str, Any]:
    """The attributes that every write sets, since any may be the item's first."""
    return {"tenant": tenant, "subscriptionId": subscription_id}


def care_marks(subscription_id: str, at: str) -> dict[str, Any]:
    """The attributes by which the sweep looks after it from ``at`` on."""
    return {"nudgeShard": due_partition(shard_of(subscription_id)), "nudgeAt": at}


def is_health_key(key: Key) -> bool:
    """Whether that is where a subscription's health is."""
    return key[1] == HEALTH_SORT_KEY
