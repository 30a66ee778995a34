"""What the end of a run does: to the run, and to the step of its parent that waits for it."""

from typing import Any

from signoff.clock import after
from signoff.runs.change import Change
from signoff.runs.model import NUDGE_GRACE_SECONDS, Run, RunStatus
from signoff.runs.nudge import at_once, send_output
from signoff.runs.read import read_run_and_step, read_tasks
from signoff.storage.repeating import until_committed
from signoff.tasks.model import HUMAN, Step
from signoff.tasks.withdraw import withdraw


def end(change: Change, status: RunStatus) -> None:
    """Give the run of ``change`` its final ``status``; nothing is owed to its machine any more."""
    run = change.run
    run.status, run.ended_at = status, change.at
    run.nudge = run.nudge_at = None


def withdraw_some(change: Change, reason: str) -> None:
    """Close open tasks of the run of ``change``, as many as fit; ``clear_up`` does the rest."""
    run = change.run
    for code, place in run.open_steps.items():
        if place.type not in HUMAN:
            continue
        _, step = read_run_and_step(run.tenant, run.run_id, code)
        if step is not None and not withdraw(change, read_tasks(step), reason):
            return


def close_parent_step(run: Run) -> tuple[Change | None, Step | None]:
    """The change that closes the step waiting for ``run``, to be committed with the run's own.

    ``run`` has its final state. ``(None, None)`` when nobody waits: no parent, or it has moved on.
    """
    if run.parent is None:
        return None, None
    parent, step = read_run_and_step(run.tenant, run.parent["runId"], run.parent["code"])
    if parent is None or step is None or parent.status != "RUNNING" or step.status != "OPEN":
        return None, None
    if step.code in parent.left:
        return None, None
    change = Change(parent)
    step.output = {"path": step.path, **_told(run)}
    step.status = "CLOSED"
    step.nudge_at = after(NUDGE_GRACE_SECONDS)
    parent.nudged = parent.nudged | {step.code: step.path}
    parent.leave(step.code)
    change.record(
        "step.completed",
        {
            "step": step.step_id,
            "path": step.path,
            "type": step.type,
            "runId": run.run_id,
            "status": run.status,
        },
        nudge=step.code,
    )
    change.write_step(step)
    return change, step


def tell_parent(run: Run) -> None:
    """Close the step of the parent that waits for a run which has ended before, if it still does.

    For a parent that had failed when its sub-workflow ended, and is retried.
    """

    def command() -> Step | None:
        change, step = close_parent_step(run)
        if change:
            change.commit()
        return step

    step = until_committed(command)
    if step:
        at_once(lambda: send_output(step))


def _told(run: Run) -> dict[str, Any]:
    """What the parent's machine is told of the end: a result, or an error and its cause."""
    if run.status == "COMPLETED":
        result = {"outcome": run.outcome, "result": run.result, "runId": run.run_id}
        return {"outcome": None, "result": result}
    if run.status == "CANCELLED":
        return {"error": "ChildCancelled", "cause": "the sub-workflow was cancelled"}
    error = run.error or {}
    return {"error": error.get("error"), "cause": error.get("cause")}
