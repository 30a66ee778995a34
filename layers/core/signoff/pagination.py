"""Pages of a list and the opaque cursor that leads to the next one."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from signoff.errors import Malformed

DEFAULT_LIMIT = 50
MAX_LIMIT = 200

_SORT_KEY = 1024  # bytes (Amazon DynamoDB Developer Guide, "Constraints")
_FOREIGN = "cursor is not one that this API gave out"

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class Slice(Generic[T]):
    """Part of a list; ``cursor`` asks for what follows, None at the end."""

    items: list[T]
    cursor: str | None

    def map(self, render: Callable[[T], U]) -> "Slice[U]":
        """The same slice with every item rendered."""
        return Slice([render(item) for item in self.items], self.cursor)

    @property
    def has_more(self) -> bool:
        """Whether something follows."""
        return self.cursor is not None


@dataclass(frozen=True)
class Feed(Slice[T], Generic[T, U]):
    """Part of a list that grows at its end.

    ``cursor`` is never None: it leads on from here, also where nothing follows yet. ``standing`` is
    what the list is about, as it was when the list was read.
    """

    more: bool
    standing: U

    @property
    def has_more(self) -> bool:
        """Whether something follows already."""
        return self.more


def encode_cursor(position: dict[str, Any] | None) -> str | None:
    """An opaque, URL-safe text for a position in a list; None stays None."""
    if position is None:
        return None
    text = json.dumps(position, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> dict[str, Any] | None:
    """The position behind ``cursor``. Raises Malformed for anything this module did not write."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        position = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise Malformed(_FOREIGN, field="cursor") from error
    if not isinstance(position, dict):
        raise Malformed(_FOREIGN, field="cursor")
    return position


def place_in(cursor: str | None) -> str | None:
    """The sort key behind a list's cursor, None at the beginning.

    Raises Malformed for anything that no list can have given out.
    """
    position = decode_cursor(cursor)
    if position is None:
        return None
    place = position.get("after")
    if not isinstance(place, str) or not 1 <= len(place.encode(errors="replace")) <= _SORT_KEY:
        raise Malformed(_FOREIGN, field="cursor")
    return place


def cursor_at(place: str | None) -> str | None:
    """The cursor that leads on behind the sort key ``place``."""
    return encode_cursor(None if place is None else {"after": place})
