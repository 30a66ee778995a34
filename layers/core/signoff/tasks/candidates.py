"""Reading the candidates of a step as its machine evaluated them."""

from dataclasses import dataclass
from typing import Any

from signoff.directory.wanted import MAX_LEVELS, ManagerOf, Wanted
from signoff.errors import StepFailed

MAX_NAME = 256
MAX_ROLES = 20  # one query each
MAX_DEPARTMENTS = 20

_FIELDS = {"users", "groups", "roles", "manager", "departmentHead"}


@dataclass(frozen=True)
class Candidates:
    """Whom a step asks for: people in direct mode, the pools of groups otherwise."""

    people: Wanted
    groups: tuple[str, ...]


def read_candidates(value: Any, *, without: str | None = None) -> Candidates:
    """``value`` is a list of user ids, one user id, or an object of lists (docs/definitions.md).

    Raises StepFailed for anything else, and for names that are none.
    """
    if not isinstance(value, dict):
        return Candidates(Wanted(users=names(value, "candidates"), without=without), ())
    unknown = sorted(set(value) - _FIELDS)
    if unknown:
        raise StepFailed(f"candidates have no field {unknown[0][:64]}")
    roles = names(value.get("roles"), "roles")
    if len(roles) > MAX_ROLES:
        raise StepFailed(f"{len(roles)} roles; candidates name at most {MAX_ROLES}")
    heads_of = names(value.get("departmentHead"), "departmentHead")
    if len(heads_of) > MAX_DEPARTMENTS:
        raise StepFailed(f"{len(heads_of)} departments; candidates name at most {MAX_DEPARTMENTS}")
    people = Wanted(
        users=names(value.get("users"), "users"),
        roles=roles,
        managers=_managers(value.get("manager")),
        heads_of=heads_of,
        without=without,
    )
    return Candidates(people, names(value.get("groups"), "groups"))


def names(value: Any, what: str) -> tuple[str, ...]:
    """One name or several, each once. Raises StepFailed."""
    listed = [] if value is None else value if isinstance(value, list) else [value]
    for name in listed:
        if not isinstance(name, str) or not name.strip() or len(name) > MAX_NAME:
            raise StepFailed(f"{what} must be names of 1 to {MAX_NAME} characters")
    return tuple(dict.fromkeys(listed))


def _managers(value: Any) -> tuple[ManagerOf, ...]:
    if value is None:
        return ()
    if not isinstance(value, dict) or not set(value) <= {"of", "levels"}:
        raise StepFailed("manager must be {of, levels}")
    levels = value.get("levels", 1)
    # Numbers of JSONata may come as 2.0.
    if isinstance(levels, bool) or not isinstance(levels, int | float) or levels != int(levels):
        raise StepFailed("manager.levels must be a whole number")
    if not 1 <= levels <= MAX_LEVELS:
        raise StepFailed(f"manager.levels must be from 1 to {MAX_LEVELS}")
    if "of" not in value:
        return (ManagerOf(None, int(levels)),)
    # Somebody was meant, and the expression yielded nobody: not the initiator in their place.
    return tuple(ManagerOf(each, int(levels)) for each in names(value["of"], "manager.of"))
