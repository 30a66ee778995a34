"""Rework: an approver requests changes, the initiator makes them, the same approver looks again.

What ``requestChanges`` does where the definition has no outcome for it. Nothing of it reaches the
machine: the step stays open, and the approver's vote is still out. The rework task stands in the
same step, under the ordinal of the approver's task plus ``REWORK``; while it is open, that task is
closed, and so it must come back in its place when the step is withdrawn and opened again.
"""

from dataclasses import replace

from signoff.directory.groups import ADMINISTRATORS
from signoff.identity.principal import is_program
from signoff.runs.change import Change
from signoff.runs.read import read_some_tasks
from signoff.tasks.model import REWORK, Step, Task
from signoff.tasks.opening import open_task, reopened
from signoff.tasks.present import put_to_whom_is_there, record_unattended


def request_changes(change: Change, step: Step, task: Task, before: Task, comment: str) -> None:
    """Close ``task`` (its owner has it, ``before`` is as it was read) and ask the initiator."""
    ordinal = REWORK + task.ordinal
    earlier = read_some_tasks(step, [ordinal]).get(ordinal)
    rework = Task(
        tenant=task.tenant,
        run_id=task.run_id,
        code=task.code,
        ordinal=ordinal,
        step_id=task.step_id,
        step_name=task.step_name,
        opened_at=change.at,
        status="CLAIMED",
        owner=change.run.initiator,
        rework_of=task.ordinal,
        definition_key=task.definition_key,
        document_ref=task.document_ref,
        urgency=task.urgency,
    )
    change.record(
        "changes.requested",
        {
            "taskId": task.task_id,
            "step": step.step_id,
            "path": step.path,
            "comment": comment,
            "reworkTaskId": rework.task_id,
            "dueAt": task.due_at,
        },
    )
    closed = replace(task, status="CANCELLED", comment=comment, decided_at=change.at)
    change.write_task(closed, before=before)
    open_task(change, step, _put_to_a_person(change, step, rework), earlier)


def _put_to_a_person(change: Change, step: Step, rework: Task) -> Task:
    """``rework`` of the initiator or who stands in for them; of administrators for a program."""
    if not is_program(change.run.initiator):
        return put_to_whom_is_there(change, step, rework)
    record_unattended(change, step, "the run was started by a program")
    return replace(rework, status="PENDING", owner=None, groups=(ADMINISTRATORS,))


def submit(change: Change, step: Step, decided: Task, before: Task) -> None:
    """Close the rework task that is ``decided``, and put its approver's task to them again."""
    ordinal = decided.rework_of or 0
    approvers = read_some_tasks(step, [ordinal])[ordinal]
    change.record(
        "task.decided",
        {
            "taskId": decided.task_id,
            "step": step.step_id,
            "path": step.path,
            "outcome": decided.outcome,
            "comment": decided.comment,
            "data": decided.data,
            "closes": False,
            "stepOutcome": None,
        },
    )
    change.write_task(decided, before=before)
    again = put_to_whom_is_there(change, step, reopened(approvers, owner=approvers.owner))
    open_task(change, step, again, approvers)
