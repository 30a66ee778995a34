"""The durable beginning of a wait: its deadline is set once, whatever happens to executions."""

from datetime import datetime
from typing import Any

from signoff.clock import now, timestamp
from signoff.definition.times import add_duration, parse_timestamp
from signoff.errors import StepFailed
from signoff.runs.change import Change
from signoff.steps.arrive import arrive, new_step
from signoff.steps.call import StepCall
from signoff.steps.come_back import reopen, take_over, withdrawn
from signoff.steps.visit import Visit, on_visit

# Far beyond the year that an execution may last: the attempts that follow keep the deadline.
LONGEST = "P10Y"


def enter_wait(payload: dict[str, Any]) -> dict[str, Any]:
    """Record the wait's absolute deadline; answers ``{"path", "until"}`` (RFC 3339, UTC).

    ``spec`` holds ``duration`` (ISO 8601) or ``until`` (RFC 3339). A repetition and a later
    attempt get the deadline of the first. Raises StepFailed for values that are neither, or that
    lie more than ten years ahead.
    """
    call = StepCall.parse(payload)
    until = on_visit(call, lambda visit: _enter(call, visit))
    return {"path": call.path, "until": until}


def _enter(call: StepCall, visit: Visit) -> str:
    step = visit.step
    change = Change(visit.run)
    if step is None:
        step = new_step(call, change)
        step.spec = {"until": deadline(call.spec, now())}
        arrive(change, call, visit.last)
    elif withdrawn(visit.run, step):
        reopen(change, call, step)
    else:
        take_over(call, visit.run, step)
        return str(step.spec["until"])
    change.write_step(step)
    change.commit()
    return str(step.spec["until"])


def deadline(spec: dict[str, Any], start: datetime) -> str:
    """The moment that ``spec`` means, counted from ``start``. A moment in the past is now."""
    try:
        if spec.get("until") is not None:
            moment = parse_timestamp(str(spec["until"]))
        else:
            moment = add_duration(start, str(spec.get("duration")))
    except ValueError as error:
        raise StepFailed(
            "wait takes an ISO 8601 duration (PT2H, P3D) or an RFC 3339 timestamp "
            "(2026-11-21T09:00:00Z), at most ten years ahead"
        ) from error
    if moment > add_duration(start, LONGEST):
        raise StepFailed("a wait lasts at most ten years")
    return timestamp(max(moment, start))
