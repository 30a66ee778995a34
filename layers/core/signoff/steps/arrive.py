"""What every durable step does on arrival, in the transaction that opens it."""

from typing import Any

from signoff.runs.change import Change
from signoff.runs.checkpoint import Checkpoint
from signoff.runs.model import OpenStep, Run
from signoff.steps.call import StepCall
from signoff.tasks.model import Step, step_key


def arrive(change: Change, call: StepCall, last: Step | None, *, passing: bool = False) -> None:
    """Record that the run has reached ``call``'s step.

    ``passing``: the machine goes on at once, so whoever waits for the branch waits further.

    In this order: what was passed on the way, what is over because the machine has moved on, the
    entry into the step. A top-level step becomes the checkpoint of the next attempt.
    """
    run = change.run
    record_passed(change, call)
    close_passive(change, others_in_branch(run, call))
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
    run.stalled = 0
    if not passing:
        mark_moved(change, call)
    if call.is_top:
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


def mark_moved(change: Change, call: StepCall) -> None:
    """Take the nudge marks off the steps that led here: those of the branch and around it."""
    run = change.run
    run.moved()
    arrived_from = [code for code, path in run.nudged.items() if _led_to(call, path)]
    for code in arrived_from[:_MARKS]:
        change.clear_nudge(step_key(run.tenant, run.run_id, code))
        run.nudged = {each: path for each, path in run.nudged.items() if each != code}


def _led_to(call: StepCall, path: str) -> bool:
    around = path[: path.rfind("/") + 1]
    return path.startswith(call.at) or call.at.startswith(around)


def close_passive(change: Change, places: dict[str, OpenStep]) -> None:
    """Close steps that nobody decides: waits that are over, containers that were left.

    One branch stands in one place at a time, so an arrival ends what is open in it (``steps.visit``
    has closed all but a few beforehand).
    """
    run = change.run
    for code, place in places.items():
        change.record(
            "step.completed",
            {"step": place.step_id, "path": place.path, "type": place.type},
        )
        change.close_step(step_key(run.tenant, run.run_id, code))
        run.leave(code)


def others_in_branch(run: Run, call: StepCall) -> dict[str, OpenStep]:
    """Open steps of the call's branch; those inside the step itself (a container's) are its own."""
    inside = f"{call.path}/"
    return {
        code: place
        for code, place in run.open_steps.items()
        if place.path.startswith(call.at)
        and place.path != call.path
        and not place.path.startswith(inside)
    }


_MARKS = 40  # taken off in one transaction; what is more, the arrivals that follow take off


def record_passed(change: Change, call: StepCall) -> None:
    """Commit what the machine passed since its last durable step."""
    passed = call.scope.get("passed") or []
    if passed:
        steps = [each | {"step": call.generation + each["step"]} for each in passed]
        change.record("steps.passed", {"steps": steps})


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
