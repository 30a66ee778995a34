"""Reading a run's history, oldest first."""

from collections.abc import Iterator

from signoff.errors import Malformed
from signoff.history.entry import HistoryEntry
from signoff.pagination import Slice, cursor_at, place_in
from signoff.runs.ids import run_partition
from signoff.runs.model import Run
from signoff.storage.store import history

_PAGE = 500


def read_entry(run: Run, sequence: int) -> HistoryEntry:
    """One entry of a run that is known to have it."""
    # A query, because that is all that readers of history are permitted.
    page = history().query(run.partition, prefix=f"{sequence:010d}", limit=1)
    if not page.items:
        raise LookupError(f"run {run.run_id} has no entry {sequence}")
    return HistoryEntry.from_item(page.items[0])


def read_history(
    tenant: str, run_id: str, *, limit: int | None = None, cursor: str | None = None
) -> Slice[HistoryEntry]:
    """Entries of the run from ``cursor`` on; ``limit`` None means all of them.

    Raises Malformed for a cursor that this list did not give out.
    """
    partition = run_partition(tenant, run_id)
    if limit is None:
        items = list(history().query_all(partition))
        return Slice([HistoryEntry.from_item(item) for item in items], None)
    place = place_in(cursor)
    if place is not None and not (place.isascii() and place.isdigit()):
        raise Malformed("cursor is not one that this API gave out", field="cursor")
    start = {"PK": partition, "SK": place} if place is not None else None
    page = history().query(partition, limit=limit, start=start)
    following = page.next_key["SK"] if page.next_key else None
    return Slice([HistoryEntry.from_item(item) for item in page.items], cursor_at(following))


def read_entries(run: Run, after: int, count: int) -> list[HistoryEntry]:
    """At most ``count`` entries behind the sequence ``after``, oldest first; none for 0.

    One query: fewer than ``count`` where they are more than it reads at once (1 MB).
    """
    if count < 1:
        return []
    page = history().query(run.partition, after=f"{after:010d}", limit=count)
    return [HistoryEntry.from_item(item) for item in page.items]


def newest_entries(run: Run) -> Iterator[HistoryEntry]:
    """The run's entries, the newest first; read a page at a time, as far as they are asked for."""
    for item in history().query_all(run.partition, newest_first=True, limit=_PAGE):
        yield HistoryEntry.from_item(item)
