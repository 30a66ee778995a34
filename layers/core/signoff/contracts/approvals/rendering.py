"""Runs, tasks and history as the Approvals API shows them."""

from collections.abc import Iterable, Sequence

from signoff.clock import timestamp
from signoff.contracts.approvals.ids import instance_id, template_id
from signoff.contracts.approvals.models import (
    ApprovalTaskStatus,
    Instance,
    InstanceDetail,
    InstanceEntry,
    InstanceStatus,
    InstanceTask,
    WorkflowTask,
)
from signoff.contracts.approvals.times import moment, moment_or_none
from signoff.contracts.approvals.words import detail_of, type_of
from signoff.history.entry import HistoryEntry
from signoff.pagination import Slice
from signoff.runs.model import Run
from signoff.runs.outcome import is_rejection
from signoff.runs.steady import history_of, read_steadily
from signoff.runs.view import RunView, open_among
from signoff.tasks.lists import ListedTask, shown_sla, tasks_of_run
from signoff.tasks.model import Task, TaskState, state_of

_TASK_WORDS: dict[TaskState, ApprovalTaskStatus] = {
    "OPEN": "Pending",
    "COMPLETED": "Completed",
    "CANCELLED": "Cancelled",
}


def instance(view: RunView) -> Instance:
    """Where a run stands: its node, who decides there, and by when the first of them must."""
    run = view.run
    asked = [task for task in view.open_tasks if task.step_id == run.current_state]
    return Instance(
        instance_id=instance_id(run.run_id),
        template_id=template_id(run.definition_key),
        status=instance_status(run),
        current_node_id=run.current_state,
        current_approvers=_once(task.owner for task in asked if task.owner),
        current_groups=_once(
            group for task in asked if task.owner is None for group in task.groups
        ),
        sla_deadline=moment_or_none(min((t.due_at for t in asked if t.due_at), default=None)),
        error=run.error if run.status == "FAILED" else None,
    )


def read_instance(run: Run) -> InstanceDetail:
    """The run with all its tasks and its history, of one moment; one query each."""
    run, (tasks, history) = read_steadily(run, lambda now: (tasks_of_run(now), history_of(now)))
    in_order = sorted(tasks, key=lambda task: (task.opened_at, task.task_id))
    return instance_detail(RunView(run, open_among(run, tasks)), in_order, history)


def instance_detail(
    view: RunView, tasks: Sequence[Task], history: Sequence[HistoryEntry]
) -> InstanceDetail:
    """The run with everything that the contract tells of it. ``history`` begins at its start."""
    run, now = view.run, timestamp()
    before = run.previous_run_id
    return InstanceDetail(
        **dict(instance(view)),
        outcome=run.outcome,
        document_id=run.document_ref,
        document_version=run.document_version.number if run.document_version else None,
        submitted_by=run.initiator,
        context=history[0].detail["variables"],
        started_at=moment(run.started_at),
        completed_at=moment_or_none(run.ended_at) if run.status != "FAILED" else None,
        previous_instance_id=None if before is None else instance_id(before),
        tasks=[instance_task(task, now) for task in tasks],
        history=[instance_entry(entry) for entry in history],
    )


def instance_status(run: Run) -> InstanceStatus:
    """The run's status in the contract's four words.

    A failed run is Running: it has not ended, and goes on when an operator retries it.
    """
    if run.status == "CANCELLED":
        return "Cancelled"
    if run.status == "COMPLETED":
        return "Rejected" if is_rejection(run) else "Completed"
    return "Running"


def shown_tasks(found: Slice[ListedTask]) -> Slice[WorkflowTask]:
    """A list of tasks as it stands now."""
    now = timestamp()
    return found.map(lambda task: workflow_task(task, now))


def workflow_task(task: ListedTask, now: str) -> WorkflowTask:
    """The task as lists show it at the timestamp ``now``."""
    return WorkflowTask(
        task_id=task.task_id,
        instance_id=instance_id(task.run_id),
        template_id=template_id(task.definition_key),
        node_id=task.step_id,
        node_name=task.step_name,
        document_id=task.document_ref,
        assignee_id=task.owner,
        candidate_groups=list(task.groups),
        status=_TASK_WORDS[state_of(task.status)],
        urgency=task.urgency,
        assigned_at=moment(task.opened_at),
        sla_deadline=moment_or_none(task.due_at),
        sla_status=shown_sla(task, now),
    )


def instance_task(task: Task, now: str) -> InstanceTask:
    """The task as its instance shows it."""
    return InstanceTask(
        **dict(workflow_task(task, now)),
        outcome=task.outcome,
        comment=task.comment,
        completed_at=moment_or_none(task.decided_at),
        former_assignee_ids=list(task.formerly),
    )


def instance_entry(entry: HistoryEntry) -> InstanceEntry:
    """A history entry in the contract's words."""
    return InstanceEntry(
        id=entry.id,
        type=type_of(entry),
        at=moment(entry.at),
        actor_user_id=entry.actor,
        key_id=entry.via,
        detail=detail_of(entry),
    )


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
