"""Leaving what a run was sent away from: its open tasks, its sub-workflows, its execution.

Sending a run elsewhere is one transaction; what does not fit into it stands in the run's ``left``
and ``left_executions`` and is owed under the mark "start": no execution of the new generation
begins before the old one's work is taken back.
"""

from signoff.runs.change import Change
from signoff.runs.checkpoint import Checkpoint
from signoff.runs.model import Run
from signoff.runs.nudge import start_execution, stop
from signoff.runs.read import read_run_and_step, read_tasks
from signoff.storage.repeating import until_committed
from signoff.tasks.model import HUMAN, Step
from signoff.tasks.withdraw import withdraw, withdraw_rest

_REASON = "redirected"
_SPARE = 6  # items of a transaction that withdrawing leaves to whoever adds more


def set_off(run: Run, checkpoint: Checkpoint | None = None) -> bool:
    """Start the run's present attempt, once everything that it was sent away from is taken back.

    False when an execution of that name already exists. ``checkpoint`` saves reading it.
    """
    leave_behind(run)
    return start_execution(run, checkpoint)


def leave_some(change: Change) -> None:
    """Let the run of ``change`` stand nowhere, and take back as much as fits.

    What waits by itself, or only holds other steps, is over with the entry that tells of the
    redirection; what was asked of people and of sub-workflows is taken back with entries of its
    own.
    """
    run = change.run
    asked = {
        code: place
        for code, place in run.open_steps.items()
        if place.type in HUMAN or place.type == "workflow"
    }
    run.left = run.left | asked
    run.open_steps, run.nudged = {}, {}
    for code, place in asked.items():
        if place.type not in HUMAN:
            continue
        _, step = read_run_and_step(run.tenant, run.run_id, code)
        if step is None:
            continue
        if change.room < _SPARE or not withdraw(change, read_tasks(step), _REASON):
            return
        if change.room < _SPARE:
            return
        _abandon(change, step)


def leave_behind(run: Run) -> None:
    """Take back what is left of ``run.left`` and stop ``run.left_executions``; safe to repeat."""
    for arn in run.left_executions:
        stop(arn, "Redirected", "The run was sent to another step")
    for code in run.left:
        _, step = read_run_and_step(run.tenant, run.run_id, code)
        if step is not None:
            _leave(step)


def _leave(step: Step) -> None:
    # Imported here: cancelling a child is cancelling, which ends in leaving what it had left.
    from signoff.runs.cancel import cancel_child

    withdraw_rest(step, _REASON, lambda now, _: step.code in now.left)
    cancel_child(step)

    def command() -> None:
        run, now = read_run_and_step(step.tenant, step.run_id, step.code)
        if run is None or now is None or step.code not in run.left:
            return
        change = Change(run)
        _abandon(change, now)
        change.commit()

    until_committed(command)


def _abandon(change: Change, step: Step) -> None:
    """Close a step whose work is taken back."""
    run = change.run
    change.record("step.abandoned", {"step": step.step_id, "path": step.path})
    run.left = {code: place for code, place in run.left.items() if code != step.code}
    step.status = "CANCELLED"
    change.write_step(step)
