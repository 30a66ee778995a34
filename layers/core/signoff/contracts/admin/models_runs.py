"""Runs, their tasks and their history as the admin API takes and shows them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from signoff.contracts.admin.models import Sent, Shown, Text
from signoff.definitions.names import definition_named
from signoff.history.entry import HistoryEntry
from signoff.limits import DOCUMENT_REF_CHARACTERS
from signoff.runs.ids import derived_run_id
from signoff.runs.lists import Wanted
from signoff.runs.model import Run
from signoff.runs.view import RunView
from signoff.tasks.model import Task

RunStatus = Literal["RUNNING", "COMPLETED", "FAILED", "CANCELLED"]
TaskStatus = Literal["PENDING", "CLAIMED", "COMPLETED", "CANCELLED"]


class StartRunRequest(Sent):
    """A run that is to be started."""

    definition: Annotated[
        str,
        Field(
            min_length=1,
            max_length=67,
            description="Key (bare or as wt_<key>) or UUID of a published definition",
            examples=["document-approval"],
        ),
    ]
    variables: Annotated[
        dict[str, JsonValue], Field(default_factory=dict, examples=[{"amount": 1200.5}])
    ]
    document_ref: Annotated[str | None, Field(max_length=DOCUMENT_REF_CHARACTERS)] = None


class CancelRunRequest(Sent):
    """Why a run is cancelled."""

    reason: Text | None = None


class MoveRunRequest(Sent):
    """Where a run is to go on, and why."""

    step: Annotated[
        str,
        Field(
            min_length=1,
            max_length=64,
            description="Id of a step at the top level of the run's definition",
            examples=["Review"],
        ),
    ]
    reason: Text | None = None


class RestartRunRequest(Sent):
    """Why a run begins again."""

    reason: Text | None = None


class ReverseRejectionRequest(Sent):
    """Why a rejection is reversed."""

    reason: Annotated[Text, Field(min_length=1)]


class CommentRunRequest(Sent):
    """A comment for a run's history."""

    comment: Annotated[Text, Field(min_length=1)]


class RunSummary(Shown):
    """A run as lists show it."""

    id: str
    definition_id: str
    definition_key: str
    definition_version: int
    status: RunStatus
    current_state: str
    outcome: str | None
    document_ref: str | None
    document_version: Annotated[
        int | None, Field(description="Of a run that was started on a document")
    ]
    initiator: str
    started_at: str
    updated_at: str
    ended_at: str | None
    attempt: int


class RunTask(Shown):
    """A task that somebody can act on."""

    id: str
    step_id: str
    step_name: str
    status: TaskStatus
    owner: str | None
    groups: list[str]
    opened_at: str


class SubRun(Shown):
    """A sub-workflow that a step waits for."""

    run_id: str
    step_id: str


class RunDetail(RunSummary):
    """A run with its open tasks, its result, and the reason if it failed.

    ``sequence`` is the number of its last history entry. ``parent`` is the run of which it is a
    sub-workflow. ``generation`` counts how often it was sent to a step from outside, from 1.
    ``previousRunId`` is the rejected run that it takes up again, ``nextRunId`` the run that has
    taken up this one.
    """

    sequence: int
    generation: int
    urgency: str | None
    previous_run_id: str | None
    next_run_id: str | None
    result: JsonValue
    error: dict[str, JsonValue] | None
    parent: str | None
    open_tasks: list[RunTask]
    sub_runs: list[SubRun]


class Entry(Shown):
    """A history entry; its id is also the id of the event on the bus."""

    id: str
    run_id: str
    sequence: int
    type: str
    at: str
    actor: str | None
    via: Annotated[str | None, Field(description="Id of the API key that was used, or `link`")]
    definition_key: str
    detail: dict[str, JsonValue]


def wanted_runs(filters: Mapping[str, str]) -> Wanted:
    """What the filters of a list of runs ask for."""
    definition = filters.get("definition")
    return Wanted(
        definition=None if definition is None else definition_named(definition),
        status=filters.get("status"),
        initiator=filters.get("initiator"),
        started_after=filters.get("startedAfter"),
        started_before=filters.get("startedBefore"),
    )


def run_summary(run: Run) -> RunSummary:
    """The run as lists show it."""
    return RunSummary(**_fields(run))


def run_detail(view: RunView) -> RunDetail:
    """The run with everything an operator asks for."""
    run = view.run
    return RunDetail(
        **_fields(run),
        sequence=run.sequence,
        generation=run.generation,
        urgency=run.urgency,
        previous_run_id=run.previous_run_id,
        next_run_id=run.next_run_id,
        result=run.result,
        error=run.error,
        parent=run.parent["runId"] if run.parent else None,
        open_tasks=[_task(task) for task in view.open_tasks],
        sub_runs=_sub_runs(run),
    )


def shown_entry(entry: HistoryEntry) -> Entry:
    """The entry, whole."""
    return Entry(
        id=entry.id,
        run_id=entry.run_id,
        sequence=entry.sequence,
        type=entry.type,
        at=entry.at,
        actor=entry.actor,
        via=entry.via,
        definition_key=entry.definition_key,
        detail=entry.detail,
    )


def _fields(run: Run) -> dict[str, Any]:
    return {
        "id": run.run_id,
        "definition_id": run.definition_id,
        "definition_key": run.definition_key,
        "definition_version": run.definition_version,
        "status": run.status,
        "current_state": run.current_state,
        "outcome": run.outcome,
        "document_ref": run.document_ref,
        "document_version": run.document_version.number if run.document_version else None,
        "initiator": run.initiator,
        "started_at": run.started_at,
        "updated_at": run.updated_at,
        "ended_at": run.ended_at,
        "attempt": run.attempt,
    }


def _sub_runs(run: Run) -> list[SubRun]:
    waiting = [step for step in run.open_steps.values() if step.type == "workflow"]
    return [
        # The id of a sub-workflow follows from its step (steps/start_child.py).
        SubRun(run_id=derived_run_id(run.run_id, step.path), step_id=step.step_id)
        for step in sorted(waiting, key=lambda step: (step.order, step.path))
        if run.status in ("RUNNING", "FAILED")
    ]


def _task(task: Task) -> RunTask:
    return RunTask(
        id=task.task_id,
        step_id=task.step_id,
        step_name=task.step_name,
        status=task.status,
        owner=task.owner,
        groups=list(task.groups),
        opened_at=task.opened_at,
    )
