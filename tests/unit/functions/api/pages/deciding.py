"""What is stored of a task that was decided by link, or not."""

from typing import Any

from signoff.runs.read import read_work
from signoff.tasks.model import Task
from tests.support.world import TENANT, World


def decided(here: World, task: Task) -> Any:
    """The one entry that says how the task was decided."""
    (entry,) = (
        each
        for each in here.history(task.run_id)
        if each.type in ("task.decided", "changes.requested")
        and each.detail["taskId"] == task.task_id
    )
    return entry


def undecided(here: World, task: Task) -> None:
    assert here.types(task.run_id)[-1] == "task.opened"
    assert read_work(TENANT, task.task_id)[2].version == task.version
