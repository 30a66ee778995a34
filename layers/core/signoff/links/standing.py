"""What a link can still do: everything that may have happened since it was sent."""

import hashlib
from dataclasses import dataclass
from typing import Literal

from signoff.directory.find import find_user
from signoff.directory.groups import groups_of_user
from signoff.directory.user import User
from signoff.errors import Forbidden, NotFound
from signoff.identity.principal import Actor
from signoff.links.signed import BadLink
from signoff.links.token import Link
from signoff.runs.model import Run
from signoff.runs.read import read_work
from signoff.tasks.claim import may_take
from signoff.tasks.model import OPEN_TASK, Step, Task

State = Literal["open", "used", "decided", "sent back", "over", "moved", "changed", "expired"]

OPEN: State = "open"
"""It can decide the task."""
USED: State = "used"
"""It has decided the task."""
DECIDED: State = "decided"
"""The task was decided in another way, or by somebody else."""
SENT_BACK: State = "sent back"
"""Changes were asked for, and the initiator has not made them yet."""
OVER: State = "over"
"""Nothing is asked any more: the run has ended or gone on, or others have settled the step."""
MOVED: State = "moved"
"""Somebody else has the task, or this person may not decide it (any more)."""
CHANGED: State = "changed"
"""The task is still this person's to decide, and not as it was when the link was made."""
EXPIRED: State = "expired"
"""The link's time is over."""


@dataclass(frozen=True)
class Standing:
    """A link with what it is about, as it is now, and what it can do there.

    ``user`` is None for somebody who is not in the directory.
    """

    link: Link
    state: State
    run: Run
    step: Step
    task: Task
    user: User | None


def stand(link: Link) -> Standing:
    """How things stand; two reads. Raises BadLink where the task is not there (any more)."""
    try:
        run, step, task = read_work(link.tenant, link.task_id)
    except NotFound as error:
        raise BadLink from error
    return standing_of(link, run, step, task, find_user(link.tenant, link.person))


def standing_of(link: Link, run: Run, step: Step, task: Task, user: User | None) -> Standing:
    """The standing of ``link`` with what was read; nothing is read here."""
    return Standing(link, _state(link, run, step, task, user), run, step, task, user)


def person_of(link: Link, user: User) -> Actor:
    """Who acts by the link: the person, with the groups that the directory gives them now."""
    return Actor(link.person, groups_of_user(user))


def command_of(link: Link) -> str:
    """The id of the one command that a link is good for."""
    return hashlib.sha256(link.claims()).hexdigest()


def _state(link: Link, run: Run, step: Step, task: Task, user: User | None) -> State:
    if task.command is not None and task.command == command_of(link):
        return USED
    if link.has_ended:
        return EXPIRED
    if user is None or not user.active:
        return MOVED
    if task.status not in OPEN_TASK:
        return _closed(run, step, task)
    if run.status != "RUNNING" or step.status != "OPEN":
        return OVER
    if not _theirs(link, run, step, task, user):
        return MOVED
    return OPEN if task.edition == link.edition else CHANGED


def _closed(run: Run, step: Step, task: Task) -> State:
    if task.status == "COMPLETED":
        return DECIDED
    still_asked = run.status == "RUNNING" and step.status == "OPEN"
    return SENT_BACK if still_asked and task.decided_at else OVER


def _theirs(link: Link, run: Run, step: Step, task: Task, user: User) -> bool:
    """Whether the open task is the person's, or of a pool that they may take it from."""
    if task.owner is not None:
        return task.owner == link.person and (
            task.rework_of is not None or link.person not in step.voters
        )
    try:
        may_take(step, task, person_of(link, user), run.initiator)
    except Forbidden:
        return False
    return True
