"""Types of events and patterns of them: ``workflow.completed``, ``workflow.*``, ``*``.

A ``*`` stands for any characters, dots too, also for none.
"""

import re
from collections.abc import Collection, Sequence
from difflib import get_close_matches

from signoff.errors import Invalid

MAX_PATTERNS = 50
MAX_CHARACTERS = 100

_PATTERN = re.compile(r"[A-Za-z0-9_.*-]+")
_SHOWN = 64
_ALIKE = 0.8  # of 1: how alike two texts are of which one may be a slip for the other


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
            raise Invalid(_no_such(pattern, known), field=field)
    return tuple(dict.fromkeys(patterns))


def _no_such(pattern: str, known: Collection[str]) -> str:
    """What to say of a pattern that no type fits: what may be meant, or where the types are."""
    groups = {f"{name.rpartition('.')[0]}.*" for name in known if "." in name}
    meant = get_close_matches(pattern.lower(), sorted({*known, *groups}), n=1, cutoff=_ALIKE)
    what_to_do = f"is {meant[0]} meant?" if meant else "docs/events.md lists them all"
    return f"There is no event {pattern[:_SHOWN]}: {what_to_do}"


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
