"""Handing an open task to somebody else: the inner piece, and the administrator's command."""

from dataclasses import replace
from typing import Any

from signoff.errors import Conflict, Invalid
from signoff.identity.principal import Caller
from signoff.runs.change import Change
from signoff.runs.read import read_tasks, read_work
from signoff.runs.repeated import done_before, note_done
from signoff.storage.repeating import until_committed
from signoff.tasks.asks import MAX_GROUPS
from signoff.tasks.candidates import MAX_NAME
from signoff.tasks.hands import MAX_HANDS, barred
from signoff.tasks.model import OPEN_TASK, Step, Task


def hand_over(
    change: Change,
    step: Step,
    task: Task,
    *,
    owner: str | None,
    groups: tuple[str, ...],
    entry_type: str,
    detail: dict[str, Any],
    through: tuple[str, ...] = (),
    before: Task | None = None,
) -> Task:
    """Move an open task to ``owner``, or to the pool of ``groups``, within ``change``.

    Its clock goes on. Whoever had it is remembered in ``formerly``, and ``through`` with them:
    those who would have got it and are away. ``before`` is the task as it was read, where ``task``
    was claimed in this change. ``detail`` is added to the entry, of type ``entry_type``: {taskId,
    step, path, from, to, groups, dueAt}. Answers the task as it is then. Whether ``owner`` may have
    it is for the caller to find out first (``tasks.hands.barred``).
    """
    held_by = (task.owner,) if task.owner else ()
    hands = tuple(dict.fromkeys([*task.formerly, *held_by, *through]))
    handed = replace(
        task,
        status="CLAIMED" if owner else "PENDING",
        owner=owner,
        groups=groups,
        formerly=(*hands[:1], *hands[1:][1 - MAX_HANDS :]),
    )
    change.record(
        entry_type,
        {
            "taskId": task.task_id,
            "step": step.step_id,
            "path": step.path,
            "from": task.owner,
            "to": owner,
            "groups": list(groups),
            "dueAt": task.due_at,
            **({"formerly": list(handed.formerly)} if through else {}),
            **detail,
        },
    )
    change.write_task(handed, before=before or task)
    return handed


def reassign_task(
    caller: Caller,
    task_id: str,
    *,
    user: str | None,
    groups: tuple[str, ...] = (),
    reason: str | None = None,
) -> Task:
    """Give anybody's open task to ``user`` or to the pool of ``groups``, one of the two.

    A user need not be in the directory (integrators own their identities), but must not have been
    removed from it. Raises NotFound; Invalid (neither or both; somebody who cannot decide it);
    Conflict (the task is not open).
    """
    _check_target(user, groups)

    def command() -> Task:
        run, step, task = read_work(caller.tenant, task_id)
        if done_before(run, caller):
            return task
        if run.status != "RUNNING" or step.status != "OPEN" or task.status not in OPEN_TASK:
            raise Conflict("Task is not open")
        if user is not None:
            why_not = barred(run, step, task, user, read_tasks(step), must_be_known=False)
            if why_not:
                raise Invalid(why_not, field="userId")
        change = Change(run, actor=caller.actor.id, via=caller.principal.key_id)
        handed = hand_over(
            change,
            step,
            task,
            owner=user,
            groups=groups,
            entry_type="task.reassigned",
            detail={"reason": reason},
        )
        note_done(change, caller, taskId=task.task_id)
        change.commit()
        return handed

    return until_committed(command)


def _check_target(user: str | None, groups: tuple[str, ...]) -> None:
    if (user is None) == (not groups):
        raise Invalid("Name either a user or groups", field="userId")
    if len(groups) > MAX_GROUPS or len(set(groups)) < len(groups):
        raise Invalid(f"groups must be 1 to {MAX_GROUPS} different names", field="groups")
    for name in groups or (user or "",):
        if not name.strip() or len(name) > MAX_NAME:
            field = "groups" if groups else "userId"
            raise Invalid(f"{field} must have names of 1 to {MAX_NAME} characters", field=field)
