"""Names of states: those of steps first, then those the compiler adds, none twice."""

from __future__ import annotations

import hashlib

__all__ = ["MAX_NAME", "Names", "shortened"]

# Amazon States Language: a state's name has at most 80 characters and is unique in the machine.
MAX_NAME = 80


def shortened(name: str) -> str:
    """Return a name that fits; a long one keeps its beginning and ends in a hash of the whole."""
    if len(name) <= MAX_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    return f"{name[: MAX_NAME - len(digest) - 1]}.{digest}"


class Names:
    """Gives out names.  A name that is taken gets a number, so the order of asking counts."""

    def __init__(self, taken: frozenset[str] = frozenset()) -> None:
        self._taken = set(taken)

    def give(self, wanted: str) -> str:
        """Return `wanted`, shortened and numbered as needed, and keep it."""
        name, number = shortened(wanted), 1
        while name in self._taken:
            number += 1
            name = shortened(f"{wanted}-{number}")
        self._taken.add(name)
        return name

    def taken(self) -> frozenset[str]:
        """Return every name given out."""
        return frozenset(self._taken)
