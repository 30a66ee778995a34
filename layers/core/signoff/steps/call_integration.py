"""The integration step: others are called, and what came of it is recorded.

Whoever is called cannot take part in a transaction. So the visit is recorded before the call and
its result after it; a process that dies in between calls again, under the same Idempotency-Key.
"""

from dataclasses import dataclass
from typing import Any

from signoff.errors import Invalid, StaleAttempt, StepFailed
from signoff.outbound.client import send
from signoff.runs.change import Change
from signoff.runs.ids import derived_run_id
from signoff.steps.arrive import arrive, new_step
from signoff.steps.call import StepCall
from signoff.steps.come_back import reopen, take_over, withdrawn
from signoff.steps.integrations import RESULT_BYTES, problem_of, request_of, result_of
from signoff.steps.mailing import mail_of
from signoff.steps.mailing import send as send_mail
from signoff.steps.visit import Visit, on_visit
from signoff.tasks.model import Step


@dataclass(frozen=True)
class Outcome:
    """What came of one call: for history, for the run's variables, and what went wrong."""

    said: dict[str, Any]
    result: dict[str, Any] | None = None
    problem: str | None = None


def call_integration(payload: dict[str, Any]) -> dict[str, Any]:
    """Call whoever the step names (payload: ``StepCall``; ``spec``: kind and its fields).

    Answers ``{"path", "result"}``; a visit that has its result calls nobody again. Raises
    StepFailed where the call was not taken, which history tells each time.
    """
    call = StepCall.parse(payload)
    step = on_visit(call, lambda visit: _enter(call, visit))
    if step.output is not None:
        return step.output
    outcome = _call(call)
    output = on_visit(call, lambda visit: _record(call, visit, outcome))
    if output is None:
        raise StepFailed(outcome.problem)
    return output


def _enter(call: StepCall, visit: Visit) -> Step:
    run, step = visit.run, visit.step
    change = Change(run)
    if step is None:
        step = new_step(call, change)
        step.spec = {"kind": call.spec["kind"]}  # URLs and headers can be secrets
        arrive(change, call, visit.last)
    elif withdrawn(run, step):
        reopen(change, call, step)
    else:
        take_over(call, run, step)
        return step
    change.write_step(step)
    change.commit()
    return step


def _record(call: StepCall, visit: Visit, outcome: Outcome) -> dict[str, Any] | None:
    """Write down what came of the call; the step's output, None where there is none."""
    run, step = visit.run, visit.step
    if step is None or withdrawn(run, step):
        raise StaleAttempt("the step was taken back while others were called")
    if step.output is not None:
        return step.output
    change = Change(run)
    said = {"step": call.step_id, "path": call.path, **outcome.said}
    if outcome.problem is not None:
        change.record("integration.failed", {**said, "problem": outcome.problem})
        change.commit()
        return None
    change.record("integration.called", said)
    step.status, step.output = "CLOSED", {"path": call.path, "result": outcome.result}
    run.leave(step.code)
    change.write_step(step)
    change.commit()
    return step.output


def _call(call: StepCall) -> Outcome:
    """Make the call, once."""
    kind = call.spec["kind"]
    try:
        return _mailed(call) if kind == "email" else _requested(call)
    except Invalid as error:
        return Outcome({"kind": kind}, problem=f"the call cannot be made: {error.message}")


def _mailed(call: StepCall) -> Outcome:
    result, recipients, problem = send_mail(call.tenant, mail_of(call.spec))
    return Outcome({"kind": "email", "recipients": recipients}, result, problem)


def _requested(call: StepCall) -> Outcome:
    request = request_of(call.spec, derived_run_id(call.run_id, call.path))
    reply = send(
        request.url,
        method=request.method,
        headers=request.headers,
        body=request.body,
        keep=RESULT_BYTES,
    )
    said = {
        "kind": call.spec["kind"],
        "host": request.host,
        "statusCode": reply.status,
        "milliseconds": reply.milliseconds,
    }
    problem = problem_of(request.host, reply)
    return Outcome(said, None if problem else result_of(reply), problem)
