"""The bounded wait after a command, so that its answer shows where the run went.

Design section 2: the endpoint waits until the branch that the command moved has recorded its next
event. That event's transaction takes back what the command noted on the run's item (a start owed,
a closed step whose branch has not gone on), so that item is what is watched.
"""

from dataclasses import dataclass

from signoff.limits import WAIT_SECONDS
from signoff.runs.ids import run_partition
from signoff.runs.model import RUN_SORT_KEY, Run
from signoff.runs.view import RunView, view_run
from signoff.runs.waiting import wait_until
from signoff.storage.store import state
from signoff.storage.table import Key


@dataclass(frozen=True)
class Moved:
    """What a command set going: the run, or (``code``) the branch behind one of its steps.

    ``waits`` is False when nothing more will happen by itself: a quorum still short of its count,
    a join with open siblings. ``joins`` is the container of that join: a sibling may also open
    while the answer waits (the next item of a map, a branch that began a moment later).
    """

    run_id: str
    code: str | None = None
    waits: bool = True
    joins: str | None = None


def settle(tenant: str, moved: Moved, seconds: float = WAIT_SECONDS) -> RunView:
    """The run after ``moved``; when ``seconds`` pass first, the committed state as it is."""
    if moved.waits:
        wait_until(lambda: _went_on(tenant, moved), seconds)
    return view_run(tenant, moved.run_id)


def _went_on(tenant: str, moved: Moved) -> bool:
    run_at: Key = (run_partition(tenant, moved.run_id), RUN_SORT_KEY)
    item = state().get(run_at)
    if item is None:
        return True
    run = Run.from_item(item)
    if run.status != "RUNNING" or (moved.joins is not None and run.stands_in(moved.joins)):
        return True
    return not (moved.code in run.nudged if moved.code else run.nudge == "start")
