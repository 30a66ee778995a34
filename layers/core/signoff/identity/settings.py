"""The history of a tenant's settings: one entry per change of keys, definitions, the tenant itself.

Entries live in the history table beside those of runs, under a partition of their own. They have
no run and therefore no sequence: their order is their id's. They are for audit and not for the bus.
"""

import secrets
import time
import uuid
from typing import Any

from signoff.clock import timestamp
from signoff.identity.principal import Caller
from signoff.storage.store import history
from signoff.storage.transaction import Transaction, absent
from signoff.storage.values import to_json

TENANT_CREATED = "tenant.created"
KEY_CREATED = "key.created"
KEY_REVOKED = "key.revoked"
DEFINITION_PUBLISHED = "definition.published"


def settings_partition(tenant: str) -> str:
    """The partition of a tenant's settings entries in the history table."""
    return f"T#{tenant}#SETTINGS"


def sortable_id() -> str:
    """A new UUID whose text sorts by the time of its making (RFC 9562, version 7)."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def record(
    transaction: Transaction,
    tenant: str,
    change: str,
    detail: dict[str, Any],
    by: Caller | None,
) -> None:
    """Add the entry of ``change`` to the transaction that makes it.

    ``by`` is None for what is done with IAM credentials and no key (bootstrap).
    """
    entry_id = sortable_id()
    transaction.put(
        history(),
        {
            "PK": settings_partition(tenant),
            "SK": entry_id,
            "id": entry_id,
            "tenant": tenant,
            "type": change,
            "actor": by.actor.id if by else None,
            "via": by.principal.key_id if by else None,
            "at": timestamp(),
            "detail": to_json(detail),
        },
        absent(),
    )
