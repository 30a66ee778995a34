"""Cursors of the lists that are one partition: the sort key of the last item that was read.

The sort keys of these lists are ASCII. The partition is never taken from a cursor, so that one
cannot lead out of its tenant.
"""

from signoff.errors import Malformed
from signoff.pagination import decode_cursor, encode_cursor
from signoff.storage.table import Page
from signoff.storage.values import Item

_MAX_SORT_KEY = 1024  # bytes; Amazon DynamoDB, "Constraints": sort key length


def read_cursor(partition: str, cursor: str | None, *, prefix: str = "") -> Item | None:
    """Where in ``partition`` to go on, among sort keys that begin with ``prefix``.

    DynamoDB refuses a start outside of the range that is queried. Raises Malformed for a cursor
    that ``write_cursor`` cannot have written.
    """
    position = decode_cursor(cursor)
    if position is None:
        return None
    after = position.get("after")
    if (
        not isinstance(after, str)
        or not after.isascii()
        or not after.startswith(prefix)
        or not 1 <= len(after) <= _MAX_SORT_KEY
    ):
        raise Malformed("cursor is not one that this API gave out", field="cursor")
    return {"PK": partition, "SK": after}


def write_cursor(page: Page) -> str | None:
    """The cursor to what follows ``page``, None at the end."""
    return encode_cursor({"after": page.next_key["SK"]}) if page.next_key else None
