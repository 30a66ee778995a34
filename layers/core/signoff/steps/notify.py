"""The notify step: writes its event; whoever listens on the bus delivers it."""

from typing import Any

from signoff.errors import StepFailed
from signoff.runs.change import Change
from signoff.steps.arrive import arrive, new_step
from signoff.steps.call import StepCall
from signoff.steps.come_back import take_over
from signoff.steps.visit import Visit, on_visit
from signoff.storage.values import to_json

MAX_EVENT_BYTES = 64 * 1024


def notify(payload: dict[str, Any]) -> dict[str, Any]:
    """Record the notification (payload: ``StepCall``; ``spec``: event, to, subject, message, data).

    Answers ``{"path", "result"}``. Safe to repeat: one visit writes one event. Raises StepFailed
    when the event is too large.
    """
    call = StepCall.parse(payload)
    if len(to_json(call.spec).encode()) > MAX_EVENT_BYTES:
        raise StepFailed(f"a notification has at most {MAX_EVENT_BYTES} bytes as JSON")
    on_visit(call, lambda visit: _write(call, visit))
    return {"path": call.path, "result": {"event": call.spec.get("event")}}


def _write(call: StepCall, visit: Visit) -> None:
    run, step = visit.run, visit.step
    change = Change(run)
    if step is None:
        step = new_step(call, change)
        step.status = "CLOSED"
        arrive(change, call, visit.last, passing=True)
        change.record("notification.sent", {"step": call.step_id, "path": call.path, **call.spec})
        run.leave(step.code)
    else:
        take_over(call, run, step)
        return
    change.write_step(step)
    change.commit()
