"""Offering a person links by which they decide a task."""

import os
import time
from dataclasses import dataclass
from urllib.parse import quote

from signoff.directory.find import find_user
from signoff.errors import NotFound
from signoff.links import token
from signoff.links.choices import Choice, choices_of
from signoff.links.standing import OPEN, standing_of
from signoff.links.token import Link
from signoff.runs.read import read_work
from signoff.tasks.model import Task


@dataclass(frozen=True)
class Offer:
    """Links for one person and one task. ``choices`` are what they can do, ``ends_at`` until when.

    All lead to the same page and differ in which choice it has ready: each choice is still to be
    confirmed there, and each can still be changed. The first decision uses all of them up.
    """

    address: str
    choices: tuple[Choice, ...]
    ends_at: str

    def url(self, action: str | None = None) -> str:
        """The link to the page, with a choice's ``action`` ready, or none."""
        return f"{self.address}?outcome={quote(action, safe='')}" if action else self.address


def offer(task: Task, person: str) -> Offer | None:
    """Links by which ``person`` (a user's id) can decide ``task``, as it was read.

    None where they cannot: it is not theirs to decide, it is not open any more, it has changed
    since it was read, they are not in the directory, or it takes more than a comment. Two reads,
    and one call of KMS where there is something to offer.
    """
    ends = int(time.time()) + token.SECONDS
    link = Link(task.tenant, task.task_id, task.edition, person, ends)
    try:
        run, step, now = read_work(task.tenant, task.task_id)
    except NotFound:
        return None
    if standing_of(link, run, step, now, find_user(task.tenant, person)).state != OPEN:
        return None
    choices = choices_of(step, now)
    if not choices:
        return None
    base = os.environ["PUBLIC_URL"].rstrip("/")
    return Offer(f"{base}/decide/{token.sign(link)}", choices, link.ends_at)
