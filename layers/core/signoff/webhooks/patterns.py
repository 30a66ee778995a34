"""Types of events and patterns of them: ``workflow.completed``, ``workflow.*``, ``*``.

A ``*`` stands for any characters, dots too, also for none.
"""

import re
from collections.abc import Collection, Sequence

from signoff.errors import Invalid

MAX_PATTERNS = 50
MAX_CHARACTERS = 100

_PATTERN = re.compile(r"[A-Za-z0-9_.*-]+")
_SHOWN = 64


def check_patterns(patterns: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    """``patterns`` without repetition, in their order.

    ``known`` are all types that there are. Raises Invalid for none or too many, and for one that
    is none of them and matches none: it would be silent for ever.
    """
    if not 1 <= len(patterns) <= MAX_PATTERNS:
        raise Invalid(f"eventTypes has 1 to {MAX_PATTERNS} types or patterns", field="eventTypes")
    for place, pattern in enumerate(patterns):
        field = f"eventTypes.{place}"
        if len(pattern) > MAX_CHARACTERS or not _PATTERN.fullmatch(pattern):
            raise Invalid(
                f"A type has 1 to {MAX_CHARACTERS} letters, digits, dots, hyphens and underscores, "
                "and * for any of them",
                field=field,
            )
        if not any(matches(pattern, each) for each in known):
            raise Invalid(f"There is no event {pattern[:_SHOWN]}", field=field)
    return tuple(dict.fromkeys(patterns))


def matches(pattern: str, name: str) -> bool:
    """Whether ``name`` is what ``pattern`` stands for. Takes no longer than both are long, times
    each other."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == name
    *middle, last = rest
    if not name.startswith(first):
        return False
    place = len(first)
    for part in middle:  # each as early as can be leaves the most for those behind it
        found = name.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return len(name) - place >= len(last) and name.endswith(last)
