"""ISO 8601 durations as the whole seconds that a state's retry takes."""

from __future__ import annotations

import re

__all__ = ["seconds_of"]

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:\.\d+)?S)?)?\Z"
)
_UNITS = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
# Amazon States Language: IntervalSeconds is a positive whole number up to this.
_LONGEST = 99_999_999


def seconds_of(duration: str) -> int:
    """Return the seconds of a duration without years and months, at least 1.

    Raises ValueError for any other text, which the checker would have refused.
    """
    match = _DURATION.match(duration)
    if match is None:
        raise ValueError(f"{duration!r} is not a duration")
    seconds = sum(int(match[unit] or 0) * factor for unit, factor in _UNITS.items())
    return min(max(seconds, 1), _LONGEST)
