"""Following a run: what has happened to it behind a place, or the next thing that does.

A place is the sequence of the last entry that the reader has. A change of a run writes its item and
its entries in one transaction, and sequences have no gap; so the item alone says whether there is
something new, and how much, and reading up to the sequence that it had shows the run and its
history of one moment. Nothing is skipped or shown twice, whatever is written in between.
"""

import re
from dataclasses import dataclass

from signoff.errors import Malformed
from signoff.history.entry import HistoryEntry
from signoff.history.store import read_entries
from signoff.pagination import cursor_at, place_in
from signoff.runs.model import Run
from signoff.runs.read import read_run
from signoff.runs.waiting import wait_until

_PLACE = re.compile(r"[0-9]{10}", re.ASCII)


@dataclass(frozen=True)
class Followed:
    """Entries of a run behind a place, oldest first, and the run as it was when they were read.

    ``place`` is where to go on: the last entry's sequence, or where the reader was.
    """

    run: Run
    entries: list[HistoryEntry]
    place: int

    @property
    def more(self) -> bool:
        """Whether there is something behind ``place`` already."""
        return self.run.sequence > self.place

    @property
    def ended(self) -> bool:
        """Whether the reader knows all, and nothing more happens by itself.

        Somebody may still comment on the run, restart it or reverse its outcome.
        """
        return not self.more and is_over(self.run)

    @property
    def cursor(self) -> str:
        """``place``, as a reader is given it; there is one in front of the first entry, too."""
        return str(cursor_at(f"{self.place:010d}"))


def follow(
    tenant: str, run_id: str, *, cursor: str | None, limit: int, seconds: float = 0.0
) -> Followed:
    """At most ``limit`` entries behind ``cursor`` (None: from the first on).

    Where there are none, waits up to ``seconds`` for one, or for the run to be over. Raises
    NotFound, and Malformed for a cursor that was not given out for this run.
    """
    run = read_run(tenant, run_id)
    place = _place(cursor)
    if place > run.sequence:
        raise Malformed("cursor is not one that was given out for this run", field="cursor")

    def moved() -> bool:
        nonlocal run
        run = read_run(tenant, run_id)
        return _has_news(run, place)

    if not _has_news(run, place):
        wait_until(moved, seconds)
    # Exactly those that the run counted when it was read; later ones come with the next question.
    entries = _in_a_row(read_entries(run, place, min(limit, run.sequence - place)), place)
    return Followed(run, entries, entries[-1].sequence if entries else place)


def _in_a_row(entries: list[HistoryEntry], place: int) -> list[HistoryEntry]:
    """``entries`` up to the first that is missing behind ``place``.

    A query is not isolated from a transaction that is being committed (Amazon DynamoDB Developer
    Guide, "Amazon DynamoDB Transactions: How it works"), and may see the second of its entries
    without the first, which must not be passed over.
    """
    return [entry for due, entry in enumerate(entries, place + 1) if entry.sequence == due]


def is_over(run: Run) -> bool:
    """Whether the run has ended, and all that its end took back has its entry.

    A cancelled run may owe some of that (``runs.clear``). One that failed is not over: an operator
    can let it go on.
    """
    return run.status in ("COMPLETED", "CANCELLED") and run.nudge is None and not run.left


def _has_news(run: Run, place: int) -> bool:
    return run.sequence > place or is_over(run)


def _place(cursor: str | None) -> int:
    place = place_in(cursor)
    if place is None:
        return 0
    if not _PLACE.fullmatch(place):
        raise Malformed("cursor is not one that this API gave out", field="cursor")
    return int(place)
