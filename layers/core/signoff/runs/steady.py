"""Reading a run with what belongs to it, all of one moment, without holding anybody up.

A run, its tasks and its history are written in one transaction and read one after another. So the
run is read once more behind them: where its sequence is the same, nothing has changed in between.
"""

from collections.abc import Callable
from typing import TypeVar

from signoff.history.entry import HistoryEntry
from signoff.history.store import read_history
from signoff.runs.model import Run
from signoff.runs.read import read_run
from signoff.runs.view import RunView, open_tasks

T = TypeVar("T")

ROUNDS = 4
"""How often everything is read at most, of a run that keeps moving."""


def read_steadily(run: Run, read: Callable[[Run], T]) -> tuple[Run, T]:
    """The run and what ``read`` reads of it; both anew, as it is by then, where it has moved.

    A run that moves in every round is answered as the last one found it.
    """
    found = read(run)
    for _ in range(ROUNDS - 1):
        now = read_run(run.tenant, run.run_id)
        if now.sequence == run.sequence:
            break
        run, found = now, read(now)
    return run, found


def view_steadily(tenant: str, run_id: str) -> RunView:
    """The run and its open tasks, of one moment. Raises NotFound."""
    return RunView(*read_steadily(read_run(tenant, run_id), open_tasks))


def history_of(run: Run) -> list[HistoryEntry]:
    """The history up to the change that ``run`` was read after, oldest first."""
    entries = read_history(run.tenant, run.run_id, limit=None).items
    return [entry for entry in entries if entry.sequence <= run.sequence]
