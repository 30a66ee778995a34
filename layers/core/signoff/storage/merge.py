"""One list out of several partitions, in one order, without duplicates, under one cursor."""

import heapq
from collections.abc import Sequence

from signoff.pagination import Slice, cursor_at, place_in
from signoff.storage.store import state
from signoff.storage.table import Index, Table
from signoff.storage.values import Item


def merged(
    partitions: Sequence[str],
    *,
    limit: int,
    cursor: str | None,
    index: Index | None = None,
    newest_first: bool = False,
    table: Table | None = None,
) -> Slice[Item]:
    """``limit`` items of all ``partitions`` after ``cursor``, in order of their sort key.

    One query per partition, each reading at most ``limit + 1`` items (the one more tells whether
    there is a next page). An item that stands in several partitions has the same sort key in
    each and is returned once. ``table`` is that of the state unless another is named. Raises
    Malformed for a cursor that no list gave out.
    """
    beyond = place_in(cursor)
    sort = index.sort if index else "SK"
    pages = [
        (table or state()).query(
            partition,
            after=None if newest_first else beyond,
            before=beyond if newest_first else None,
            index=index,
            newest_first=newest_first,
            limit=limit + 1,
        )
        for partition in dict.fromkeys(partitions)
    ]
    # A page may end early (DynamoDB reads 1 MB at most); what the others hold beyond its end may
    # have something of it in between, and waits for the next call.
    ends = [page.items[-1][sort] for page in pages if page.next_key and page.items]
    known_to = (max(ends) if newest_first else min(ends)) if ends else None
    found: list[Item] = []
    items = heapq.merge(
        *(page.items for page in pages), key=lambda each: each[sort], reverse=newest_first
    )
    for item in items:
        if known_to is not None and _lies_behind(item[sort], known_to, newest_first):
            break
        if not found or found[-1][sort] != item[sort]:
            found.append(item)
    more = len(found) > limit or bool(ends)
    found = found[:limit]
    return Slice(found, cursor_at(found[-1][sort]) if more else None)


def _lies_behind(place: str, end: str, newest_first: bool) -> bool:
    return place < end if newest_first else place > end
