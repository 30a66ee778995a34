"""How a subscription has answered of late. Written only when that changes, so not per delivery."""

from dataclasses import dataclass

from signoff.storage.table import Key
from signoff.storage.values import Item
from signoff.webhooks.subscription import subscription_partition

# Failures in a row, of whatever deliveries, that make a subscription failing.
FAILING_AFTER = 5
# A subscription that has been failing for so long is disabled.
DISABLED_AFTER_SECONDS = 5 * 24 * 3600

HEALTH_SORT_KEY = "HEALTH"


@dataclass(frozen=True)
class Health:
    """``streak`` are failures in a row. From ``failing_since`` on, deliveries are parked but for
    the one that probes (``probe``, a delivery's id). Until ``slow_until`` deliveries take the slow
    lane. ``version`` counts the changes; 0 where nothing has been written yet."""

    tenant: str
    subscription_id: str
    streak: int = 0
    failing_since: str | None = None
    probe: str | None = None
    slow_until: str | None = None
    version: int = 0

    @property
    def is_failing(self) -> bool:
        """Whether deliveries are parked."""
        return self.failing_since is not None

    @property
    def key(self) -> Key:
        """Where it is."""
        return health_key(self.tenant, self.subscription_id)

    def to_item(self) -> Item:
        """The item of the state table."""
        pk, sk = self.key
        return {
            "PK": pk,
            "SK": sk,
            "version": self.version,
            "tenant": self.tenant,
            "subscriptionId": self.subscription_id,
            "streak": self.streak,
            "failingSince": self.failing_since,
            "probe": self.probe,
            "slowUntil": self.slow_until,
        }

    @staticmethod
    def from_item(item: Item) -> "Health":
        """What ``to_item`` wrote."""
        return Health(
            tenant=item["tenant"],
            subscription_id=item["subscriptionId"],
            streak=item.get("streak", 0),
            failing_since=item.get("failingSince"),
            probe=item.get("probe"),
            slow_until=item.get("slowUntil"),
            version=item["version"],
        )


def health_key(tenant: str, subscription_id: str) -> Key:
    """Where a subscription's health is."""
    return subscription_partition(tenant, subscription_id), HEALTH_SORT_KEY
