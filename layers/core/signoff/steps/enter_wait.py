"""The durable beginning of a wait: its deadline is set once, whatever happens to executions."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from signoff.clock import now, timestamp
from signoff.errors import StepFailed
from signoff.runs.change import Change
from signoff.steps.arrive import arrive, new_step
from signoff.steps.call import StepCall
from signoff.steps.come_back import reopen, take_over, withdrawn
from signoff.steps.visit import Visit, on_visit

LONGEST = timedelta(days=360)  # an execution of Step Functions may last a year


def enter_wait(payload: dict[str, Any]) -> dict[str, Any]:
    """Record the wait's absolute deadline; answers ``{"path", "until"}`` (RFC 3339, UTC).

    ``spec`` holds ``duration`` (ISO 8601) or ``until`` (RFC 3339). A repetition and a later
    attempt get the deadline of the first. Raises StepFailed for values that are neither, or that
    lie more than 360 days ahead.
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
            moment = TypeAdapter(datetime).validate_python(spec["until"])
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        else:
            moment = start + TypeAdapter(timedelta).validate_python(spec.get("duration"))
    except (ValidationError, OverflowError) as error:
        raise StepFailed(
            "wait takes an ISO 8601 duration (PT2H, P3D) or an RFC 3339 timestamp"
        ) from error
    if moment - start > LONGEST:
        raise StepFailed(f"a wait lasts at most {LONGEST.days} days")
    return timestamp(max(moment, start))
