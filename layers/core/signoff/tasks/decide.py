"""Deciding a task, and closing its step when the decision completes it."""

from collections.abc import Callable
from typing import Any

from signoff.errors import Conflict, Forbidden, Invalid
from signoff.identity.principal import Caller
from signoff.runs.change import Change
from signoff.runs.model import Run
from signoff.runs.nudge import at_once, send_output
from signoff.runs.progress import Moved
from signoff.runs.read import read_work
from signoff.storage.repeating import until_committed
from signoff.tasks.actions import outcome_named, outcomes_of
from signoff.tasks.model import OPEN_TASK, Step, Task
from signoff.tasks.vote import Vote, cast, check_vote, moved
from signoff.tasks.withdraw import withdraw_decided

# Hundreds may vote in one step at once, and each vote has to wait for its turn. An endpoint's own
# time bounds it further.
VOTE_SECONDS = 25.0


def decide_task(
    caller: Caller,
    task_id: str,
    outcome: str,
    *,
    comment: str | None = None,
    data: dict[str, Any] | None = None,
) -> Moved:
    """Record the caller's decision on a task they own; exactly one decision is ever effective.

    ``outcome`` is one of the step's (of a rework task: SUBMIT), letter case ignored. Raises
    NotFound; Invalid (``outcome`` not the step's, ``comment`` missing where required, ``data`` not
    as the form asks); Conflict (the task is not CLAIMED, or the flow is over); Forbidden (not the
    owner). The step closes, its other tasks with it, in the transaction of the decision that
    completes its quorum.
    """

    def command() -> tuple[Moved, Step | None]:
        run, step, task = read_work(caller.tenant, task_id)
        if caller.command_id and task.command == caller.command_id:
            return told_again(run, step, task)
        chosen = outcome_named(outcomes_of(step, task), outcome)
        if chosen is None:
            raise Invalid(f"Invalid outcome: {outcome[:100]}", field="outcome")
        if run.status != "RUNNING" or step.status != "OPEN" or task.status != "CLAIMED":
            raise Conflict("Task is not in a decidable state")
        if task.owner != caller.actor.id:
            raise Forbidden("Not the task owner")
        if task.rework_of is None and caller.actor.id in step.voters:
            raise Forbidden("Actor has already decided in this step")
        vote = Vote(chosen, comment, data, command=caller.command_id)
        check_vote(step, task, vote)
        change = Change(run, actor=caller.actor.id, via=caller.principal.key_id)
        closes = cast(change, step, task, task, vote)
        change.commit()
        return moved(run, step, chosen), step if closes else None

    return carried_out(command)


def decide_as(
    tenant: str,
    task_id: str,
    outcome: str,
    *,
    holds: Callable[[Run, Step, Task], bool],
    actor: str,
    comment: str | None,
) -> Moved | None:
    """Decide an open task in its owner's place, through the same transaction as a person's.

    ``holds`` is asked about the run, the step and the task as they are in that transaction; where
    it says no, or the task is not open, nothing happens and the answer is None. ``actor`` is who
    history and the step's result name. ``outcome`` is one of the step's. Nobody fills in a form
    here. Raises NotFound, Invalid (``outcome`` is not the step's).
    """
    decided = False

    def command() -> tuple[Moved, Step | None]:
        nonlocal decided
        run, step, task = read_work(tenant, task_id)
        chosen = outcome_named(outcomes_of(step, task), outcome)
        if chosen is None:
            raise Invalid(f"Invalid outcome: {outcome[:100]}", field="outcome")
        is_open = run.status == "RUNNING" and step.status == "OPEN" and task.status in OPEN_TASK
        if not is_open or not holds(run, step, task):
            return Moved(run.run_id, waits=False), None
        change = Change(run, actor=actor)
        closes = cast(change, step, task, task, Vote(chosen, comment, decided_by=actor))
        change.commit()
        decided = True
        return moved(run, step, chosen), step if closes else None

    result = carried_out(command)
    return result if decided else None


def carried_out(command: Callable[[], tuple[Moved, Step | None]]) -> Moved:
    """Run a decision until it is committed; if it closed a step, make that true everywhere."""
    result, closed = until_committed(command, seconds=VOTE_SECONDS)
    if closed:
        at_once(lambda: announce(closed))
    return result


def told_again(run: Run, step: Step, task: Task) -> tuple[Moved, Step | None]:
    """The answer to a decision that was committed before, and the step if it is closed."""
    return moved(run, step, task.outcome), step if step.status == "CLOSED" else None


def announce(step: Step) -> None:
    """Make a closed step's end true everywhere: withdraw what it still asks, tell its machine.

    In this order: the machine's next step takes the mark off that makes the sweep do this again.
    """
    if len(step.asks) > 1:
        withdraw_decided(step)
    send_output(step)
