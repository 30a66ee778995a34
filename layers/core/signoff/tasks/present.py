"""Whether whoever is asked can still be asked, when their task opens later than they were named.

A series opens its tasks one after the other, a step that was taken back opens again, and so does
the task of an approver who wanted changes: by then somebody may be away or gone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from signoff.directory.groups import ADMINISTRATORS
from signoff.directory.resolve import MAX_FORMERLY, LeftOut, resolve
from signoff.directory.wanted import Wanted
from signoff.runs.change import Change
from signoff.runs.read import read_tasks
from signoff.tasks.hands import has_another
from signoff.tasks.model import Step, Task

GONE = "nobody is left to ask"


def put_to_whom_is_there(
    change: Change, step: Step, task: Task, opened: Iterable[Task] = ()
) -> Task:
    """``task``, about to open, with its owner or who stands in for them now; one read.

    Where that is nobody, or somebody with a voice of their own in the step, a pool's task goes back
    to its pool, and any other to the administrators, with an entry. ``opened`` are tasks of the
    step that the change opens beside it.
    """
    if task.owner is None:
        return task
    initiator = change.run.initiator
    four_eyes = task.rework_of is None and step.spec.get("fourEyes")
    wanted = Wanted(users=(task.owner,), without=initiator if four_eyes else None)
    resolved = resolve(step.tenant, wanted, initiator, change.at)
    people = resolved.people
    has_voted = task.rework_of is None and task.owner in step.voters
    if people and people[0].user_id == task.owner and not has_voted:
        return task
    if not task.is_direct:
        return replace(task, status="PENDING", owner=None)
    through = people[0].formerly if people else ()
    formerly = dict.fromkeys([*task.formerly, task.owner, *through])
    moved = replace(task, formerly=tuple(formerly)[:MAX_FORMERLY])
    if people and not _has_a_voice(step, task, people[0].user_id, opened):
        return replace(moved, owner=people[0].user_id)
    record_unattended(change, step, GONE, resolved.left_out)
    return replace(moved, status="PENDING", owner=None, groups=(ADMINISTRATORS,))


def record_unattended(
    change: Change, step: Step, reason: str, left_out: Sequence[LeftOut] = ()
) -> None:
    """Note that the administrators are asked, since nobody else is there; ``left_out`` by name."""
    detail: dict[str, Any] = {"step": step.step_id, "path": step.path, "reason": reason}
    if left_out:
        detail |= _left_out(left_out)
    change.record("step.unattended", detail)


def record_left_out(change: Change, step: Step, left_out: Sequence[LeftOut]) -> None:
    """Note who was meant and is not asked, where others are."""
    detail: dict[str, Any] = {"step": step.step_id, "path": step.path}
    change.record("approvers.absent", detail | _left_out(left_out))


def _left_out(left_out: Sequence[LeftOut]) -> dict[str, Any]:
    named = [{"user": each.user_id, "reason": each.reason} for each in left_out[:MAX_FORMERLY]]
    more = len(left_out) - len(named)
    return {"absent": named, **({"more": more} if more else {})}


def _has_a_voice(step: Step, task: Task, user_id: str, opened: Iterable[Task]) -> bool:
    """Whether ``user_id`` has voted in the step, or has another of its tasks; one read."""
    if task.rework_of is not None:
        return False
    return user_id in step.voters or has_another(step, task, user_id, [*read_tasks(step), *opened])
