"""A run's life, told by its history alone.

Every state change writes one entry in its transaction, so the entries, read in order, must lead to
the state that is stored. ``rebuild`` does that reading; ``signoff verify-history`` compares.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from signoff.history.entry import HistoryEntry

_CONTAINERS = ("parallel", "map")


@dataclass
class RebuiltTask:
    """A task as history tells it."""

    step: str
    status: str
    owner: str | None
    groups: list[str]
    outcome: str | None = None


@dataclass
class RebuiltRun:
    """A run as history tells it. ``problems`` are breaks in the telling, such as a gap."""

    status: str = ""
    current_state: str = ""
    outcome: str | None = None
    initiator: str = ""
    document_ref: str | None = None
    document_version: int | None = None
    sequence: int = 0
    attempt: int = 1
    generation: int = 1
    updated_at: str = ""
    tasks: dict[str, RebuiltTask] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    places: dict[str, tuple[int, str, str]] = field(default_factory=dict)

    @property
    def open_tasks(self) -> dict[str, RebuiltTask]:
        """The tasks somebody can act on."""
        return {
            task_id: task
            for task_id, task in self.tasks.items()
            if task.status in ("PENDING", "CLAIMED")
        }


_Change = Callable[[RebuiltRun, dict[str, Any]], None]


def rebuild(entries: Iterable[HistoryEntry]) -> RebuiltRun:
    """What the run must look like after ``entries`` (oldest first)."""
    run = RebuiltRun()
    for entry in entries:
        if entry.sequence != run.sequence + 1:
            run.problems.append(f"entry {entry.sequence} follows entry {run.sequence}")
        run.sequence, run.updated_at = entry.sequence, entry.at
        _CHANGES.get(entry.type, _nothing)(run, entry.detail)
    return run


def _nothing(_run: RebuiltRun, _detail: dict[str, Any]) -> None:
    """An entry that changes nothing but the sequence: a comment, a notification."""


def _started(run: RebuiltRun, detail: dict[str, Any]) -> None:
    run.status, run.current_state = "RUNNING", detail["initialState"]
    run.initiator, run.document_ref = detail["initiator"], detail["documentRef"]
    run.document_version = detail.get("documentVersion")


def _entered(run: RebuiltRun, detail: dict[str, Any]) -> None:
    if detail["type"] == "end":
        run.current_state = detail["step"]
        return
    run.places[detail["path"]] = (detail["order"], detail["step"], detail["type"])
    _stand(run)


def _left(run: RebuiltRun, detail: dict[str, Any]) -> None:
    run.places.pop(detail["path"], None)
    _stand(run)


def _stand(run: RebuiltRun) -> None:
    leaves = [
        (order, path, step)
        for path, (order, step, type_) in run.places.items()
        if type_ not in _CONTAINERS
    ]
    places = leaves or [(order, path, step) for path, (order, step, _) in run.places.items()]
    if places:
        run.current_state = min(places)[2]


def _opened(run: RebuiltRun, detail: dict[str, Any]) -> None:
    owner = detail["owner"]
    run.tasks[detail["taskId"]] = RebuiltTask(
        detail["step"], "CLAIMED" if owner else "PENDING", owner, detail["groups"]
    )


def _task(status: str, owner: Callable[[dict[str, Any]], str | None] | None = None) -> _Change:
    def change(run: RebuiltRun, detail: dict[str, Any]) -> None:
        task = run.tasks.get(detail["taskId"])
        if task is None:
            run.problems.append(f"entry {run.sequence} is about a task that was never opened")
            return
        task.status = status
        if owner:
            task.owner = owner(detail)

    return change


def _handed(run: RebuiltRun, detail: dict[str, Any]) -> None:
    _task("CLAIMED" if detail["to"] else "PENDING", lambda given: given["to"])(run, detail)
    if detail["taskId"] in run.tasks:
        run.tasks[detail["taskId"]].groups = detail["groups"]


def _decided(run: RebuiltRun, detail: dict[str, Any]) -> None:
    _task("COMPLETED")(run, detail)
    if detail["taskId"] in run.tasks:
        run.tasks[detail["taskId"]].outcome = detail["outcome"]
    if detail["closes"]:
        _left(run, detail)


def _attempt(run: RebuiltRun, detail: dict[str, Any]) -> None:
    run.status, run.attempt = "RUNNING", detail["attempt"]


def _redirected(run: RebuiltRun, detail: dict[str, Any]) -> None:
    run.status, run.outcome, run.current_state = "RUNNING", None, detail["to"]
    run.attempt, run.generation = detail["attempt"], detail["generation"]
    # The run stands nowhere now; what it had asked for is taken back, each with its entry.
    run.places = {}


def _failed(run: RebuiltRun, _detail: dict[str, Any]) -> None:
    run.status = "FAILED"
    # What people were asked is withdrawn; sub-workflows go on for the retry.
    run.places = {path: place for path, place in run.places.items() if place[2] == "workflow"}


def _cancelled(run: RebuiltRun, _detail: dict[str, Any]) -> None:
    run.status = "CANCELLED"


def _completed(run: RebuiltRun, detail: dict[str, Any]) -> None:
    run.status, run.outcome = "COMPLETED", detail["outcome"]


def _resumed_step(run: RebuiltRun, detail: dict[str, Any]) -> None:
    run.places[detail["path"]] = (detail["order"], detail["step"], detail["type"])
    _stand(run)


_CHANGES: dict[str, _Change] = {
    "run.started": _started,
    "run.resumed": _attempt,
    "run.retried": _attempt,
    "run.failed": _failed,
    "run.moved": _redirected,
    "run.restarted": _redirected,
    "run.reversed": _redirected,
    "run.cancelled": _cancelled,
    "run.completed": _completed,
    "step.entered": _entered,
    "step.resumed": _resumed_step,
    "step.completed": _left,
    "step.abandoned": _left,
    "notification.sent": _left,
    "integration.called": _left,
    "task.opened": _opened,
    "task.claimed": _task("CLAIMED", lambda detail: str(detail["owner"])),
    "task.released": _task("PENDING", lambda _: None),
    "task.delegated": _handed,
    "task.reassigned": _handed,
    "task.closed": _task("CANCELLED"),
    "changes.requested": _task("CANCELLED"),
    "task.decided": _decided,
}
