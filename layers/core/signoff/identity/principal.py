"""Who is calling: whose credential it is, the person it speaks for, and the command they send."""

from dataclasses import dataclass

_PROGRAM = "key:"
# What history calls those who act without being a person; so nobody may be named so.
_NOBODYS = (_PROGRAM, "user:", "system:")


@dataclass(frozen=True)
class Actor:
    """The person who acts, and the groups they hold."""

    id: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Principal:
    """What a good credential proves: a tenant, and what its holder may do there.

    It is a program's API key (``key_id``, ``key_name``) or a person's access token (``user``: who
    they are and their groups, as the directory has them); the other part is None.
    """

    tenant: str
    scopes: frozenset[str]
    key_id: str | None = None
    key_name: str | None = None
    user: Actor | None = None

    @property
    def id(self) -> str:
        """What tells this credential's holder from every other of the tenant."""
        return f"{_PROGRAM}{self.key_id}" if self.user is None else f"user:{self.user.id}"


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


def is_program(actor_id: str) -> bool:
    """Whether an API key acted there in its own name, with nobody behind it."""
    return actor_id.startswith(_PROGRAM)


def is_nobodys(name: str) -> bool:
    """Whether a name is kept for programs and the engine, so that no person can have it."""
    return name.startswith(_NOBODYS)
