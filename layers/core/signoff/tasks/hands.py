"""Into whose hands a task may come."""

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
    another of its tasks open, could never decide this one. ``must_be_known``: they must be in the
    directory; otherwise it is enough that they have not been removed from it.
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
    others = [each for each in siblings if each.task_id != task.task_id]
    if any(each.owner == user_id for each in others if _is_theirs_to_decide(each, others)):
        return "They have another task of this step"
    return None


def _is_theirs_to_decide(task: Task, siblings: list[Task]) -> bool:
    """Whether the owner of ``task`` is to decide it, now or when the initiator has reworked it."""
    if task.rework_of is not None:
        return False
    open_rework = (each.rework_of for each in siblings if each.status in OPEN_TASK)
    return task.status in OPEN_TASK or task.ordinal in open_rework
