"""The person that a body names: whether the caller may speak for them, and their groups."""

import re

from signoff.directory.groups import groups_of
from signoff.entrypoints.actors import ASSERT_SCOPE
from signoff.errors import Forbidden, Invalid
from signoff.identity.principal import Actor, Caller, Principal, is_nobodys

READ_ALL = "admin:runs:read"

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def named_person(caller: Caller, name: str, *, field: str) -> Actor:
    """The person called ``name`` in the body's ``field``, with their groups.

    Beside a user's token it must be that user. A key must hold ``actors:assert``, and where it
    names somebody in X-Actor-Id too, the same; the groups are those of the directory and of
    X-Actor-Groups. Raises Forbidden, Invalid.
    """
    name = name.strip()
    if not name or _CONTROL.search(name):
        raise Invalid(f"{field} must be the id of a user", field=field)
    principal = caller.principal
    if principal.user is not None:
        if name != principal.user.id:
            raise Forbidden(f"{field} is not the user of this token", field=field)
        return principal.user
    if ASSERT_SCOPE not in principal.scopes:
        raise Forbidden(
            f"This key may not name an actor: it lacks the scope {ASSERT_SCOPE}", field=field
        )
    if is_nobodys(name) and name != principal.id:
        raise Invalid(f"{field} must be the id of a user", field=field)
    if caller.actor.id not in (name, principal.id):
        raise Invalid(f"{field} and X-Actor-Id name different people", field=field)
    return with_groups(caller, name)


def check_reads_all(principal: Principal) -> None:
    """Raise Forbidden to a person who may not see what waits for others."""
    if principal.user is not None and READ_ALL not in principal.scopes:
        raise Forbidden(
            f"Everybody's tasks are for API keys, and for people with the scope {READ_ALL}; "
            "one's own are at GET /api/v1/workflows/tasks/me",
            field="Authorization",
        )


def with_groups(caller: Caller, user_id: str) -> Actor:
    """The user with the groups that the caller asserts and those that the directory knows."""
    known = groups_of(caller.tenant, user_id)
    return Actor(user_id, tuple(dict.fromkeys([*caller.actor.groups, *known])))
