"""Tenants: item ``T#<slug>`` / ``TENANT`` of the state table. The slug is what a key carries."""

import re
import uuid
from dataclasses import dataclass

from signoff.clock import timestamp
from signoff.errors import Conflict, Invalid
from signoff.identity.settings import TENANT_CREATED, record
from signoff.storage.store import state
from signoff.storage.table import Key
from signoff.storage.transaction import ConditionFailed, Transaction, absent
from signoff.storage.values import Item

MAX_NAME = 100

_TENANTS = uuid.UUID("0b6a7d1e-3f0c-4f0e-9a57-2f4c8f0f6d10")  # namespace of tenants' UUIDs
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


@dataclass(frozen=True)
class Tenant:
    """An organisation whose definitions, runs and keys nobody else sees."""

    slug: str
    name: str
    created_at: str

    def to_item(self) -> Item:
        """The tenant as it is stored."""
        pk, sk = _key(self.slug)
        return {
            "PK": pk,
            "SK": sk,
            "slug": self.slug,
            "name": self.name,
            "createdAt": self.created_at,
        }

    @staticmethod
    def from_item(item: Item) -> "Tenant":
        """What ``to_item`` wrote."""
        return Tenant(item["slug"], item["name"], item["createdAt"])


def tenant_uuid(slug: str) -> str:
    """The tenant's UUID, as events carry it beside the slug: a slug never changes hands."""
    return str(uuid.uuid5(_TENANTS, slug))


def check_slug(slug: str) -> None:
    """Raise Invalid unless ``slug`` can name a tenant."""
    if not _SLUG.fullmatch(slug):
        raise Invalid(
            "A tenant's slug is 1 to 31 lower-case letters, digits and hyphens "
            "and does not begin with a hyphen",
            field="tenant",
        )


def create_tenant(slug: str, name: str) -> Tenant:
    """Make a tenant, with its entry. Raises Invalid, and Conflict if the slug is taken."""
    check_slug(slug)
    if not 1 <= len(name.strip()) <= MAX_NAME:
        raise Invalid(f"A tenant's name has 1 to {MAX_NAME} characters", field="name")
    tenant = Tenant(slug, name, timestamp())
    transaction = Transaction()
    transaction.put(state(), tenant.to_item(), absent())
    record(transaction, slug, TENANT_CREATED, {"slug": slug, "name": name}, by=None)
    try:
        transaction.commit()
    except ConditionFailed as error:
        raise Conflict(f"Tenant {slug} exists already", field="tenant") from error
    return tenant


def find_tenant(slug: str) -> Tenant | None:
    """The tenant of that slug, or None; one consistent read."""
    item = state().get(_key(slug))
    return Tenant.from_item(item) if item else None


def _key(slug: str) -> Key:
    return (f"T#{slug}", "TENANT")
