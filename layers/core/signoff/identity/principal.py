"""Who is calling: the key's holder, the person it speaks for, and the command they send."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Principal:
    """What a good credential proves: a tenant, a named key and what it may do."""

    tenant: str
    key_id: str
    key_name: str
    scopes: frozenset[str]


@dataclass(frozen=True)
class Actor:
    """The person who acts, and the groups they hold."""

    id: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Caller:
    """A principal with the person it speaks for.

    ``command_id`` is the same for every repetition of one command (derived from tenant, key,
    actor, operation and Idempotency-Key); None when the client sent no such key.
    """

    principal: Principal
    actor: Actor
    command_id: str | None = None

    @property
    def tenant(self) -> str:
        """The tenant everything is looked up under."""
        return self.principal.tenant
