"""The directory decides, the user pool follows: one person brought in line after each change.

The worker is told that somebody changed and not how. It reads what the directory says now, so that
events may come late, twice and out of order. When all is done it looks again: whoever changed the
person meanwhile may have had their own event handled in between.
"""

from typing import Any

from signoff.directory.find import find_user
from signoff.directory.groups import groups_of_user
from signoff.directory.subjects import bind_subject
from signoff.directory.user import User
from signoff.errors import Busy
from signoff.identity.pool_users import ensure_user, set_enabled, set_groups

_ROUNDS = 5


def sync_user(event: dict[str, Any]) -> None:
    """Bring the pool in line with the user of a CloudEvent ``dev.signoff.user.*``.

    Raises Busy for a user who never stands still, and what the pool raises; the queue repeats it.
    """
    tenant, user_id = str(event["tenant"]), str(event["data"]["userId"])
    for _ in range(_ROUNDS):
        user = find_user(tenant, user_id)
        if user is None:
            return
        _bring_in_line(user)
        now = find_user(tenant, user_id)
        if now is not None and _shown(now) == _shown(user):
            return
    raise Busy("The user is being changed by others")


def _bring_in_line(user: User) -> None:
    if not user.active:
        set_enabled(user, False)
        return
    subject, enabled = ensure_user(user)
    set_groups(user, groups_of_user(user))
    if not enabled:
        set_enabled(user, True)
    bind_subject(user.tenant, user.user_id, subject)


def _shown(user: User) -> tuple[Any, ...]:
    """What the pool is to know of a person."""
    return user.active, user.name, user.email, groups_of_user(user)
