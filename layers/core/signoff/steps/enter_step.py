"""The durable beginning of a step that holds others: parallel and map."""

from typing import Any

from signoff.runs.change import Change
from signoff.steps.arrive import arrive, new_step
from signoff.steps.call import StepCall
from signoff.steps.come_back import reopen, take_over, withdrawn
from signoff.steps.visit import Visit, on_visit


def enter_step(payload: dict[str, Any]) -> dict[str, Any]:
    """Record that the run has entered a container (payload: ``StepCall``); answers its path."""
    call = StepCall.parse(payload)
    on_visit(call, lambda visit: _enter(call, visit))
    return {"path": call.path}


def _enter(call: StepCall, visit: Visit) -> None:
    step = visit.step
    change = Change(visit.run)
    if step is None:
        step = new_step(call, change)
        arrive(change, call, visit.last, passing=True)
    elif withdrawn(visit.run, step):
        reopen(change, call, step)
    else:
        take_over(call, visit.run, step)
        return
    change.write_step(step)
    change.commit()
