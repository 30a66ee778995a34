"""Whom a definition asks for, before anybody knows who that is."""

from dataclasses import dataclass

MAX_LEVELS = 20  # managers above each other


@dataclass(frozen=True)
class ManagerOf:
    """The manager of ``person`` (None: of the initiator), ``levels`` up: 2 is their manager's."""

    person: str | None = None
    levels: int = 1


@dataclass(frozen=True)
class Wanted:
    """People by name, by role, by who reports to them, and as heads of departments.

    ``without`` is somebody who must not be asked, neither for themself nor for others.
    ``present``: only somebody who is there will do; otherwise who is away and has named no delegate
    is asked all the same.
    """

    users: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    managers: tuple[ManagerOf, ...] = ()
    heads_of: tuple[str, ...] = ()
    without: str | None = None
    present: bool = False


@dataclass(frozen=True)
class Person:
    """Somebody who is asked. ``formerly`` are those they stand in for, the first one first."""

    user_id: str
    formerly: tuple[str, ...] = ()
