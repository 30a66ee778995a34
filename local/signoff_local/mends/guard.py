"""What every mend stands on: proof that the emulator still is what the mend was written for.

A mend replaces private functions of ministack. Names of private functions survive releases while
their bodies change, so a version pin alone (or `hasattr`) proves nothing: each mend names what it
replaces or relies on with a digest of its source, and the launcher refuses to start otherwise.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import inspect
from collections.abc import Mapping
from functools import reduce
from typing import Any

from signoff_local import emulator

PINNED = "1.5.33"
"""The ministack that the mends were written for; `requirements/local.in` pins the same."""

ADVICE = "See docs/local-stack.md, 'A new ministack'."


class MendError(RuntimeError):
    """The emulator is not the one that a mend was written for; the message says where to look."""


def require_version() -> None:
    """Raise MendError unless the installed ministack is the pinned one."""
    found = importlib.metadata.version("ministack")
    if found != PINNED:
        raise MendError(
            f"ministack {found} is installed, but the mends are written for {PINNED}. {ADVICE}"
        )


def digest(name: str) -> str:
    """Twelve hex digits of the SHA-256 of the source of ministack's `module:object.attribute`."""
    module, _, path = name.partition(":")
    thing: Any = reduce(getattr, path.split("."), emulator.module(module))
    text = thing if isinstance(thing, str) else inspect.getsource(thing)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def changes(relies_on: Mapping[str, str]) -> list[str]:
    """What is not as the digests say: lines of `name: found <digest>, written for <digest>`."""
    lines = []
    for name, expected in relies_on.items():
        try:
            found = digest(name)
        except (AttributeError, ImportError, OSError, TypeError):
            found = "nothing of that name"
        if found != expected:
            lines.append(f"{name}: found {found}, written for {expected}")
    return lines


def unchanged(mend: str, relies_on: Mapping[str, str]) -> None:
    """Raise MendError if anything that `mend` relies on differs from what it was written for."""
    found = changes(relies_on)
    if found:
        raise MendError("\n  ".join([f"the mend {mend!r} cannot be applied:", *found, ADVICE]))
