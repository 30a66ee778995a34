"""The history of a tenant's settings: one entry per change of keys, definitions, the tenant itself.

Entries live in the history table beside those of runs, under a partition of their own. They have
no run and therefore no sequence: their order is their id's. Each is an event too, which carries a
few names of its detail and no more (``contracts.events.catalog``).
"""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from signoff.clock import timestamp
from signoff.identity.principal import Caller
from signoff.storage.sortable import sortable
from signoff.storage.store import history
from signoff.storage.table import Key
from signoff.storage.trail import trail
from signoff.storage.transaction import Transaction, absent
from signoff.storage.values import Item, from_json, to_json

TENANT_CREATED = "tenant.created"
KEY_CREATED = "key.created"
KEY_CHANGED = "key.changed"
KEY_ROTATED = "key.rotated"
KEY_REVOKED = "key.revoked"
DEFINITION_PUBLISHED = "definition.published"
USER_CREATED = "user.created"
USER_CHANGED = "user.changed"
USER_REMOVED = "user.removed"
USER_ABSENCE = "user.absence"
DEPARTMENT_CREATED = "department.created"
DEPARTMENT_CHANGED = "department.changed"
DEPARTMENT_REMOVED = "department.removed"
SETTINGS_CHANGED = "settings.changed"
WEBHOOK_CREATED = "webhook.created"
WEBHOOK_CHANGED = "webhook.changed"
WEBHOOK_ROTATED = "webhook.rotated"
WEBHOOK_REMOVED = "webhook.removed"
WEBHOOK_TESTED = "webhook.tested"
WEBHOOK_REPLAYED = "webhook.replayed"
# By the engine: five failures in a row; well again; disabled for good; a delivery given up.
WEBHOOK_FAILING = "webhook.failing"
WEBHOOK_RECOVERED = "webhook.recovered"
WEBHOOK_DISABLED = "webhook.disabled"
WEBHOOK_DELIVERY_FAILED = "webhook.deliveryFailed"
ADDRESS_SUPPRESSED = "address.suppressed"
ADDRESS_RELEASED = "address.released"

# What a change is about: the first of these names in its detail.
_SUBJECTS = (
    "keyId",
    "userId",
    "departmentId",
    "documentId",
    "webhookId",
    "addressId",
    "key",
    "slug",
)
_SUBJECT_CHARACTERS = 256


@dataclass(frozen=True)
class SettingsEntry:
    """A change of a tenant's settings: what was changed (``subject``), by whom, when, and how."""

    id: str
    tenant: str
    type: str
    at: str
    detail: dict[str, Any]
    subject: str | None = None
    actor: str | None = None
    via: str | None = None

    @property
    def key(self) -> Key:
        """Where the entry is stored: its tenant's partition, in order of time."""
        return settings_partition(self.tenant), self.id

    @classmethod
    def from_item(cls, item: Item) -> "SettingsEntry":
        """The entry that ``record`` wrote."""
        return cls(
            id=item["id"],
            tenant=item["tenant"],
            type=item["type"],
            at=item["at"],
            detail=from_json(item["detail"]),
            subject=item.get("subject"),
            actor=item.get("actor"),
            via=item.get("via"),
        )


def settings_partition(tenant: str) -> str:
    """The partition of a tenant's settings entries in the history table."""
    return f"T#{tenant}#SETTINGS"


def sortable_id() -> str:
    """A new UUID whose text sorts by the time of its making (RFC 9562, version 7)."""
    return sortable(time.time_ns() // 1_000_000, secrets.randbits(80))


def record(
    transaction: Transaction,
    tenant: str,
    change: str,
    detail: dict[str, Any],
    by: Caller | None,
) -> Item:
    """Add the entry of ``change`` to the transaction that makes it; answers its item.

    ``by`` is None for what is done with IAM credentials and no key (bootstrap). ``detail`` names
    what was changed (``subject_of``), so that an audit finds it.
    """
    entry_id, at = sortable_id(), timestamp()
    actor, subject = by.actor.id if by else None, subject_of(detail)
    item: Item = {
        "PK": settings_partition(tenant),
        "SK": entry_id,
        "id": entry_id,
        "tenant": tenant,
        "type": change,
        "actor": actor,
        "via": by.principal.key_id if by else None,
        "at": at,
        "subject": subject,
        "detail": to_json(detail),
        **trail(tenant, at, entry_id, actor=actor, subject=subject),
    }
    transaction.put(history(), item, absent())
    return item


def subject_of(detail: dict[str, Any]) -> str | None:
    """The id of what a change is about; None where it is the tenant as a whole."""
    named = (detail[name] for name in _SUBJECTS if name in detail)
    subject = next((each for each in named if isinstance(each, str) and each), None)
    return subject[:_SUBJECT_CHARACTERS] if subject else None
