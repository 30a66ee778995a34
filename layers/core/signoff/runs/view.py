"""A run as it is shown: the run and its open tasks."""

from collections.abc import Iterable
from dataclasses import dataclass

from signoff.runs.model import OpenStep, Run
from signoff.runs.read import read_run
from signoff.storage.store import state
from signoff.tasks.model import HUMAN, OPEN_TASK, Task

# Up to so many open steps are asked for one by one; more are read with all that the run has had.
_ONE_BY_ONE = 10


@dataclass(frozen=True)
class RunView:
    """A run with its open tasks, in definition order."""

    run: Run
    open_tasks: list[Task]


def view_run(tenant: str, run_id: str) -> RunView:
    """The run and its open tasks. Raises NotFound.

    Reads the run's item and the tasks of its open steps.
    """
    run = read_run(tenant, run_id)
    return RunView(run, open_tasks(run))


def open_tasks(run: Run) -> list[Task]:
    """The tasks of ``run`` that are PENDING or CLAIMED; none once it has ended."""
    places = _places(run)
    if not places:
        return []
    prefixes = [f"STEP#{code}#" for code in places] if len(places) <= _ONE_BY_ONE else ["STEP#"]
    tasks = [
        Task.from_item(item)
        for prefix in prefixes
        for item in state().query_all(run.partition, prefix=prefix)
        if item["SK"].count("#") > 1
    ]
    return open_among(run, tasks)


def open_among(run: Run, tasks: Iterable[Task]) -> list[Task]:
    """Those of the run's ``tasks`` that somebody can act on, in definition order."""
    places = _places(run)
    shown = [task for task in tasks if task.code in places and task.status in OPEN_TASK]
    return sorted(shown, key=lambda task: (places[task.code].order, task.code, task.ordinal))


def _places(run: Run) -> dict[str, OpenStep]:
    """The open steps of a run that people act in, by code; none once it has ended."""
    if run.status != "RUNNING":
        return {}
    return {code: step for code, step in run.open_steps.items() if step.type in HUMAN}
