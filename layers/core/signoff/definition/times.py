"""Durations of ISO 8601 and timestamps of RFC 3339, as definitions and running steps read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

__all__ = [
    "SHORTEST_DUE_SECONDS",
    "add_duration",
    "is_duration",
    "parse_duration",
    "parse_timestamp",
]

# Nobody meets a deadline that is shorter, and timers are not that exact.
SHORTEST_DUE_SECONDS = 60

_NUMBER = r"([0-9]{1,9}(?:[.,][0-9]{1,6})?)"
_DURATION = re.compile(
    rf"P(?=[0-9T])(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?=[0-9])(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?\Z"
)
_TIMESTAMP = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})\Z"
)
# A Step Functions execution, resumed or not, waits at most this long in one step.
_MAX_YEARS = 10


def _parts(text: str) -> tuple[int, float]:
    """Return the whole months and the seconds of a duration; ValueError where it is none."""
    match = _DURATION.match(text)
    if match is None:
        raise ValueError(f"{text!r} is not an ISO 8601 duration")
    years, months, weeks, days, hours, minutes, seconds = (
        float((part or "0").replace(",", ".")) for part in match.groups()
    )
    whole = years * 12 + months
    if whole != int(whole):
        raise ValueError(f"{text!r} has a fraction of a month")
    total = ((weeks * 7 + days) * 24 + hours) * 3600 + minutes * 60 + seconds
    if whole > _MAX_YEARS * 12 or total > _MAX_YEARS * 366 * 86400:
        raise ValueError(f"{text!r} is longer than {_MAX_YEARS} years")
    return int(whole), total


def parse_duration(text: str) -> float:
    """Return the seconds of an ISO 8601 duration of fixed length: `PT5M`, `P1DT12H`, `P2W`.

    Raises:
        ValueError: It is not one, is longer than ten years, or has years or months.
    """
    months, seconds = _parts(text)
    if months:
        raise ValueError(f"{text!r} has years or months, which differ in length")
    return seconds


def is_duration(text: str) -> bool:
    """Say whether a text means to be a duration: no timestamp begins like one."""
    return text.startswith("P")


def add_duration(moment: datetime, text: str) -> datetime:
    """Return the moment an ISO 8601 duration later.  Years and months go by the calendar.

    The 31st of a month that has none is its last day.

    Raises:
        ValueError: The text is not a duration, or is longer than ten years.
    """
    months, seconds = _parts(text)
    if months:
        month = moment.month - 1 + months
        year = moment.year + month // 12
        first = moment.replace(year=year, month=month % 12 + 1, day=1)
        following = (first + timedelta(days=32)).replace(day=1)
        moment = first.replace(day=min(moment.day, (following - timedelta(days=1)).day))
    return moment + timedelta(seconds=seconds)


def parse_timestamp(text: str) -> datetime:
    """Return the moment of an RFC 3339 timestamp, in UTC.

    Raises:
        ValueError: It is not one: it lacks the time or the zone, or the day does not exist.
    """
    match = _TIMESTAMP.match(text)
    if match is None:
        raise ValueError(f"{text!r} is not an RFC 3339 timestamp")
    day, time, fraction, zone = match.groups()
    zone = "+00:00" if zone in "Zz" else zone
    try:
        moment = datetime.fromisoformat(f"{day}T{time}{(fraction or '')[:7]}{zone}")
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text!r} is out of range") from None
