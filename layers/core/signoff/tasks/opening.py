"""Opening tasks of a step, as many as fit into one transaction."""

from collections.abc import Mapping
from dataclasses import replace

from signoff.runs.change import Change
from signoff.tasks.asks import Ask
from signoff.tasks.due import deadline_of
from signoff.tasks.model import REWORK, Step, Task
from signoff.tasks.present import put_to_whom_is_there

# Items of a transaction that opening a task takes, beside those of worklists: the task, its entry,
# perhaps one that nobody was there for it, and the step.
_BESIDES = 4


def open_next(
    change: Change, step: Step, target: int, existing: Mapping[int, Task] | None = None
) -> None:
    """Open asks of ``step`` from ``step.opened`` up to ``target``, while there is room.

    ``existing`` are tasks from before the step was withdrawn, rework tasks too: decided ones stay
    as they are, withdrawn ones open again, with whoever had them; all of them below ``target`` must
    be among these. The caller writes the step.
    """
    existing = existing or {}
    opened: list[Task] = []
    while step.opened < target:
        ask, ordinal = step.asks[step.opened], step.opened
        before = existing.get(ordinal)
        rework = existing.get(REWORK + ordinal)
        if rework and rework.status != "COMPLETED":
            before = rework  # it was the initiator's turn, and is again
        groups = before.groups if before else ask.get("groups", ())
        if change.room < _BESIDES + max(1, len(groups)):
            return
        step.opened += 1
        if before and before.status != "CANCELLED":
            continue
        task = reopened(before) if before else new_task(change, step, ask, ordinal)
        # Whoever was named for a first task, or for all at once, was so just now.
        if before or (ordinal and step.spec.get("order") == "serial"):
            task = put_to_whom_is_there(change, step, task, opened)
        open_task(change, step, task, before)
        opened.append(task)


def open_task(change: Change, step: Step, task: Task, before: Task | None = None) -> None:
    """Open ``task`` now: its clock begins, it comes into worklists, and history says so.

    Rework has no deadline: the definition gives one to those it asks.
    """
    due_at, warn_at = (None, None)
    if task.rework_of is None:
        due_at, warn_at = deadline_of(step.spec, change.at)
    opened = replace(
        task,
        opened_at=change.at,
        due_at=due_at,
        warn_at=warn_at,
        timer_at=warn_at or due_at,
        alerts=0,
    )
    change.record("task.opened", _detail(step, opened))
    change.write_task(opened, before=before)


def _detail(step: Step, task: Task) -> dict[str, object]:
    detail: dict[str, object] = {
        "taskId": task.task_id,
        "step": step.step_id,
        "path": step.path,
        "groups": list(task.groups),
        "owner": task.owner,
        "ordinal": task.ordinal,
        "dueAt": task.due_at,
    }
    if task.formerly:
        detail["formerly"] = list(task.formerly)
    if task.rework_of is not None:
        detail["reworkOf"] = replace(task, ordinal=task.rework_of).task_id
    return detail


def new_task(change: Change, step: Step, ask: Ask, ordinal: int) -> Task:
    """The task for ``ask``: PENDING for groups, CLAIMED for a person."""
    task = Task(
        tenant=step.tenant,
        run_id=step.run_id,
        code=step.code,
        ordinal=ordinal,
        step_id=step.step_id,
        step_name=step.name,
        opened_at=change.at,
        status="PENDING",
        groups=tuple(ask.get("groups", [])),
        formerly=tuple(ask.get("formerly", [])),
        definition_key=change.run.definition_key,
        document_ref=change.run.document_ref,
        urgency=change.run.urgency,
    )
    if "owner" in ask:
        return replace(task, status="CLAIMED", owner=ask["owner"])
    return task


def reopened(task: Task, *, owner: str | None = None) -> Task:
    """``task`` as it is asked again: of ``owner``, else of its person or its groups."""
    holder = owner or (task.owner if task.is_direct else None)
    return replace(
        task,
        status="CLAIMED" if holder else "PENDING",
        owner=holder,
        outcome=None,
        comment=None,
        data=None,
        decided_at=None,
        decided_by=None,
        command=None,
    )


def wanted(step: Step) -> int:
    """How many asks should have been opened by now: all, or in a series one at a time."""
    if step.spec.get("order") == "serial":
        return min(len(step.asks), sum(step.votes.values()) + 1)
    return len(step.asks)
