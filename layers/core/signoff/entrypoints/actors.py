"""``X-Actor-Id`` and ``X-Actor-Groups``: for whom a key acts.

Beside a person's own token they may be sent too, and must then say what the directory says.
"""

import re
from collections.abc import Mapping

from signoff.errors import Forbidden, Malformed
from signoff.identity.principal import Actor, Principal, is_nobodys

ACTOR_ID = "X-Actor-Id"
ACTOR_GROUPS = "X-Actor-Groups"
ASSERT_SCOPE = "actors:assert"

MAX_ID_LENGTH = 256
MAX_GROUPS = 50  # a worklist is one query per group

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def read_actor(headers: Mapping[str, str], principal: Principal, *, required: bool) -> Actor:
    """The person that the headers name, or the key itself where none is required or named.

    Raises Forbidden when the key may not name anybody or a token is somebody else's, Malformed
    when the headers are no good.
    """
    named = headers.get(ACTOR_ID.lower())
    listed = headers.get(ACTOR_GROUPS.lower())
    if principal.user is not None:
        return _own(principal.user, named, listed)
    if (named is not None or listed is not None) and ASSERT_SCOPE not in principal.scopes:
        raise Forbidden(
            f"This key may not name an actor: it lacks the scope {ASSERT_SCOPE}", field=ACTOR_ID
        )
    actor_id = _bounded((named or "").strip(), ACTOR_ID)
    if not actor_id:
        if required:
            raise Malformed(f"{ACTOR_ID} header is required", field=ACTOR_ID)
        actor_id = principal.id
    if is_nobodys(actor_id) and actor_id != principal.id:
        raise Malformed(f"{ACTOR_ID} is not the name of a person", field=ACTOR_ID)
    return Actor(actor_id, _groups(listed or ""))


def _own(user: Actor, named: str | None, listed: str | None) -> Actor:
    if named is not None and named.strip() != user.id:
        raise Forbidden(f"{ACTOR_ID} is not the user of this token", field=ACTOR_ID)
    if listed is not None and set(_groups(listed)) != set(user.groups):
        raise Forbidden(f"{ACTOR_GROUPS} are not the groups of this user", field=ACTOR_GROUPS)
    return user


def _groups(listed: str) -> tuple[str, ...]:
    names = (_bounded(name.strip(), ACTOR_GROUPS) for name in listed.split(","))
    groups = tuple(dict.fromkeys(name for name in names if name))
    if len(groups) > MAX_GROUPS:
        raise Malformed(f"{ACTOR_GROUPS} has more than {MAX_GROUPS} groups", field=ACTOR_GROUPS)
    return groups


def _bounded(name: str, header: str) -> str:
    if len(name) > MAX_ID_LENGTH:
        raise Malformed(
            f"{header} has a name of more than {MAX_ID_LENGTH} characters", field=header
        )
    if _CONTROL.search(name):
        raise Malformed(f"{header} has a control character", field=header)
    return name
