"""What must be true of a person's manager, department, delegate and roles."""

from collections.abc import Iterable

from signoff.directory.department import department_key
from signoff.directory.find import find_user
from signoff.directory.groups import ADMIN_ROLE, ADMINISTRATORS
from signoff.directory.user import User
from signoff.directory.wanted import MAX_LEVELS
from signoff.errors import Forbidden, Invalid
from signoff.identity.principal import Caller
from signoff.identity.scopes import ADMIN_SCOPES, expand, scopes_of_roles
from signoff.storage.store import state


def check_manager(tenant: str, user_id: str, manager: str | None) -> None:
    """Raise Invalid unless ``manager`` exists and is not, however far up, the user themself."""
    above, field = manager, "managerId"
    for level in range(MAX_LEVELS):
        if above is None:
            return
        if above == user_id:
            raise Invalid("managerId would make this person their own manager", field=field)
        user = find_user(tenant, above)
        if user is None or (level == 0 and not user.active):
            raise Invalid("managerId is nobody in the directory", field=field)
        above = user.manager
    raise Invalid(f"managerId would put more than {MAX_LEVELS} above each other", field=field)


def check_person(tenant: str, user_id: str | None, field: str) -> None:
    """Raise Invalid unless ``user_id`` is an active user, or None."""
    user = find_user(tenant, user_id) if user_id is not None else None
    if user_id is not None and (user is None or not user.active):
        raise Invalid(f"{field} is nobody in the directory", field=field)


def check_department(tenant: str, department: str | None) -> None:
    """Raise Invalid unless the department exists, or is None."""
    if department is None:
        return
    if not department or state().get(department_key(tenant, department)) is None:
        raise Invalid("department is none of the directory", field="department")


def check_power(by: Caller | None, roles: Iterable[str], field: str = "roles") -> None:
    """Raise Forbidden where ``roles`` open administration that ``by`` does not hold.

    ``admin:users`` is the power to keep the directory, not to become an administrator by a detour:
    neither by giving the role or the group, nor by changing the address of somebody who has it.
    """
    if by is None:
        return
    held = expand(by.principal.scopes)
    for role in sorted(roles):
        if (scopes_of_roles([role]) & ADMIN_SCOPES) - held:
            raise Forbidden(
                f"Only somebody with all the powers of the role {role} may give or take it, or "
                "change who has it",
                field=field,
            )


def powers(user: User) -> set[str]:
    """The roles, with that of the administrators where the user is one of them by a group alone."""
    return {*user.roles, *([ADMIN_ROLE] if ADMINISTRATORS in user.groups else [])}
