"""Lists that are one range of one partition of the state table, page by page.

The cursor holds the sort key of the last item shown; the partition is never taken from it, so that
one cannot lead out of its tenant. The sort keys of these lists are ASCII.
"""

from signoff.errors import Malformed
from signoff.pagination import Slice, cursor_at, place_in
from signoff.storage.store import state
from signoff.storage.values import Item


def listed(
    partition: str,
    *,
    limit: int,
    cursor: str | None,
    prefix: str | None = None,
    newest_first: bool = False,
) -> Slice[Item]:
    """``limit`` items after ``cursor`` whose sort keys begin with ``prefix``; one query.

    One item more is read, so that a cursor is given out only where something follows. Raises
    Malformed for a cursor that this list cannot have given out.
    """
    place = place_in(cursor)
    # DynamoDB refuses a start outside of the range that is queried.
    if place is not None and not (place.isascii() and place.startswith(prefix or "")):
        raise Malformed("cursor is not one that this API gave out", field="cursor")
    start = {"PK": partition, "SK": place} if place is not None else None
    page = state().query(
        partition, prefix=prefix, newest_first=newest_first, limit=limit + 1, start=start
    )
    shown = page.items[:limit]
    more = len(page.items) > limit or page.next_key is not None
    return Slice(shown, cursor_at(shown[-1]["SK"]) if shown and more else None)
