"""Into whose hands a task may come."""

from collections.abc import Iterable

from signoff.directory.find import find_user
from signoff.runs.model import Run
from signoff.tasks.model import OPEN_TASK, Step, Task

# How many people a task remembers that it was with.
MAX_HANDS = 50


def barred(
    run: Run, step: Step, task: Task, user_id: str, siblings: list[Task], *, must_be_known: bool
) -> str | None:
    """Why ``task`` must not come to ``user_id``, in words for a client; None when it may.

    ``siblings`` are all tasks of ``step``. A person has one vote in a step: who has voted, or has
    another of its tasks to decide, could never decide this one. ``must_be_known``: they must be in
    the directory; otherwise it is enough that they have not been removed from it.
    """
    if user_id == task.owner:
        return "They have the task already"
    user = find_user(run.tenant, user_id)
    if (user is None and must_be_known) or (user is not None and not user.active):
        return "They are not in the directory"
    if task.rework_of is not None:
        return None
    if step.spec.get("fourEyes") and user_id == run.initiator:
        return "The initiator may not decide this task"
    if user_id in step.voters:
        return "They have already decided in this step"
    if has_another(step, task, user_id, siblings):
        return "They have another task of this step"
    return None


def has_another(step: Step, task: Task, user_id: str, siblings: Iterable[Task]) -> bool:
    """Whether ``user_id`` is to decide another task of ``step``, now or later.

    Later: when the initiator has reworked it, or when it opens (again) after ``task``.
    """
    others = {each.ordinal: each for each in siblings if each.ordinal != task.ordinal}
    waiting = [each for each in range(step.opened, len(step.asks)) if each != task.ordinal]
    unasked = (step.asks[each].get("owner") for each in waiting if each not in others)
    open_rework = {each.rework_of for each in others.values() if each.status in OPEN_TASK}
    theirs = (
        each.owner
        for ordinal, each in others.items()
        if each.rework_of is None
        and each.status != "COMPLETED"
        and (each.status in OPEN_TASK or ordinal in open_rework or ordinal in waiting)
    )
    return user_id in unasked or user_id in theirs
