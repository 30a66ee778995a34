"""The human step: opens its tasks and leaves the token for the decision that closes it."""

from typing import Any

from signoff.runs.change import Change
from signoff.runs.nudge import send_output
from signoff.runs.read import read_some_tasks
from signoff.sla.people import check_people
from signoff.steps.arrive import arrive, new_step
from signoff.steps.call import StepCall
from signoff.steps.come_back import reopen, take_over, withdrawn
from signoff.steps.visit import Visit, on_visit
from signoff.tasks.asks import resolve_asks
from signoff.tasks.model import REWORK, Step, Task
from signoff.tasks.opening import open_next, wanted
from signoff.tasks.present import record_left_out, record_unattended

_CHUNK = 40  # tasks: more than one transaction has room for
_CHUNKS = 150  # transactions for one step; 500 tasks of 20 groups each need about 125 in the worst


def open_tasks(payload: dict[str, Any]) -> None:
    """Open the tasks of an ``approval`` or ``task`` step (payload: ``StepCall``).

    Safe to repeat: tasks have ids that follow from the step's path. A step that is decided
    already (an earlier attempt got that far) sends its result on at once.
    Where nobody is left to ask the administrators are. Raises StepFailed for candidates that are
    none, StaleAttempt for an execution that is over.
    """
    call = StepCall.parse(payload)
    for _ in range(_CHUNKS):
        step = on_visit(call, lambda visit: _open_some(call, visit))
        if step.status == "CLOSED":
            send_output(step)
            return
        if step.opened >= wanted(step):
            return


def _open_some(call: StepCall, visit: Visit) -> Step:
    run, step = visit.run, visit.step
    change = Change(run)
    existing: dict[int, Task] = {}
    if step is None:
        step = new_step(call, change)
        check_people(call.spec)
        asked = resolve_asks(call.spec, call.tenant, run.initiator, change.at)
        spec = {name: value for name, value in call.spec.items() if name != "candidates"}
        step.asks, step.spec = asked.asks, spec | {"quorum": asked.quorum}
        arrive(change, call, visit.last)
        if asked.unattended:
            record_unattended(change, step, asked.unattended, asked.left_out)
        elif asked.left_out:
            record_left_out(change, step, asked.left_out)
    else:
        if withdrawn(run, step):
            reopen(change, call, step)
            step.opened = 0
        else:
            take_over(call, run, step)
            if step.status == "CLOSED" or step.opened >= wanted(step):
                return step
        ordinals = range(step.opened, step.opened + _CHUNK)
        existing = read_some_tasks(step, [*ordinals, *(REWORK + each for each in ordinals)])
    open_next(change, step, min(wanted(step), step.opened + _CHUNK), existing)
    change.write_step(step)
    change.commit()
    return step
