"""What can still be checked of a definition that does not fit the model.

A step that does not fit is replaced by one that does nothing, and its path is noted, so that the
rest of the file is checked in the same run and nothing is said about what was replaced.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from .base import STEP_ID_PATTERN
from .model import Definition
from .paths import Path
from .structure import Misfit, build

__all__ = ["repair"]

_REQUIRED: dict[str, Any] = {"key": "unknown", "name": "unknown", "steps": []}


def repair(value: Any, misfits: list[Misfit]) -> tuple[Definition | None, frozenset[Path]]:
    """Return a definition without the parts that do not fit, and the paths of those parts.

    None where nothing of it can be saved.
    """
    if not isinstance(value, dict):
        return None, frozenset()
    copy = deepcopy(value)
    broken: set[Path] = set()
    for misfit in misfits:
        part = _step_around(misfit.path) or misfit.path[:1]
        if any(part[:length] in broken for length in range(1, len(part) + 1)):
            continue
        broken.add(part)
        _replace(copy, part, len(broken))
    definition, _ = build(copy)
    return definition, frozenset(broken)


def _step_around(path: Path) -> Path | None:
    """Return the path of the innermost step that a path leads into, None outside of steps."""
    for end in range(len(path), 1, -1):
        if isinstance(path[end - 1], int) and path[end - 2] == "steps":
            return path[:end]
    return None


def _replace(value: dict[str, Any], path: Path, number: int) -> None:
    if len(path) == 1:
        field = str(path[0])
        if field in _REQUIRED:
            value[field] = _REQUIRED[field]
        else:
            value.pop(field, None)
        return
    here: Any = value
    for part in path[:-1]:
        here = here[part]
    old = here[path[-1]]
    given = old.get("id") if isinstance(old, dict) else None
    usable = isinstance(given, str) and re.match(STEP_ID_PATTERN, given)
    here[path[-1]] = {
        "id": given if usable else f"unknown-{number}",
        "type": "transform",
        "config": {"set": {}},
    }
