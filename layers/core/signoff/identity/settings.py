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
from signoff.storage.entry import Entry, shared_fields
from signoff.storage.sortable import sortable
from signoff.storage.store import history
from signoff.storage.table import Key
from signoff.storage.transaction import Transaction, absent
from signoff.storage.values import Item

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


@dataclass(frozen=True, kw_only=True)
class SettingsEntry(Entry):
    """A change of a tenant's settings, and the id of what was changed (``subject``)."""

    id: str
    subject: str | None = None

    @property
    def key(self) -> Key:
        """Where the entry is stored: its tenant's partition, in order of time."""
        return settings_partition(self.tenant), self.id

    def to_item(self) -> Item:
        """The item of the history table."""
        shared = self.shared_item(self.id, self.key, subject=self.subject)
        return {**shared, "subject": self.subject}

    @classmethod
    def from_item(cls, item: Item) -> "SettingsEntry":
        """The entry that ``to_item`` wrote."""
        return cls(**shared_fields(item), id=item["id"], subject=item.get("subject"))


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
) -> SettingsEntry:
    """Add the entry of ``change`` to the transaction that makes it; answers it.

    ``by`` is None for what is done with IAM credentials and no key (bootstrap). ``detail`` names
    what was changed (``subject_of``), so that an audit finds it.
    """
    entry = SettingsEntry(
        tenant=tenant,
        id=sortable_id(),
        type=change,
        at=timestamp(),
        detail=detail,
        subject=subject_of(detail),
        actor=by.actor.id if by else None,
        via=by.principal.key_id if by else None,
    )
    transaction.put(history(), entry.to_item(), absent())
    return entry


def subject_of(detail: dict[str, Any]) -> str | None:
    """The id of what a change is about; None where it is the tenant as a whole."""
    named = (detail[name] for name in _SUBJECTS if name in detail)
    subject = next((each for each in named if isinstance(each, str) and each), None)
    return subject[:_SUBJECT_CHARACTERS] if subject else None
