"""Coming to a step that was reached before: by a repeated call, or by a later attempt."""

from signoff.clock import after
from signoff.runs.change import Change
from signoff.runs.model import FIRST_CHECK_SECONDS, OpenStep, Run, nudge_keys
from signoff.steps.call import StepCall
from signoff.storage.store import state
from signoff.storage.transaction import Transaction, unchanged
from signoff.tasks.model import Step


def take_over(call: StepCall, run: Run, step: Step) -> None:
    """Let this execution own the step: its token is the one that counts.

    Every repetition of a state has a token of its own, and so has every attempt. Nothing happened
    to the run by that, so history has no entry for it. Raises ConditionFailed or Contended.
    """
    same = step.attempt == call.attempt and step.token == call.token
    if same and run.nudge != "start":
        return
    writes = Transaction()
    if run.nudge == "start":  # the attempt has come to where the run stands
        due = after(FIRST_CHECK_SECONDS)
        marks = {"nudge": "check"} | nudge_keys(run.run_id, due)
        writes.update(state(), run.key, set_=marks, condition=unchanged(run.sequence))
    if not same:
        condition = unchanged(step.version)
        step.attempt, step.token = call.attempt, call.token
        step.version += 1
        writes.put(state(), step.to_item(), condition)
    writes.commit()


def withdrawn(run: Run, step: Step) -> bool:
    """Whether the step was taken away when the run failed, and a retry has come back to it."""
    return step.status == "CANCELLED" or (step.status == "OPEN" and step.code not in run.open_steps)


def reopen(change: Change, call: StepCall, step: Step) -> None:
    """Open a step again that was withdrawn or has failed. The caller writes it."""
    step.status, step.output, step.nudge_at = "OPEN", None, None
    step.attempt, step.token = call.attempt, call.token
    run = change.run
    place = OpenStep(call.step_id, call.path, call.type, call.order)
    run.open_steps = run.open_steps | {call.code: place}
    change.record(
        "step.resumed",
        {"step": step.step_id, "path": step.path, "type": step.type, "order": step.order},
    )
    run.stand()
    run.moved()
