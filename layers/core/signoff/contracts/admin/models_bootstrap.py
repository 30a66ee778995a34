"""What the bootstrap function takes and answers."""

from typing import Annotated

from pydantic import Field

from signoff.contracts.admin.models import Sent, Shown
from signoff.contracts.admin.models_keys import CreatedKey, created_key
from signoff.identity.bootstrap import ADMIN_KEY, Bootstrapped, Wanted


class WantedKey(Sent):
    """A key that is to be made."""

    name: Annotated[str, Field(max_length=100)]
    scopes: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=50)]


class BootstrapEvent(Sent):
    """``tenant`` is the slug, ``name`` its display name (default: the slug)."""

    tenant: Annotated[str, Field(max_length=64)]
    name: Annotated[str | None, Field(max_length=100)] = None
    keys: Annotated[list[WantedKey] | None, Field(min_length=1, max_length=20)] = None
    add_keys: bool = False

    def wanted(self) -> tuple[Wanted, ...]:
        """The keys to make; one admin key where none is named."""
        if self.keys is None:
            return (ADMIN_KEY,)
        return tuple(Wanted(key.name, tuple(key.scopes)) for key in self.keys)


class BootstrapAnswer(Shown):
    """The tenant and its new keys, whose secrets nobody can read again."""

    tenant: str
    name: str
    created: bool
    keys: list[CreatedKey]


def shown_bootstrap(done: Bootstrapped) -> BootstrapAnswer:
    """What was done."""
    return BootstrapAnswer(
        tenant=done.tenant.slug,
        name=done.tenant.name,
        created=done.created,
        keys=[created_key(key, secret) for key, secret in done.keys],
    )
