"""Making, changing and removing people. Nobody is ever deleted: history names them for good."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from signoff.clock import after, timestamp
from signoff.directory.absences import check_absence, shown_absence
from signoff.directory.change import write_user
from signoff.directory.checks import (
    check_department,
    check_manager,
    check_power,
    powers,
)
from signoff.directory.find import find_user
from signoff.directory.groups import ADMIN_ROLE, ADMINISTRATORS, groups_of_user
from signoff.directory.names import (
    MAX_GROUPS,
    check_email,
    check_groups,
    check_id,
    check_name,
    check_roles,
)
from signoff.directory.user import Absence, User
from signoff.errors import Conflict, Invalid, NotFound
from signoff.identity.principal import Caller
from signoff.identity.settings import USER_ABSENCE, USER_CHANGED, USER_CREATED, USER_REMOVED
from signoff.storage.repeating import until_committed

UNKNOWN = "User not found"

# What an administrator says of a person, in the words of User. `active: True` brings somebody back.
_EDITABLE = ("name", "email", "groups", "roles", "department", "manager", "absence", "active")


def get_user(tenant: str, user_id: str) -> User:
    """The user, removed ones too. Raises NotFound."""
    user = find_user(tenant, user_id)
    if user is None:
        raise NotFound(UNKNOWN)
    return user


def create_user(
    tenant: str,
    user_id: str,
    *,
    name: str,
    email: str | None = None,
    groups: tuple[str, ...] = (),
    roles: tuple[str, ...] = (),
    department: str | None = None,
    manager: str | None = None,
    by: Caller | None = None,
) -> User:
    """Put somebody into the directory.

    A command repeated under one Idempotency-Key finds the user it made. ``by`` is None only for
    what is done with IAM credentials. Raises Invalid, Forbidden (docs/directory.md: who may give
    the role admin), Conflict where the id is taken, by somebody who was removed too.
    """
    at = timestamp()
    user = _checked(
        User(
            tenant=tenant,
            user_id=check_id(user_id, "id"),
            name=check_name(name),
            email=check_email(email),
            created_at=at,
            updated_at=at,
            groups=check_groups(groups),
            roles=check_roles(roles),
            department=department,
            manager=manager,
            command=by.command_id if by else None,
        )
    )
    check_power(by, user.roles)
    check_power(by, powers(user), "groups")

    def command() -> User:
        found = find_user(tenant, user_id)
        if found is not None:
            if found.command is not None and found.command == user.command:
                return found  # this very command, repeated
            message = "There is a user with this id already" + (
                "" if found.active else ": they were removed, and `active: true` brings them back"
            )
            raise Conflict(message, field="id")
        check_department(tenant, department)
        check_manager(tenant, user_id, manager)
        write_user(user, None, USER_CREATED, _told(user), by)
        return user

    return until_committed(command, "The directory")


def edit_user(
    tenant: str,
    user_id: str,
    changes: Mapping[str, Any],
    *,
    version: int | None = None,
    by: Caller | None = None,
) -> User:
    """Change what ``changes`` names, in the words of User; what it leaves out stays.

    ``version`` is the one that the caller has seen: Conflict where it is no longer the newest.
    Without it the last one to write wins. Changing nothing writes nothing. Raises NotFound,
    Invalid, Forbidden.
    """
    unknown = set(changes) - set(_EDITABLE)
    if unknown:
        raise ValueError(f"{sorted(unknown)} cannot be changed")

    def command() -> User:
        before = get_user(tenant, user_id)
        if version is not None and version != before.version:
            raise Conflict("Somebody has changed this user meanwhile", field="version")
        user = _edited(before, changes, by)
        changed = [name for name in _EDITABLE if getattr(user, name) != getattr(before, name)]
        if not changed:
            return before
        user = replace(
            user,
            version=before.version + 1,
            updated_at=timestamp(),
            tasks_due=None if user.active else before.tasks_due,
        )
        told = {name: [_value(before, name), _value(user, name)] for name in changed}
        # An absence alone has a word of its own, whoever enters it.
        entry = USER_ABSENCE if changed == ["absence"] else USER_CHANGED
        write_user(user, before, entry, {"changes": told}, by)
        return user

    return until_committed(command, "The directory")


def remove_user(
    tenant: str, user_id: str, *, by: Caller | None = None, tasks_due_in: float
) -> User:
    """Take somebody out: they are not asked and cannot sign in; their id stays taken.

    The item is marked for whoever hands their open tasks on (``tasks.departure``), in case this
    process dies before it has: ``tasks_due_in`` seconds from now. Repeating it changes nothing.
    Raises NotFound, Forbidden.
    """

    def command() -> User:
        before = get_user(tenant, user_id)
        if not before.active:
            return before
        check_power(by, powers(before))
        user = replace(
            before,
            active=False,
            version=before.version + 1,
            updated_at=timestamp(),
            tasks_due=after(tasks_due_in),
        )
        write_user(user, before, USER_REMOVED, {"name": user.name}, by)
        return user

    return until_committed(command, "The directory")


def _edited(before: User, changes: Mapping[str, Any], by: Caller | None) -> User:
    """The user with ``changes``, of which each is checked. Raises Invalid and Forbidden."""
    tenant, user_id = before.tenant, before.user_id
    given = dict(changes)
    if given.get("active") is False and before.active:
        raise Invalid("active cannot be false: DELETE removes a user", field="active")
    if "name" in given:
        given["name"] = check_name(given["name"])
    if "email" in given:
        given["email"] = check_email(given["email"])
    if "groups" in given:
        given["groups"] = check_groups(given["groups"])
    if "roles" in given:
        given["roles"] = check_roles(given["roles"])
    user = _checked(replace(before, **given))
    check_power(by, set(before.roles) ^ set(user.roles))
    check_power(by, powers(before) ^ powers(user), "groups")
    if user.email != before.email:
        check_power(by, powers(before), "email")
    if user.active and not before.active:
        check_power(by, powers(user), "active")
    if user.department != before.department:
        check_department(tenant, user.department)
    if user.manager != before.manager:
        check_manager(tenant, user_id, user.manager)
    if user.absence != before.absence:
        check_absence(tenant, user_id, user.absence)
    return user


def _checked(user: User) -> User:
    """The user without the group that the role admin brings, which goes with the role again.

    Who sends back what they were shown sends that group too. Raises Invalid where it is one too
    many.
    """
    if ADMIN_ROLE in user.roles:
        own = tuple(group for group in user.groups if group != ADMINISTRATORS)
        user = replace(user, groups=own)
    if len(groups_of_user(user)) > MAX_GROUPS:
        raise Invalid(
            f"groups are at most {MAX_GROUPS}, with the one that the role admin brings",
            field="groups",
        )
    return user


def _told(user: User) -> dict[str, Any]:
    """What the entry of a new user says."""
    names = ("name", "email", "groups", "roles", "department", "manager")
    return {name: _value(user, name) for name in names}


def _value(user: User, name: str) -> Any:
    """A field of a user as JSON holds it."""
    value = getattr(user, name)
    if isinstance(value, tuple):
        return list(value)
    return shown_absence(value) if isinstance(value, Absence) else value
