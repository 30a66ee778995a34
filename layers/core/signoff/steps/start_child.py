"""The sub-workflow step: starts a run of its own and waits for its end."""

from typing import Any

from signoff.definitions.store import find_definition, read_version
from signoff.errors import Invalid, StepFailed
from signoff.runs.change import Change
from signoff.runs.ending import tell_parent
from signoff.runs.ids import derived_run_id
from signoff.runs.leave import set_off
from signoff.runs.model import Run
from signoff.runs.nudge import send_output
from signoff.runs.read import find_run
from signoff.runs.retry import retry_child
from signoff.runs.start import Origin, prepare_run
from signoff.steps.arrive import arrive, new_step
from signoff.steps.call import StepCall
from signoff.steps.come_back import reopen, take_over, withdrawn
from signoff.steps.visit import Visit, on_visit
from signoff.tasks.model import Step

MAX_DEPTH = 5


def start_child(payload: dict[str, Any]) -> None:
    """Start the child of a ``workflow`` step (``spec``: definition, version, variables).

    The child's id follows from the parent's id and the step's path, so a repetition finds the
    child that is there. Its end closes the step and sends the token (``runs.ending``). A child
    that failed is retried when its parent is. Raises StepFailed for an unknown or disabled
    definition, variables that do not fit, and a depth over 5.
    """
    call = StepCall.parse(payload)
    step = on_visit(call, lambda visit: _open(call, visit))
    if step.status == "CLOSED":
        send_output(step)
        return
    child = find_run(call.tenant, step.child_run_id or "")
    if child is not None and child.status == "FAILED":
        retry_child(child)
    elif child is not None and child.status != "RUNNING":
        tell_parent(child)
    elif child is not None and child.nudge == "start":
        set_off(child)


def _open(call: StepCall, visit: Visit) -> Step:
    run, step = visit.run, visit.step
    if step is None:
        return _start(call, visit)
    if not withdrawn(run, step) and not _again(call, run, step):
        take_over(call, run, step)
        return step
    change = Change(run)
    reopen(change, call, step)
    change.write_step(step)
    change.commit()
    return step


def _again(call: StepCall, run: Run, step: Step) -> bool:
    """Whether a sub-workflow that failed is wanted once more.

    By the definition's own retry, where it has one (the same attempt comes with another token), or
    because the run was retried since. A later attempt that merely retraces its way gets the
    failure again.
    """
    failed = step.status == "CLOSED" and "error" in (step.output or {})
    repeated = step.attempt == call.attempt and step.token != call.token
    own_retry = repeated and bool(call.spec.get("retries"))
    return failed and (own_retry or step.attempt < run.retried)


def _start(call: StepCall, visit: Visit) -> Step:
    run = visit.run
    depth = run.depth + 1
    if depth > MAX_DEPTH:
        raise StepFailed(f"sub-workflows are nested at most {MAX_DEPTH} deep")
    key = str(call.spec["definition"])
    head = find_definition(call.tenant, key)
    if head is None or not head.enabled:
        raise StepFailed(f"there is no enabled definition '{key}' to start")
    published = read_version(
        call.tenant, head.definition_id, int(call.spec.get("version") or head.version)
    )
    change = Change(run)
    step = new_step(call, change)
    step.child_run_id = derived_run_id(run.run_id, call.path)
    try:
        _, child, _ = prepare_run(
            call.tenant,
            step.child_run_id,
            published.document,
            definition_id=head.definition_id,
            version=published.version,
            machine_arn=published.machine_arn,
            variables=call.spec.get("variables") or {},
            document_ref=run.document_ref,
            document_version=run.document_version,
            origin=Origin(
                run.initiator, parent={"runId": run.run_id, "code": call.code}, depth=depth
            ),
        )
    except Invalid as error:
        raise StepFailed(f"sub-workflow '{key}': {error.message}") from error
    arrive(change, call, visit.last)
    change.write_step(step)
    change.commit(child)
    return step
