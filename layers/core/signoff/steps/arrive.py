"""What every durable step does on arrival, in the transaction that opens it."""

from typing import Any

from signoff.errors import StaleAttempt, StepFailed
from signoff.runs.cancel import cancel_child
from signoff.runs.change import Change, until_committed
from signoff.runs.checkpoint import Checkpoint
from signoff.runs.ids import step_code
from signoff.runs.model import OpenStep, Run
from signoff.runs.read import read_run_and_step
from signoff.steps.call import StepCall
from signoff.tasks.model import Step, step_key
from signoff.tasks.withdraw import withdraw_rest


def read_for(call: StepCall) -> tuple[Run, Step | None]:
    """The run and, if it was reached before, the step.

    Raises StaleAttempt when this execution has no business any more: a newer attempt has taken
    over, or the run has ended. Raises StepFailed when the step's code is taken by another path.
    """
    run, step = read_run_and_step(call.tenant, call.run_id, call.code)
    if run is None or run.run_id != call.run_id:
        raise StaleAttempt("the run is gone")
    if run.attempt > call.attempt or run.status != "RUNNING":
        raise StaleAttempt("the run has moved on without this execution")
    if step is not None and step.path != call.path:
        # One chance in 7e10 per pair of steps; better a run that stops than two steps in one.
        raise StepFailed("two steps of the run share one code")
    return run, step


def arrive(change: Change, call: StepCall) -> None:
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
            "from": call.came_from,
            "trigger": call.scope.get("outcome"),
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


def leave_behind(change: Change, call: StepCall) -> None:
    """Close what is open in the step's branch: one branch stands in one place at a time.

    Ends waits and containers that the machine has come out of, and takes the nudge mark off the
    step that led here. Human steps and sub-workflows are cleared beforehand (``clear_abandoned``).
    """
    run = change.run
    behind = _others_in_branch(run, call)
    for code, place in behind.items():
        change.record(
            "step.completed",
            {"step": place.step_id, "path": place.path, "type": place.type},
        )
        change.close_step(step_key(run.tenant, run.run_id, code))
        run.open_steps = {each: rest for each, rest in run.open_steps.items() if each != code}
    last = step_code(call.scope["last"]) if call.scope.get("last") else None
    if last and last != call.code and last not in behind:
        change.clear_nudge(step_key(run.tenant, run.run_id, last))


def clear_abandoned(call: StepCall) -> None:
    """Withdraw what a failed branch left open: its siblings' tasks and sub-workflows.

    Happens only after an error path out of a parallel or a map, so it may take its own
    transactions before the step's.
    """

    def one() -> bool:
        run, _ = read_for(call)
        for code, place in _others_in_branch(run, call).items():
            if place.type not in ("approval", "task", "workflow"):
                continue
            _, step = read_run_and_step(run.tenant, run.run_id, code)
            change = Change(run)
            change.record("step.abandoned", {"step": place.step_id, "path": place.path})
            run.open_steps = {each: rest for each, rest in run.open_steps.items() if each != code}
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


def _others_in_branch(run: Run, call: StepCall) -> dict[str, OpenStep]:
    return {
        code: place
        for code, place in run.open_steps.items()
        if place.path.startswith(call.at) and place.path != call.path
    }


def record_passed(change: Change, call: StepCall) -> None:
    """Commit what the machine passed since its last durable step."""
    passed = call.scope.get("passed") or []
    if passed:
        change.record("steps.passed", {"steps": passed})


def resumed(change: Change, call: StepCall, step: Step) -> None:
    """Let a new attempt own a step that was reached before: nobody is asked again."""
    step.attempt = call.attempt
    step.token = call.token or step.token
    if step.status == "OPEN":
        change.run.open_steps = change.run.open_steps | {
            call.code: OpenStep(call.step_id, call.path, call.type, call.order)
        }
        change.run.stand()
    change.record(
        "step.resumed",
        {
            "step": step.step_id,
            "path": step.path,
            "type": step.type,
            "order": step.order,
            "open": step.status == "OPEN",
            "attempt": call.attempt,
        },
    )
    change.run.moved()


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
