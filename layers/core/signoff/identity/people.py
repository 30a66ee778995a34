"""From a token's subject to a principal: the directory says who it is and what they may do.

A user is read once per container and minute, under the subject alone, so one never stands in for
another; what was changed in the directory holds everywhere within that minute.
"""

from signoff.directory.find import find_subject
from signoff.directory.groups import groups_of_user
from signoff.directory.user import User
from signoff.errors import Unauthenticated
from signoff.identity.principal import Actor, Principal
from signoff.identity.scopes import scopes_of_roles
from signoff.memory import Memory

KNOWN_SECONDS = 60  # the longest that a removed user may still be let in
UNKNOWN_SECONDS = 5
KNOWN_LIMIT = 1024
UNKNOWN_LIMIT = 256

NOT_IN_DIRECTORY = "The user of this access token is not in the directory"

_known: Memory[User] = Memory(KNOWN_LIMIT, KNOWN_SECONDS)
_unknown: Memory[None] = Memory(UNKNOWN_LIMIT, UNKNOWN_SECONDS)


def principal_of(subject: str) -> Principal:
    """The principal of the user whose tokens carry ``subject``, a verified one.

    Raises Unauthenticated for a user who was removed or never was.
    """
    user = _lookup(subject)
    # A pointer may have been left behind by a user who now has another subject.
    if user is None or not user.active or user.subject != subject:
        raise Unauthenticated(NOT_IN_DIRECTORY)
    actor = Actor(user.user_id, groups_of_user(user))
    return Principal(user.tenant, scopes_of_roles(user.roles), user=actor)


def forget_all() -> None:
    """Empty both memories."""
    _known.clear()
    _unknown.clear()


def _lookup(subject: str) -> User | None:
    known = _known.find(subject)
    if known is not None:
        return known.value
    if _unknown.find(subject) is not None:
        return None
    user = find_subject(subject)
    if user is None:
        _unknown.keep(subject, None)
    else:
        _known.keep(subject, user)
    return user
