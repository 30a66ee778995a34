"""Clearing up behind a run that is over: its tasks, its sub-workflows, its execution.

The run's end is one transaction; what does not fit into it is owed, under the mark "stop".
"""

from signoff.runs.leave import leave_behind
from signoff.runs.model import OpenStep, Run, places_item
from signoff.runs.nudge import stop_execution
from signoff.runs.read import read_run_and_step
from signoff.storage.store import state
from signoff.storage.transaction import Condition, ConditionFailed, Transaction
from signoff.tasks.model import HUMAN
from signoff.tasks.withdraw import withdraw_rest


def clear_up(run: Run) -> None:
    """Do what the end of ``run`` (CANCELLED or FAILED) still owes; safe to repeat.

    Withdraws open tasks. A run that was cancelled takes its sub-workflows with it; under one that
    failed they go on, for the retry. The mark goes last, so that nothing is forgotten.
    """
    leave_behind(run)
    status, attempt = run.status, run.attempt
    for code, place in run.open_steps.items():
        _, step = read_run_and_step(run.tenant, run.run_id, code)
        if step is None:
            continue
        if place.type in HUMAN:
            withdraw_rest(
                step,
                status.lower(),
                lambda now, _: now.status == status and now.attempt == attempt,
            )
        elif status == "CANCELLED":
            # Imported here: cancelling a child is cancelling, which ends in clearing up.
            from signoff.runs.cancel import cancel_child

            cancel_child(step)
    if status == "CANCELLED":
        stop_execution(run)
    _unmark(run)


def _left_open(run: Run) -> dict[str, OpenStep]:
    """What stays open of a run that was cleared up: the sub-workflows of one that failed."""
    if run.status != "FAILED":
        return {}
    return {code: place for code, place in run.open_steps.items() if place.type == "workflow"}


def _unmark(run: Run) -> None:
    done = Transaction()
    done.update(
        state(),
        run.key,
        set_={"openSteps": places_item(_left_open(run))},
        remove=("nudge", "nudgeShard", "nudgeAt", "leftExecutions"),
        condition=Condition(
            "#status = :status AND #attempt = :attempt",
            {"#status": "status", "#attempt": "attempt"},
            {":status": run.status, ":attempt": run.attempt},
        ),
    )
    try:
        done.commit()
    except ConditionFailed:
        return  # somebody has retried the run in the meantime; its mark is theirs
