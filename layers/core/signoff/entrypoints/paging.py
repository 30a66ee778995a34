"""``limit`` and ``cursor`` of a list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from signoff.errors import Malformed
from signoff.pagination import DEFAULT_LIMIT, MAX_LIMIT

_MAX_CURSOR_LENGTH = 8192


@dataclass(frozen=True)
class Page:
    """Which part of a list is asked for; ``cursor`` None is its beginning."""

    limit: int = DEFAULT_LIMIT
    cursor: str | None = None


def read_page(query: Mapping[str, str]) -> Page:
    """The page that ``query`` asks for. Raises Malformed."""
    limit = query.get("limit", str(DEFAULT_LIMIT)).strip()
    cursor = query.get("cursor") or None
    if not (re.fullmatch(r"[0-9]{1,9}", limit) and 1 <= int(limit) <= MAX_LIMIT):
        raise Malformed(f"limit must be a whole number from 1 to {MAX_LIMIT}", field="limit")
    if cursor and len(cursor) > _MAX_CURSOR_LENGTH:
        raise Malformed("cursor is not one that this API gave out", field="cursor")
    return Page(int(limit), cursor)
