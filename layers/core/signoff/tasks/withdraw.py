"""Taking open tasks away: their step was decided by others, or their run has ended."""

from collections.abc import Callable
from dataclasses import replace

from signoff.runs.change import Change
from signoff.runs.model import Run
from signoff.runs.read import read_run_and_step, read_tasks
from signoff.storage.repeating import until_committed
from signoff.tasks.model import OPEN_TASK, Step, Task

# Items of a transaction that closing a task takes, beside those of worklists: the task and its
# entry. Two more are for the caller: the step, and a note of the command.
_BESIDES = 4
_ROUNDS = 100  # of at least 15 tasks each; a step has at most 500


def withdraw(change: Change, tasks: list[Task], reason: str) -> bool:
    """Close the open ones of ``tasks``, each with its entry. False when some did not fit."""
    for task in tasks:
        if task.status not in OPEN_TASK:
            continue
        if change.room < _BESIDES + max(1, len(task.groups)):
            return False
        change.record(
            "task.closed",
            {
                "taskId": task.task_id,
                "step": task.step_id,
                "reason": reason,
                "dueAt": task.due_at,
            },
        )
        change.write_task(replace(task, status="CANCELLED"), before=task)
    return True


def withdraw_rest(step: Step, reason: str, holds: Callable[[Run, Step], bool]) -> None:
    """Close every task of ``step`` that is still open, in as many transactions as it takes.

    Each of them first makes sure that ``holds``: the run and the step, as they are now, still give
    the reason. A withdrawal that comes late must not take what a retry has opened again.
    """

    def some() -> bool:
        run, now = read_run_and_step(step.tenant, step.run_id, step.code)
        if run is None or now is None or not holds(run, now):
            return True
        left = [task for task in read_tasks(now) if task.status in OPEN_TASK]
        if not left:
            return True
        change = Change(run)
        done = withdraw(change, left, reason)
        change.commit()
        return done

    for _ in range(_ROUNDS):
        if until_committed(some):
            return


def withdraw_decided(step: Step) -> None:
    """Close what is left of a step that others have decided."""
    withdraw_rest(step, "decided", lambda _, now: now.status == "CLOSED")
