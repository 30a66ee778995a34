"""Reversing a rejection: the run goes back to the step whose decision led to it."""

from signoff.errors import Conflict
from signoff.history.entry import HistoryEntry
from signoff.history.store import newest_entries
from signoff.identity.principal import Caller
from signoff.runs.change import Change
from signoff.runs.checkpoint import find_checkpoint
from signoff.runs.ids import top_step
from signoff.runs.model import Run
from signoff.runs.outcome import is_rejection
from signoff.runs.progress import Moved
from signoff.runs.read import find_run
from signoff.runs.redirect import redirect
from signoff.runs.resubmit import check_not_taken_up
from signoff.runs.sent import check_reason, send

_SENT = frozenset({"run.moved", "run.restarted", "run.reversed", "run.started"})


def reverse_rejection(caller: Caller, run_id: str, reason: str) -> Moved:
    """Let a rejected run go back to the step that rejected it, which asks anew.

    That is the top-level step of the last decision (made by a person, a deadline, or a sub-workflow
    that was rejected itself). Raises NotFound, Invalid (no reason), Conflict (the run is not
    rejected, is a sub-workflow, has been submitted anew, or no decision led to its rejection).
    """
    check_reason(reason, required=True)
    return send(caller, run_id, lambda change: _reverse(change, reason))


def _reverse(change: Change, reason: str) -> None:
    run = change.run
    if run.parent is not None:
        raise Conflict("A sub-workflow's rejection is reversed in its parent")
    if not is_rejection(run):
        raise Conflict("has not been rejected", about="run")
    check_not_taken_up(run)
    step = _rejecting_step(run)
    if step is None or find_checkpoint(run) is None:
        raise Conflict("No decision led to the rejection; restart the run instead")
    redirect(change, step, type_="run.reversed", detail={"reason": reason})


def _rejecting_step(run: Run) -> str | None:
    for entry in newest_entries(run):
        if entry.type in _SENT:
            return None
        if _rejects(run, entry):
            return top_step(entry.detail["path"])
    return None


def _rejects(run: Run, entry: HistoryEntry) -> bool:
    if entry.type == "task.decided":
        return bool(entry.detail["closes"])
    child_id = entry.detail.get("runId")
    if entry.type != "step.completed" or child_id is None:
        return False
    child = find_run(run.tenant, child_id)
    return child is not None and is_rejection(child)
