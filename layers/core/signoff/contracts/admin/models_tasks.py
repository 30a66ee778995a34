"""Tasks as the admin API takes and shows them."""

from typing import Annotated

from pydantic import Field

from signoff.contracts.admin.models import Sent, Shown, Text
from signoff.contracts.admin.models_runs import TaskStatus
from signoff.tasks.asks import MAX_GROUPS
from signoff.tasks.candidates import MAX_NAME
from signoff.tasks.model import Task

_Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME)]


class ReassignTaskRequest(Sent):
    """Who is to have a task: one person, or the members of some groups."""

    user_id: Annotated[_Name | None, Field(examples=["erin"])] = None
    groups: Annotated[list[_Name] | None, Field(max_length=MAX_GROUPS)] = None
    reason: Annotated[Text | None, Field(examples=["On parental leave"])] = None


class TaskDetail(Shown):
    """A task. ``formerly`` are those who had it before, the one first asked to begin with."""

    id: str
    run_id: str
    step_id: str
    step_name: str
    status: TaskStatus
    owner: str | None
    groups: list[str]
    formerly: list[str]
    opened_at: str
    due_at: str | None


def task_detail(task: Task) -> TaskDetail:
    """The task, with its run and its past owners."""
    return TaskDetail(
        id=task.task_id,
        run_id=task.run_id,
        step_id=task.step_id,
        step_name=task.step_name,
        status=task.status,
        owner=task.owner,
        groups=list(task.groups),
        formerly=list(task.formerly),
        opened_at=task.opened_at,
        due_at=task.due_at,
    )
