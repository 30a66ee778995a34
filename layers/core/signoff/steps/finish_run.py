"""The end of a run."""

from typing import Any

from signoff.runs.change import Change
from signoff.runs.ending import close_parent_step, end
from signoff.runs.nudge import at_once, send_output
from signoff.runs.read import find_run
from signoff.steps.arrive import (
    came_from,
    close_passive,
    mark_moved,
    others_in_branch,
    record_passed,
)
from signoff.steps.call import StepCall
from signoff.steps.visit import Visit, on_visit
from signoff.tasks.model import Step


def finish_run(payload: dict[str, Any]) -> dict[str, Any]:
    """Make the run COMPLETED (payload: ``StepCall``; ``spec``: step, outcome, result).

    A sub-workflow closes its parent's step in the same transaction. Safe to repeat.
    """
    call = StepCall.parse(payload)
    done = find_run(call.tenant, call.run_id)
    if done is None or done.status != "COMPLETED":
        parent_step = on_visit(call, lambda visit: _finish(call, visit))
        if parent_step:
            at_once(lambda: send_output(parent_step))
    return {"path": call.path}


def _finish(call: StepCall, visit: Visit) -> Step | None:
    run = visit.run
    spec = call.spec
    change = Change(run)
    record_passed(change, call)
    close_passive(change, others_in_branch(run, call))
    mark_moved(change, call)
    change.record(
        "step.entered",
        {
            "step": spec["step"],
            "path": call.path,
            "type": "end",
            "order": call.order,
            **came_from(visit.last),
        },
    )
    run.current_state = spec["step"]
    run.outcome, run.result = spec["outcome"], spec.get("result")
    end(change, "COMPLETED")
    change.record(
        "run.completed",
        {"outcome": run.outcome, "step": spec["step"], "result": run.result},
    )
    # The checkpoint stays: a rejection may be reversed, with the variables of its last step.
    parent_change, parent_step = close_parent_step(run)
    change.commit(*([parent_change] if parent_change else []))
    return parent_step
