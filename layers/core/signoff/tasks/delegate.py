"""Delegating: whoever has a task gives it to somebody else, who then has it in their place."""

from signoff.directory.find import find_user
from signoff.directory.resolve import resolve_people
from signoff.directory.wanted import Person, Wanted
from signoff.errors import Conflict, Forbidden, Invalid
from signoff.identity.principal import Caller
from signoff.runs.change import Change
from signoff.runs.model import Run
from signoff.runs.read import read_tasks, read_work
from signoff.runs.repeated import done_before, note_done
from signoff.storage.repeating import until_committed
from signoff.tasks.candidates import MAX_NAME
from signoff.tasks.hands import MAX_HANDS, barred
from signoff.tasks.model import Step, Task
from signoff.tasks.reassign import hand_over
from signoff.tasks.vote import check_comment

FIELD = "delegateToUserId"


def delegate_task(caller: Caller, task_id: str, to: str, *, comment: str | None = None) -> Task:
    """Move a task that the caller owns to ``to``; its clock goes on, and the caller may comment.

    Of somebody who is away the task goes to who stands in for them, as if a definition had named
    them. Raises NotFound; Conflict (the task is not CLAIMED, or the flow is over); Forbidden (not
    the owner); Invalid (``delegateToUserId`` is the caller, nobody in the directory, somebody who
    has had the task, or who may not decide it).
    """
    check_delegation(to, comment)

    def command() -> Task:
        run, step, task = read_work(caller.tenant, task_id)
        if done_before(run, caller):
            return task
        if run.status != "RUNNING" or step.status != "OPEN" or task.status != "CLAIMED":
            raise Conflict("Task is not in a state to be delegated")
        if task.owner != caller.actor.id:
            raise Forbidden("Not the task owner")
        change = Change(run, actor=caller.actor.id, via=caller.principal.key_id)
        handed = delegate_within(change, run, step, task, to, comment)
        note_done(change, caller, taskId=task.task_id)
        change.commit()
        return handed

    return until_committed(command)


def check_delegation(to: str | None, comment: str | None) -> None:
    """Raises Invalid for nobody to delegate to, and for a comment that is too long."""
    if not (to or "").strip() or len(to or "") > MAX_NAME:
        raise Invalid(f"{FIELD} must name somebody", field=FIELD)
    check_comment(comment)


def delegate_within(
    change: Change,
    run: Run,
    step: Step,
    task: Task,
    to: str,
    comment: str | None,
    *,
    before: Task | None = None,
) -> Task:
    """Move an owned task within ``change``; ``before`` is as in hand_over. Raises Invalid."""
    if to == task.owner:
        raise Invalid("A task cannot be delegated to oneself", field=FIELD)
    if len(task.formerly) >= MAX_HANDS:
        raise Invalid("The task has been handed on too often", field=FIELD)
    person = _who_is_there(run.tenant, to, run.initiator, change.at)
    if person.user_id in (*task.formerly, task.owner):
        raise Invalid(_HAD_IT[person.user_id == to], field=FIELD)
    reason = barred(run, step, task, person.user_id, read_tasks(step), must_be_known=True)
    if reason:
        raise Invalid(reason, field=FIELD)
    return hand_over(
        change,
        step,
        task,
        owner=person.user_id,
        groups=(),
        entry_type="task.delegated",
        detail={"reason": comment},
        through=person.formerly,
        before=before,
    )


_HAD_IT = {
    True: "They have had this task before",
    False: "They are away, and who stands in for them has had this task before",
}


def _who_is_there(tenant: str, to: str, initiator: str, at: str) -> Person:
    """``to``, or who stands in for them while they are away. Raises Invalid for nobody."""
    user = find_user(tenant, to)
    if user is None or not user.active:
        raise Invalid("They are not in the directory", field=FIELD)
    people = resolve_people(tenant, Wanted(users=(to,), present=True), initiator, at)
    if not people:
        raise Invalid("They are away, and nobody stands in for them", field=FIELD)
    return people[0]
