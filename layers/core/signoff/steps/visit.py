"""A machine comes to a step: what is stored there, and what has to be cleared away first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from signoff.errors import StaleAttempt, StepFailed
from signoff.runs.cancel import cancel_child
from signoff.runs.change import Change
from signoff.runs.ids import step_code
from signoff.runs.model import OpenStep, Run
from signoff.runs.read import read_run_and_step, read_run_and_steps
from signoff.steps.arrive import close_passive, others_in_branch
from signoff.steps.call import StepCall
from signoff.storage.repeating import until_committed
from signoff.tasks.model import Step
from signoff.tasks.withdraw import withdraw_rest

T = TypeVar("T")

_PASSIVE = 10  # waits and containers that are closed in the transaction of the arrival itself
_AT_ONCE = 40  # of those that are more, in a transaction of their own
_ROUNDS = 2_000  # open steps of one run


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


def on_visit(call: StepCall, act: Callable[[Visit], T]) -> T:
    """Let ``act`` do the step's work on what is stored, again if another writer was in its way.

    Beforehand, and in transactions of its own, goes what a failed branch has left open and an
    error path has led away from: tasks are withdrawn, sub-workflows cancelled. A step that was
    reached before clears nothing: its attempt retraces its way, and what is open lies ahead.
    """

    def command() -> T:
        visit = read_for(call)
        for _ in range(_ROUNDS):
            if visit.step is not None or not _clear_some(call, visit.run):
                return act(visit)
            visit = read_for(call)
        raise StepFailed("more steps are open than a run can have")

    return until_committed(command)


def _clear_some(call: StepCall, run: Run) -> bool:
    """Close one abandoned step, or some of too many passive ones. False if there is nothing."""
    others = others_in_branch(run, call)
    active = {code for code, place in others.items() if place.type in _DECIDED_ELSEWHERE}
    for code in active:
        _abandon(run, code, others[code])
        return True
    if len(others) <= _PASSIVE:
        return False
    change = Change(run)
    close_passive(change, dict(list(others.items())[:_AT_ONCE]))
    change.commit()
    return True


_DECIDED_ELSEWHERE = ("approval", "task", "workflow", "integration")


def _abandon(run: Run, code: str, place: OpenStep) -> None:
    """Take back what the step has asked for; only then is it no longer open.

    In this order a process that dies in between leaves the step for the next one to find.
    """
    _, step = read_run_and_step(run.tenant, run.run_id, code)
    if step is not None:
        withdraw_rest(
            step,
            "abandoned",
            lambda now, _: now.attempt == run.attempt and now.status == "RUNNING",
        )
        cancel_child(step)
    now, step = read_run_and_step(run.tenant, run.run_id, code)
    if now is None or code not in now.open_steps:
        return
    change = Change(now)
    change.record("step.abandoned", {"step": place.step_id, "path": place.path})
    now.leave(code)
    if step is not None:
        step.status = "CANCELLED"
        change.write_step(step)
    change.commit()
