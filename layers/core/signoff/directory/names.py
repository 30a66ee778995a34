"""What people, groups, roles and departments may be called.

A user's id and a group are what ``X-Actor-Id`` and ``X-Actor-Groups`` carry, so they obey the same
rules; an id is part of a path too, which takes no slash.
"""

import re
from collections.abc import Iterable

from signoff.errors import Invalid
from signoff.identity.principal import is_nobodys

MAX_ID = 256
MAX_NAME = 200
MAX_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
MAX_GROUPS = 50  # a worklist is one query per group
MAX_ROLES = 20

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


def check_id(value: str, field: str, what: str = "An id") -> str:
    """A user's or department's id as it is stored. Raises Invalid."""
    if not _is_name(value) or "/" in value or value in (".", ".."):
        raise Invalid(
            f"{what} has 1 to {MAX_ID} characters, no slash, no control character, and no blanks "
            "around it",
            field=field,
        )
    if is_nobodys(value):
        raise Invalid(f"{what} does not begin with {value.partition(':')[0]}:", field=field)
    return value


def check_groups(values: Iterable[str]) -> tuple[str, ...]:
    """Groups without repetition, sorted. Raises Invalid."""
    return _listed(values, MAX_GROUPS, "groups")


def check_roles(values: Iterable[str]) -> tuple[str, ...]:
    """Roles without repetition, sorted. Raises Invalid."""
    return _listed(values, MAX_ROLES, "roles")


def check_name(value: str, field: str = "name") -> str:
    """What people or a department are called by others. Raises Invalid."""
    value = value.strip()
    if not 1 <= len(value) <= MAX_NAME or _CONTROL.search(value):
        raise Invalid(
            f"{field} has 1 to {MAX_NAME} characters, none of them a control character", field=field
        )
    return value


def check_email(value: str | None) -> str | None:
    """An address that can be one; whether mail arrives there is not known. Raises Invalid."""
    if value is None:
        return None
    if len(value) > MAX_EMAIL or _CONTROL.search(value) or not _EMAIL.fullmatch(value):
        raise Invalid("email is not an address such as bob@example.com", field="email")
    return value


def _listed(values: Iterable[str], most: int, field: str) -> tuple[str, ...]:
    names = tuple(sorted(dict.fromkeys(values)))
    if len(names) > most:
        raise Invalid(f"{field} are at most {most}", field=field)
    for name in names:
        if not _is_name(name) or "," in name:
            raise Invalid(
                f"each of the {field} has 1 to {MAX_ID} characters, no comma, no control "
                "character, and no blanks around it",
                field=field,
            )
    return names


def _is_name(value: str) -> bool:
    return (
        bool(value)
        and value == value.strip()
        and len(value) <= MAX_ID
        and not _CONTROL.search(value)
    )
