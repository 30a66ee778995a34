"""Deciding a task by a link: the same transaction as everybody's, for the person in the link."""

from dataclasses import replace

from signoff.errors import Conflict, Invalid
from signoff.links.choices import CHANGES, Choice, choices_of
from signoff.links.standing import DECIDED, OPEN, USED, Standing, command_of, person_of, stand
from signoff.links.token import Link
from signoff.runs.change import Change
from signoff.runs.progress import Moved
from signoff.tasks.actions import outcomes_of
from signoff.tasks.claim import taken
from signoff.tasks.decide import carried_out, told_again
from signoff.tasks.model import Step, Task
from signoff.tasks.rework import request_changes
from signoff.tasks.vote import Vote, cast, check_comment, check_vote, moved

LINK = "link"
"""What history names as the way that a decision came by, where a key's id stands otherwise."""


class LinkSpent(Conflict):
    """The link cannot decide anything (any more); ``standing`` says why."""

    def __init__(self, standing: Standing) -> None:
        super().__init__("The link cannot decide the task any more")
        self.standing = standing


def decide(link: Link, action: str, comment: str) -> None:
    """Decide the task as the link's person, if it is as it was when the link was made.

    ``action`` is that of one of its choices. A pool's task is claimed in the same transaction. Said
    once more (a second click), the same decision is answered again and nothing is done. Raises
    Invalid (fields ``outcome`` and ``comment``), LinkSpent, BadLink and Busy.
    """
    said = comment.strip() or None
    check_comment(said)

    def command() -> tuple[Moved, Step | None]:
        now = stand(link)
        if now.state == USED and action == action_of(now.task):
            return told_again(now.run, now.step, now.task)
        if now.state == USED:  # for something else: what is confirmed now is not recorded
            raise LinkSpent(replace(now, state=DECIDED))
        if now.state != OPEN or now.user is None:
            raise LinkSpent(now)
        run, step, before = now.run, now.step, now.task
        choice = _chosen(choices_of(step, before), action, said)
        change = Change(run, actor=link.person, via=LINK)
        task = before if before.owner else taken(change, before, person_of(link, now.user))
        task, closes = replace(task, command=command_of(link)), False
        if choice.action in outcomes_of(step, task):
            vote = Vote(choice.action, said, command=task.command)
            check_vote(step, task, vote)
            closes = cast(change, step, task, before, vote)
        else:
            request_changes(change, step, task, before, said or "")
        change.commit()
        return moved(run, step, choice.action), step if closes else None

    carried_out(command)


def action_of(task: Task) -> str | None:
    """The action that a decided task was decided with, that of asking for changes included."""
    return CHANGES if task.outcome is None and task.decided_at else task.outcome


def _chosen(choices: tuple[Choice, ...], action: str, comment: str | None) -> Choice:
    choice = next((each for each in choices if each.action == action), None)
    if choice is None:
        raise Invalid("Choose one of the decisions", field="outcome")
    if choice.needs_comment and not comment:
        raise Invalid(f"Say in a comment why: {choice.label}", field="comment")
    return choice
