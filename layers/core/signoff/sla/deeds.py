"""What a deadline does itself: it hands the task over, decides it, or moves the run.

Each is a transaction of its own, the same as a person's, on condition that the task still waits for
this moment.
"""

from collections.abc import Callable
from dataclasses import replace

from signoff.directory.groups import ADMINISTRATORS
from signoff.directory.resolve import resolve_people
from signoff.directory.wanted import Person, Wanted
from signoff.limits import COMMENT_CHARACTERS
from signoff.runs.change import Change
from signoff.runs.model import Run
from signoff.runs.move import move_as
from signoff.runs.read import read_tasks, read_work
from signoff.sla.people import People, named
from signoff.sla.stages import Action
from signoff.storage.repeating import until_committed
from signoff.tasks.decide import decide_as
from signoff.tasks.hands import barred
from signoff.tasks.model import Step, Task
from signoff.tasks.reassign import hand_over

# Who history says it was.
ACTOR = "system:sla"

Holds = Callable[[Run, Step, Task], bool]


def do(task: Task, action: Action, holds: Holds) -> None:
    """Do ``action`` to ``task``, or nothing where ``holds`` does not."""
    if action["action"] == "reassign":
        until_committed(lambda: _reassign(task, action, holds))
    elif action["action"] == "goTo":
        move_as(
            task.tenant,
            task.run_id,
            action["step"],
            holds=lambda _run: holds(*read_work(task.tenant, task.task_id)),
            actor=ACTOR,
            reason=_reason(action, task),
        )
    else:
        decide_as(
            task.tenant,
            task.task_id,
            action["outcome"],
            holds=holds,
            actor=ACTOR,
            comment=_reason(action, task),
        )


def _reassign(seen: Task, action: Action, holds: Holds) -> None:
    """Hand the task over, to somebody who is away as to who stands in for them.

    Where nobody is there, or who is could never decide it, it stays, and administrators are told.
    """
    run, step, task = read_work(seen.tenant, seen.task_id)
    if not holds(run, step, task):
        return
    change = Change(run, actor=ACTOR)
    done = replace(task, timer_at=None, alerts=task.alerts + 1)
    people = named(action.get("to"))
    person = _who_is_there(run, people, change.at)
    why_not = _why_not(run, step, task, people, person)
    if why_not:
        place = {"taskId": task.task_id, "step": step.step_id, "path": step.path}
        told = {"to": {"users": [], "groups": [ADMINISTRATORS]}, "message": why_not}
        detail = {"dueAt": task.due_at, "action": "reassign", "failed": people}
        change.record("sla.acted", place | detail | told)
        change.write_task(done, before=task)
    else:
        hand_over(
            change,
            step,
            done,
            owner=person.user_id if person else None,
            groups=tuple(people["groups"]),
            entry_type="task.reassigned",
            detail={"reason": _reason(action, task)},
            through=person.formerly if person else (),
            before=task,
        )
    change.commit()


def _who_is_there(run: Run, people: People, at: str) -> Person | None:
    """The one person that is named, or who stands in for them; None for groups, and for nobody."""
    wanted = Wanted(users=tuple(people["users"]), present=True)
    found = resolve_people(run.tenant, wanted, run.initiator, at) if people["users"] else []
    return found[0] if found else None


def _why_not(run: Run, step: Step, task: Task, people: People, person: Person | None) -> str | None:
    if person is not None:
        return barred(run, step, task, person.user_id, read_tasks(step), must_be_known=False)
    return "They are away or gone, and nobody stands in" if people["users"] else None


def _reason(action: Action, task: Task) -> str:
    """Why it is done, no longer than a person's comment may be."""
    return str(action.get("message") or f"Not decided by {task.due_at}")[:COMMENT_CHARACTERS]
