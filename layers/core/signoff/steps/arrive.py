"""What every durable step does on arrival, in the transaction that opens it."""

from dataclasses import dataclass
from typing import Any

from signoff.errors import StaleAttempt, StepFailed
from signoff.runs.cancel import cancel_child
from signoff.runs.change import Change, until_committed
from signoff.runs.checkpoint import Checkpoint
from signoff.runs.ids import step_code
from signoff.runs.model import OpenStep, Run
from signoff.runs.read import read_run_and_step, read_run_and_steps
from signoff.steps.call import StepCall
from signoff.tasks.model import Step, step_key
from signoff.tasks.withdraw import withdraw_rest


@dataclass(frozen=True)
class Visit:
    """What is stored when a machine comes to a step.

    ``step`` is there if it was reached before; ``last`` is the step that the machine comes from.
    """

    run: Run
    step: Step | None
    last: Step | None


def read_for(call: StepCall) -> Visit:
    """What is stored for the call: one read.

    Raises StaleAttempt when this execution has no business any more: a newer attempt has taken
    over, or the run has ended. Raises StepFailed when the step's code is taken by another path.
    """
    last_code = step_code(call.last) if call.last else call.code
    run, (step, last) = read_run_and_steps(call.tenant, call.run_id, [call.code, last_code])
    if run is None or run.run_id != call.run_id:
        raise StaleAttempt("the run is gone")
    if run.attempt > call.attempt or run.status != "RUNNING":
        raise StaleAttempt("the run has moved on without this execution")
    if step is not None and step.path != call.path:
        # One chance in 7e10 per pair of steps; better a run that stops than two steps in one.
        raise StepFailed("two steps of the run share one code")
    return Visit(run, step, last if call.last else None)


def arrive(change: Change, call: StepCall, last: Step | None) -> None:
    """Record that the run has reached ``call``'s step.

    In this order: what was passed on the way, what is over because the machine has moved on, the
    entry into the step. A top-level step becomes the checkpoint of the next attempt.
    """
    run = change.run
    record_passed(change, call)
    leave_behind(change, call)
    run.open_steps = run.open_steps | {
        call.code: OpenStep(call.step_id, call.path, call.type, call.order)
    }
    change.record(
        "step.entered",
        {
            "step": call.step_id,
            "path": call.path,
            "type": call.type,
            "order": call.order,
            **came_from(last),
        },
    )
    run.stand()
    run.moved()
    if not call.at:
        save_checkpoint(change, call)


def save_checkpoint(change: Change, call: StepCall) -> None:
    """Let the next attempt begin at this step, with this scope (what was passed is committed)."""
    scope: dict[str, Any] = call.scope | {"passed": []}
    change.put(Checkpoint(call.top, scope).to_item(change.run))


def came_from(last: Step | None) -> dict[str, Any]:
    """Where the machine comes from, and the outcome that led here: ``{"from", "trigger"}``."""
    if last is None:
        return {"from": None, "trigger": None}
    return {"from": last.step_id, "trigger": (last.output or {}).get("outcome")}


def leave_behind(change: Change, call: StepCall) -> None:
    """Close what is open in the step's branch: one branch stands in one place at a time.

    Ends waits and containers that the machine has come out of, and takes the nudge marks off the
    steps that led here. Human steps and sub-workflows are cleared beforehand (``clear_abandoned``).
    """
    run = change.run
    for code, place in _others_in_branch(run, call).items():
        change.record(
            "step.completed",
            {"step": place.step_id, "path": place.path, "type": place.type},
        )
        change.close_step(step_key(run.tenant, run.run_id, code))
        run.leave(code)
    arrived_from = [code for code, path in run.nudged.items() if path.startswith(call.at)]
    for code in arrived_from[:_MARKS]:  # what is more is cleared by the arrivals that follow
        change.clear_nudge(step_key(run.tenant, run.run_id, code))
        run.nudged = {each: path for each, path in run.nudged.items() if each != code}


def clear_abandoned(call: StepCall) -> None:
    """Withdraw what a failed branch left open: its siblings' tasks and sub-workflows.

    Happens only after an error path out of a parallel or a map, so it may take its own
    transactions before the step's.
    """

    def one() -> bool:
        visit = read_for(call)
        run = visit.run
        if visit.step is not None:
            return True  # an attempt retraces its way: what is open further on is not left behind
        for code, place in _others_in_branch(run, call).items():
            if place.type not in ("approval", "task", "workflow"):
                continue
            _, step = read_run_and_step(run.tenant, run.run_id, code)
            change = Change(run)
            change.record("step.abandoned", {"step": place.step_id, "path": place.path})
            run.leave(code)
            if step is not None:
                step.status = "CANCELLED"
                change.write_step(step)
            change.commit()
            if step is not None:
                withdraw_rest(step, "abandoned")
                cancel_child(step)
            return False
        return True

    for _ in range(_MOST_ABANDONED):
        if until_committed(one):
            return


_MOST_ABANDONED = 2_000  # open steps of one run
_MARKS = 40  # cleared in one transaction: the branches of one join


def _others_in_branch(run: Run, call: StepCall) -> dict[str, OpenStep]:
    """Open steps of the same branch; those inside the step itself (a resumed container) are its."""
    own = (call.path, f"{call.path}/")
    return {
        code: place
        for code, place in run.open_steps.items()
        if place.path.startswith(call.at)
        and place.path != own[0]
        and not place.path.startswith(own[1])
    }


def record_passed(change: Change, call: StepCall) -> None:
    """Commit what the machine passed since its last durable step."""
    passed = call.scope.get("passed") or []
    if passed:
        change.record("steps.passed", {"steps": passed})


def new_step(call: StepCall, change: Change) -> Step:
    """The step of ``call``, not written yet."""
    return Step(
        tenant=call.tenant,
        run_id=call.run_id,
        code=call.code,
        path=call.path,
        step_id=call.step_id,
        name=call.name,
        type=call.type,
        order=call.order,
        opened_at=change.at,
        attempt=call.attempt,
        token=call.token,
        spec=call.spec,
    )
