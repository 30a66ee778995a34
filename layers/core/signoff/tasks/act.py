"""Acting on a run for a person: their open task in it is found, and done with what they say."""

from dataclasses import replace
from typing import Any

from signoff.errors import Conflict, Forbidden, Invalid
from signoff.identity.principal import Actor, Caller
from signoff.runs.cancel import cancel_run
from signoff.runs.change import Change
from signoff.runs.model import Run
from signoff.runs.progress import Moved
from signoff.runs.read import read_run, read_work
from signoff.runs.repeated import done_before, note_done
from signoff.tasks.actions import (
    CANCEL,
    DELEGATE,
    REQUEST_CHANGES,
    normal,
    outcome_meant,
    takes_comment,
    words_for,
)
from signoff.tasks.claim import taken
from signoff.tasks.decide import carried_out, told_again
from signoff.tasks.delegate import check_delegation, delegate_within
from signoff.tasks.model import Step, Task
from signoff.tasks.own import own_work
from signoff.tasks.rework import request_changes
from signoff.tasks.vote import Vote, cast, check_comment, check_vote, moved


def act_on_run(
    caller: Caller,
    run_id: str,
    person: Actor,
    action: str,
    *,
    comment: str | None,
    data: dict[str, Any] | None = None,
    delegate_to: str | None = None,
) -> Moved:
    """Do ``action`` on the task that ``person`` has, or may take, in the run.

    ``action`` is an outcome of that task (``tasks.actions``), ``requestChanges``, ``delegate`` (to
    ``delegate_to``), or ``cancel`` by the initiator. A pool task is claimed and decided in one
    transaction. History names the person, and the caller's key beside them. Raises NotFound;
    Forbidden (``person`` is not asked, nor was); Conflict (the run has ended, or they were asked
    and it is decided); Invalid (``action``, ``comment``, ``data``, ``delegateToUserId``).
    """
    caller = replace(caller, actor=person)
    word = normal(action)
    if word == CANCEL:
        return _cancel(caller, run_id, comment)
    if word == DELEGATE:
        check_delegation(delegate_to, comment)
    elif takes_comment(action):
        _ask_comment(action, comment)

    def command() -> tuple[Moved, Step | None]:
        run = read_run(caller.tenant, run_id)
        if done := done_before(run, caller):
            return told_again(*read_work(caller.tenant, str(done["taskId"])))
        if run.status != "RUNNING":
            raise Conflict(_OVER[run.status], about="run")
        step, before, meant = _choose(run, person, word, action)
        change = Change(run, actor=person.id, via=caller.principal.key_id)
        task = before if before.owner else taken(change, before, person)
        closes = False
        if word == DELEGATE:
            delegate_within(change, run, step, task, delegate_to or "", comment, before=before)
        elif meant is None:
            check_comment(comment)
            request_changes(change, step, task, before, comment or "")
        else:
            if takes_comment(meant):
                _ask_comment(meant, comment)
            vote = Vote(meant, comment, data, command=caller.command_id)
            check_vote(step, task, vote)
            closes = cast(change, step, task, before, vote)
        note_done(change, caller, taskId=task.task_id)
        change.commit()
        return moved(run, step, meant), step if closes else None

    return carried_out(command)


_OVER = {
    "COMPLETED": "is completed",
    "CANCELLED": "is cancelled",
    "FAILED": "has failed; nobody can act on it until it is retried",
}


def _choose(run: Run, person: Actor, word: str, action: str) -> tuple[Step, Task, str | None]:
    """The task that ``action`` is meant for, and the outcome that it means there, if any."""
    work = own_work(run, person)
    if word == DELEGATE:
        return *work[0], None
    for step, task in work:
        outcome = outcome_meant(step, task, action)
        if outcome is not None:
            return step, task, outcome
    if word == REQUEST_CHANGES:
        for step, task in work:
            if task.rework_of is None:
                return step, task, None
    possible = ", ".join(words_for(work, may_cancel=person.id == run.initiator))
    raise Invalid(f"{action[:100]} is no action here; there are {possible}"[:500], field="action")


def _ask_comment(what: str, comment: str | None) -> None:
    if not (comment or "").strip():
        raise Invalid(f"comment is required for {what[:100]}", field="comment")


def _cancel(caller: Caller, run_id: str, comment: str | None) -> Moved:
    """End the run for its initiator."""
    check_comment(comment)
    run = read_run(caller.tenant, run_id)
    if run.status == "COMPLETED":
        raise Conflict(_OVER[run.status], about="run")
    if caller.actor.id != run.initiator:
        raise Forbidden("Only the initiator may cancel")
    return cancel_run(caller, run_id, comment, once=True)
