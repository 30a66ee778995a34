"""Deciding a task, and closing its step when the decision completes it."""

from dataclasses import replace
from typing import Any

from signoff.clock import after
from signoff.errors import Conflict, Forbidden, Invalid
from signoff.identity.principal import Caller
from signoff.limits import COMMENT_CHARACTERS, DECISION_DATA_BYTES
from signoff.runs.change import Change, until_committed
from signoff.runs.model import NUDGE_GRACE_SECONDS, Run
from signoff.runs.nudge import at_once, send_output
from signoff.runs.progress import Moved
from signoff.runs.read import read_tasks, read_work
from signoff.runs.variables import check_schema
from signoff.storage.values import to_json
from signoff.tasks.model import Step, Task
from signoff.tasks.opening import open_next, wanted
from signoff.tasks.quorum import OPEN, verdict
from signoff.tasks.result import step_output
from signoff.tasks.withdraw import withdraw, withdraw_decided

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

    ``outcome`` is one of the step's, letter case ignored. Raises NotFound; Invalid (``outcome``
    not the step's, ``comment`` missing where required, ``data`` not as the form asks); Conflict
    (the task is not CLAIMED, or the flow is over); Forbidden (not the owner). The step closes, its
    other tasks with it, in the transaction of the decision that completes its quorum.
    """

    def command() -> tuple[Moved, Step | None]:
        run, step, task = read_work(caller.tenant, task_id)
        if caller.command_id and task.command == caller.command_id:
            closed = step if step.status == "CLOSED" else None
            return _moved(run, step, task.outcome), closed
        chosen = _outcome(step, outcome)
        if run.status != "RUNNING" or step.status != "OPEN" or task.status != "CLAIMED":
            raise Conflict("Task is not in a decidable state")
        if task.owner != caller.actor.id:
            raise Forbidden("Not the task owner")
        if caller.actor.id in step.voters:
            raise Forbidden("Actor has already decided in this step")
        _check(step, chosen, comment, data)
        change = Change(run, actor=caller.actor.id, via=caller.principal.key_id)
        decided = replace(
            task,
            status="COMPLETED",
            outcome=chosen,
            comment=comment,
            data=data,
            decided_at=change.at,
            command=caller.command_id,
        )
        closes = _apply(change, run, step, decided, task)
        change.commit()
        return _moved(run, step, chosen), step if closes else None

    moved, closed = until_committed(command, VOTE_SECONDS)
    if closed:
        at_once(lambda: announce(closed))
    return moved


def announce(step: Step) -> None:
    """Make a closed step's end true everywhere: withdraw what it still asks, tell its machine.

    In this order: the machine's next step takes the mark off that makes the sweep do this again.
    """
    if len(step.asks) > 1:
        withdraw_decided(step)
    send_output(step)


def _apply(change: Change, run: Run, step: Step, decided: Task, before: Task) -> bool:
    """Count the vote; close the step or open its next ask. Answers whether it closed."""
    chosen = decided.outcome or ""
    step.votes = step.votes | {chosen: step.votes.get(chosen, 0) + 1}
    if len(step.asks) > 1:
        step.voters = [*step.voters, decided.owner or ""]
    state, won = verdict(step.votes, step.spec["quorum"], len(step.asks))
    closes = state != OPEN
    change.record(
        "task.decided",
        {
            "taskId": decided.task_id,
            "step": decided.step_id,
            "path": step.path,
            "outcome": chosen,
            "comment": decided.comment,
            "data": decided.data,
            "closes": closes,
            "stepOutcome": won or None,
        },
        nudge=step.code if closes else None,
    )
    change.write_task(decided, before=before)
    if not closes:
        open_next(change, step, wanted(step))
    else:
        siblings = read_tasks(step) if len(step.asks) > 1 else []
        others = [task for task in siblings if task.task_id != decided.task_id]
        step.output = step_output(step, won or None, [*others, decided])
        step.status = "CLOSED"
        step.nudge_at = after(NUDGE_GRACE_SECONDS)
        run.nudged = run.nudged | {step.code: step.path}
        run.leave(step.code)
        withdraw(change, others, "decided")
    change.write_step(step)
    return closes


def _moved(run: Run, step: Step, chosen: str | None) -> Moved:
    """Whether the answer should wait: only when the branch goes on by itself."""
    if step.status != "CLOSED":
        return Moved(run.run_id, waits=False)
    leads = step.spec["outcomes"].get(chosen or "", {}).get("leads")
    container = "/".join(step.path.split("/")[:-2]) + "/"
    joins = container if leads == "join" else None
    waits = joins is None or not run.stands_in(joins)
    return Moved(run.run_id, step.code, waits, joins)


def _outcome(step: Step, given: str) -> str:
    for name in step.spec["outcomes"]:
        if name.casefold() == given.casefold():
            return str(name)
    raise Invalid(f"Invalid outcome: {given[:100]}", field="outcome")


def _check(step: Step, chosen: str, comment: str | None, data: dict[str, Any] | None) -> None:
    rule = step.spec["outcomes"][chosen].get("comment")
    if rule == "required" and not (comment or "").strip():
        raise Invalid(f"comment is required for {chosen}", field="comment")
    if comment is not None and len(comment) > COMMENT_CHARACTERS:
        raise Invalid(f"comment must have at most {COMMENT_CHARACTERS} characters", field="comment")
    if data is not None and len(to_json(data).encode()) > DECISION_DATA_BYTES:
        raise Invalid(f"data must have at most {DECISION_DATA_BYTES} bytes as JSON", field="data")
    form = step.spec.get("form")
    if form:
        check_schema(form, data if data is not None else {}, field="data")
