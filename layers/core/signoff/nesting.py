"""How deep a JSON value from outside may be nested: whatever reads it later is recursive."""

from typing import Any

MAX_DEPTH = 64  # of arrays and objects in each other


def is_too_deep(value: Any) -> bool:
    """Whether ``value`` is nested deeper than ``MAX_DEPTH``."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True
