"""Opening tasks of a step, as many as fit into one transaction."""

from dataclasses import replace

from signoff.runs.change import Change
from signoff.tasks.asks import Ask
from signoff.tasks.model import Step, Task


def open_next(
    change: Change, step: Step, target: int, existing: dict[int, Task] | None = None
) -> None:
    """Open asks of ``step`` from ``step.opened`` up to ``target``, while there is room.

    ``existing`` are tasks from before the step was withdrawn: decided ones stay as they are,
    withdrawn ones open again. The caller writes the step.
    """
    while step.opened < target:
        ask, ordinal = step.asks[step.opened], step.opened
        if change.room < 4 + len(ask.get("groups", [])):
            return
        before = (existing or {}).get(ordinal)
        step.opened += 1
        if before and before.status != "CANCELLED":
            continue
        task = new_task(change, step, ask, ordinal)
        change.record(
            "task.opened",
            {
                "taskId": task.task_id,
                "step": step.step_id,
                "path": step.path,
                "groups": list(task.groups),
                "owner": task.owner,
                "ordinal": ordinal,
            },
        )
        change.write_task(task, before=before)


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
        definition_key=change.run.definition_key,
        document_ref=change.run.document_ref,
        urgency=change.run.urgency,
    )
    if "owner" in ask:
        return replace(task, status="CLAIMED", owner=ask["owner"])
    return task


def wanted(step: Step) -> int:
    """How many asks should have been opened by now: all, or in a series one at a time."""
    if step.spec.get("order") == "serial":
        return min(len(step.asks), sum(step.votes.values()) + 1)
    return len(step.asks)
