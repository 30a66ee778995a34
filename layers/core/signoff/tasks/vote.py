"""A decision within a change: the vote is counted, and closes its step when it completes it."""

from dataclasses import dataclass, replace
from typing import Any

from signoff.clock import after
from signoff.errors import Invalid
from signoff.limits import COMMENT_CHARACTERS, DECISION_DATA_BYTES
from signoff.runs.change import Change
from signoff.runs.model import NUDGE_GRACE_SECONDS, Run
from signoff.runs.progress import Moved
from signoff.runs.read import read_tasks
from signoff.runs.variables import check_schema
from signoff.storage.values import to_json
from signoff.tasks import rework
from signoff.tasks.model import Step, Task
from signoff.tasks.opening import open_next, wanted
from signoff.tasks.quorum import OPEN, verdict
from signoff.tasks.result import step_output
from signoff.tasks.withdraw import withdraw


@dataclass(frozen=True)
class Vote:
    """What is decided of a task. ``decided_by`` is set where that is not the task's owner."""

    outcome: str
    comment: str | None = None
    data: dict[str, Any] | None = None
    decided_by: str | None = None
    command: str | None = None


def check_comment(comment: str | None) -> None:
    """Raises Invalid for a comment that is too long."""
    if comment is not None and len(comment) > COMMENT_CHARACTERS:
        raise Invalid(f"comment must have at most {COMMENT_CHARACTERS} characters", field="comment")


def check_vote(step: Step, task: Task, vote: Vote) -> None:
    """Raises Invalid for a missing comment, data that do not fit the form, what is too large."""
    comment, data = vote.comment, vote.data
    check_comment(comment)
    if data is not None and len(to_json(data).encode()) > DECISION_DATA_BYTES:
        raise Invalid(f"data must have at most {DECISION_DATA_BYTES} bytes as JSON", field="data")
    if task.rework_of is not None:
        return  # the form is the approver's
    rule = step.spec["outcomes"][vote.outcome].get("comment")
    if rule == "required" and not (comment or "").strip():
        raise Invalid(f"comment is required for {vote.outcome}", field="comment")
    form = step.spec.get("form")
    if form:
        check_schema(form, data if data is not None else {}, field="data")


def cast(change: Change, step: Step, task: Task, before: Task, vote: Vote) -> bool:
    """Decide ``task`` (as its owner has it; ``before`` as it was read). Answers if ``step`` closed.

    A rework task that is submitted puts its approver's task to them again; every other decision is
    a vote of the step, which closes with its other tasks when its quorum is complete.
    """
    decided = replace(
        task,
        status="COMPLETED",
        outcome=vote.outcome,
        comment=vote.comment,
        data=vote.data,
        decided_at=change.at,
        decided_by=vote.decided_by,
        command=vote.command,
    )
    if task.rework_of is not None:
        rework.submit(change, step, decided, before)
        return False
    return _count(change, change.run, step, decided, before)


def _count(change: Change, run: Run, step: Step, decided: Task, before: Task) -> bool:
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
            "dueAt": decided.due_at,
        },
        nudge=step.code if closes else None,
    )
    change.write_task(decided, before=before)
    if not closes:
        if step.spec.get("order") == "serial":
            open_next(change, step, wanted(step))  # all at once are its machine's to open
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


def moved(run: Run, step: Step, chosen: str | None) -> Moved:
    """Whether the answer should wait: only when the branch goes on by itself."""
    if step.status != "CLOSED":
        return Moved(run.run_id, waits=False)
    leads = step.spec["outcomes"].get(chosen or "", {}).get("leads")
    container = "/".join(step.path.split("/")[:-2]) + "/"
    joins = container if leads == "join" else None
    waits = joins is None or not run.stands_in(joins)
    return Moved(run.run_id, step.code, waits, joins)
