"""Runs, tasks and history as the Flow API shows them."""

from collections.abc import Iterable

from signoff.contracts.flow.models import (
    AuditEntry,
    FlowStatus,
    FlowStatusWithHistory,
    FlowSummary,
    TaskSummary,
)
from signoff.contracts.flow.words import word_for
from signoff.history.entry import HistoryEntry
from signoff.identity.principal import Actor
from signoff.runs.model import Run
from signoff.runs.view import RunView
from signoff.tasks.shown import ShownTask


def task_summary(task: ShownTask, actor: Actor) -> TaskSummary:
    """The task as ``actor`` sees it.

    Of several groups the first that the actor holds is shown, else the first. A task put to one
    named person has no group; that person's id stands in its place.
    """
    held = (group for group in task.groups if group in actor.groups)
    first = task.groups[0] if task.groups else task.owner or ""
    return TaskSummary(
        task_id=task.task_id,
        flow_id=task.run_id,
        state_name=task.step_id,
        candidate_group_id=next(held, first),
        status=task.status,
        owner_id=task.owner,
    )


def flow_status(view: RunView, actor: Actor) -> FlowStatus:
    """Where a run is, with its open tasks as ``actor`` sees them."""
    run = view.run
    return FlowStatus(
        flow_id=run.run_id,
        definition_key=run.definition_key,
        current_state=run.current_state,
        status=run.status,
        terminal_outcome=run.outcome,
        pending_tasks=[task_summary(task, actor) for task in view.open_tasks],
    )


def flow_with_history(
    view: RunView, entries: Iterable[HistoryEntry], actor: Actor
) -> FlowStatusWithHistory:
    """Where a run is and what happened to it."""
    status = flow_status(view, actor)
    return FlowStatusWithHistory(
        flow_id=status.flow_id,
        definition_key=status.definition_key,
        current_state=status.current_state,
        status=status.status,
        terminal_outcome=status.terminal_outcome,
        pending_tasks=status.pending_tasks,
        history=[audit_entry(entry) for entry in entries if _is_shown(entry)],
    )


def flow_summary(run: Run) -> FlowSummary:
    """A run in its submitter's list."""
    return FlowSummary(
        flow_id=run.run_id,
        definition_key=run.definition_key,
        current_state=run.current_state,
        status=run.status,
        terminal_outcome=run.outcome,
        document_ref=run.document_ref or "",
        submitter_id=run.initiator,
        updated_at=run.updated_at,
    )


def audit_entry(entry: HistoryEntry) -> AuditEntry:
    """A history entry in the contract's words, with the form's data beside a decision."""
    word = word_for(entry)
    detail = word.detail(entry)
    if entry.type == "task.decided" and entry.detail.get("data") is not None:
        detail["data"] = entry.detail["data"]
    return AuditEntry(type=word.audit, actor_id=entry.actor, occurred_at=entry.at, detail=detail)


def _is_shown(entry: HistoryEntry) -> bool:
    # The first state is entered from nowhere: FLOW_STARTED has said so.
    return entry.type != "step.entered" or bool(entry.detail.get("from"))
