"""Which groups a person is in."""

from signoff.directory.find import find_user
from signoff.directory.user import User

# Where a task goes when nobody is left to ask. Whoever has the role admin is a member.
ADMINISTRATORS = "administrators"
ADMIN_ROLE = "admin"


def groups_of_user(user: User) -> tuple[str, ...]:
    """The groups that the directory gives a person; none once they are removed."""
    if not user.active:
        return ()
    if ADMIN_ROLE in user.roles and ADMINISTRATORS not in user.groups:
        return (*user.groups, ADMINISTRATORS)
    return user.groups


def groups_of(tenant: str, user_id: str) -> tuple[str, ...]:
    """The groups of the user with this id, none for somebody who is not in the directory."""
    user = find_user(tenant, user_id)
    return groups_of_user(user) if user else ()
