"""Somebody leaves: what they were asked goes on to whoever stands in for them.

The user's own item is marked, in the transaction that removes them, so that no crash leaves a task
with somebody who is gone: the sweep repeats this until nothing is left. It looks once more a few
minutes later, since a task may be opened meanwhile by a step that had asked the directory before.
"""

import time
from datetime import datetime

from signoff.clock import later, now, timestamp
from signoff.deadline import at_most
from signoff.directory.find import find_user
from signoff.directory.groups import ADMINISTRATORS
from signoff.directory.resolve import resolve_people
from signoff.directory.user import User
from signoff.directory.users import remove_user
from signoff.directory.wanted import ManagerOf, Person, Wanted
from signoff.errors import NotFound
from signoff.identity.principal import Caller
from signoff.runs.change import Change
from signoff.runs.model import NUDGE_GRACE_SECONDS, Run
from signoff.runs.nudge import at_once
from signoff.runs.read import read_tasks, read_work
from signoff.storage.repeating import until_committed
from signoff.storage.store import state
from signoff.storage.transaction import ConditionFailed, Contended, Transaction, unchanged
from signoff.tasks.hands import barred
from signoff.tasks.model import OPEN_TASK, Step, Task, owner_partition
from signoff.tasks.present import GONE, record_unattended
from signoff.tasks.reassign import hand_over

# A step's function has 60 s, and what it read of the directory is not older than that.
LATECOMERS_SECONDS = 300
# One look hands on for so long at most; what is left is for the next sweep.
LOOK_SECONDS = 8.0
_PAGE = 100

REASON = "the person was removed from the directory"


def remove_person(caller: Caller, user_id: str) -> User:
    """Remove somebody from the directory and hand their open tasks on, as many as time allows.

    Repeating it changes nothing. Raises NotFound, Forbidden (``directory.users.remove_user``).
    """
    user = remove_user(caller.tenant, user_id, by=caller, tasks_due_in=NUDGE_GRACE_SECONDS)
    if user.tasks_due is not None:
        at_once(lambda: hand_on_all(user))
    return user


def hand_on_all(user: User) -> bool:
    """Hand on what a removed user still has, until time is up. Answers whether it was all.

    Then the mark is put off for latecomers, and taken away when nothing came any more.
    """
    found = find_user(user.tenant, user.user_id)
    if found is None or found.active or found.tasks_due is None:
        return True
    until = time.monotonic() + at_most(LOOK_SECONDS)
    had_any = False
    for entry in state().query_all(owner_partition(found.tenant, found.user_id), limit=_PAGE):
        if time.monotonic() > until:
            return False
        had_any = True
        hand_on(found, entry["taskId"])
    _put_off(found, for_good=not had_any)
    return True


def hand_on(user: User, task_id: str) -> None:
    """Move one task of somebody who is gone: from a pool, back to it; otherwise to their delegate,
    else their manager, else the administrators. Nothing happens to what they no longer have."""

    def command() -> None:
        try:
            run, step, task = read_work(user.tenant, task_id)
        except NotFound:
            return
        is_open = run.status == "RUNNING" and step.status == "OPEN" and task.status in OPEN_TASK
        if not is_open or task.owner != user.user_id:
            return
        change = Change(run)
        heir = _heir(user, run, step, task, change.at) if task.is_direct else None
        if heir and heir.user_id == user.user_id:
            return  # they are back
        groups = () if heir else task.groups or (ADMINISTRATORS,)
        if task.is_direct and heir is None:
            record_unattended(change, step, GONE)
        hand_over(
            change,
            step,
            task,
            owner=heir.user_id if heir else None,
            groups=groups,
            entry_type="task.reassigned",
            detail={"reason": REASON},
            through=tuple(each for each in heir.formerly if each != user.user_id) if heir else (),
        )
        change.commit()

    until_committed(command)


def _heir(user: User, run: Run, step: Step, task: Task, at: str) -> Person | None:
    """Who gets a task that was put to ``user`` by name, themself if they are back; None where
    nobody may."""
    four_eyes = task.rework_of is None and step.spec.get("fourEyes")
    without = run.initiator if four_eyes else None
    siblings = read_tasks(step)
    for wanted in (
        Wanted(users=(user.user_id,), without=without),
        Wanted(managers=(ManagerOf(user.user_id),), without=without),
    ):
        for person in resolve_people(user.tenant, wanted, run.initiator, at):
            if person.user_id == user.user_id:
                return person
            if not barred(run, step, task, person.user_id, siblings, must_be_known=True):
                return person
    return None


def _put_off(user: User, *, for_good: bool) -> None:
    """Look again when latecomers must have come; after that, and with nothing there, never."""
    last_look = later(user.updated_at, LATECOMERS_SECONDS)
    done = Transaction()
    condition = unchanged(user.version)
    if for_good and now() >= datetime.fromisoformat(last_look):
        marks = ("tasksDue", "nudgeShard", "nudgeAt")
        done.update(state(), user.key, remove=marks, condition=condition)
    else:
        due = max(last_look, later(timestamp(), NUDGE_GRACE_SECONDS))
        done.update(state(), user.key, set_={"tasksDue": due, "nudgeAt": due}, condition=condition)
    try:
        done.commit()
    except (ConditionFailed, Contended):
        return  # somebody has just written the person; the mark is as they left it
