"""What people do in the engine's tests."""

from contextlib import suppress
from typing import Any

from signoff.errors import NotFound
from signoff.runs.progress import settle
from signoff.runs.start import start_run
from signoff.runs.view import RunView, view_run
from signoff.tasks.decide import decide_task
from signoff.tasks.model import Task
from tests.support.waiting import PATIENCE, until
from tests.support.world import TENANT, World

__all__ = ["PATIENCE", "begin", "decide", "open_tasks", "start", "task_of"]


def start(here: World, key: str, user: str = "alice", *groups: str, **variables: Any) -> RunView:
    """Start a run and let it come to its first step."""
    moved = start_run(here.caller(user, *groups), key, variables=variables, document_ref="doc-1")
    return settle(TENANT, moved, PATIENCE)


def begin(here: World, key: str, user: str = "alice", **variables: Any) -> str:
    """Start a run without waiting for anything; answers its id."""
    return start_run(here.caller(user), key, variables=variables, document_ref="doc-1").run_id


def decide(here: World, user: str | None, task: Task, outcome: str, **more: Any) -> RunView:
    """Decide a task and let its branch go on."""
    moved = decide_task(here.caller(user or ""), task.task_id, outcome, **more)
    return settle(TENANT, moved, PATIENCE)


def open_tasks(run_id: str, count: int) -> list[Task]:
    """The run's open tasks, once there are ``count`` of them."""

    def looked() -> tuple[list[Task]] | None:
        with suppress(NotFound):  # a sub-workflow that its parent is about to start
            tasks = view_run(TENANT, run_id).open_tasks
            return (tasks,) if len(tasks) == count else None
        return None

    (tasks,) = until(looked)
    return tasks


def task_of(run_id: str, step: str) -> Task:
    """The run's open task in ``step``, once it is there."""

    def looked() -> Task | None:
        tasks = view_run(TENANT, run_id).open_tasks
        return next((task for task in tasks if task.step_id == step), None)

    return until(looked)
