"""Query parameters that narrow a list, and what each of them takes."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from signoff.clock import timestamp
from signoff.errors import Malformed


@dataclass(frozen=True)
class Text:
    """Any text without control characters: an id, a key, a name."""

    longest: int = 256


@dataclass(frozen=True)
class Moment:
    """A date and time with an offset (RFC 3339); read as the engine writes it, in UTC."""


# The words that are allowed, a range of whole numbers, or one of the above.
Filter = tuple[str, ...] | range | Text | Moment

_SHOWN = 64  # characters of a name that nobody knows
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def read_filters(filters: Mapping[str, Filter], query: Mapping[str, str]) -> dict[str, str]:
    """The filters that ``query`` sends. Raises Malformed.

    An empty one is refused: a list that it does not narrow is not what anybody meant to ask for.
    """
    return {name: _read(name, query[name], filters[name]) for name in filters if name in query}


def refuse_unknown(known: Collection[str], query: Mapping[str, str]) -> None:
    """Raises Malformed for a parameter of ``query`` that is none of those ``known``."""
    for name in query:
        if name not in known:
            there = f"there are {', '.join(known)}" if known else "the operation takes none"
            shown = name[:_SHOWN]
            raise Malformed(f"There is no query parameter '{shown}'; {there}", field=shown)


def _read(name: str, value: str, allowed: Filter) -> str:
    if not value:
        raise Malformed(f"{name} must not be empty; leave it out to ask for all", field=name)
    if isinstance(allowed, Moment):
        return _moment(name, value)
    if isinstance(allowed, Text):
        if len(value) > allowed.longest or _CONTROL.search(value):
            raise Malformed(
                f"{name} must be at most {allowed.longest} characters, none of them a control "
                "character",
                field=name,
            )
    elif isinstance(allowed, range):
        if not (re.fullmatch(r"[0-9]{1,9}", value) and int(value) in allowed):
            raise Malformed(
                f"{name} must be a whole number from {allowed[0]} to {allowed[-1]}", field=name
            )
    elif value not in allowed:
        raise Malformed(f"{name} must be one of {', '.join(allowed)}", field=name)
    return value


def _moment(name: str, value: str) -> str:
    try:
        # A plus that nobody escaped arrives as a blank.
        moment = datetime.fromisoformat(re.sub(r" (?=\d\d:\d\d\Z)", "+", value))
        if moment.tzinfo is None:
            raise ValueError("without an offset")
        return timestamp(moment)
    except (ValueError, OverflowError) as error:
        raise Malformed(
            f"{name} must be a date and time with an offset, such as 2027-01-31T00:00:00Z",
            field=name,
        ) from error
