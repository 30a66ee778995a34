"""The token of a link that decides: what it is bound to, signed (``links.signed``).

Its claims are the form's number, the tenant, the task's id and edition, the person, and when it
ends (Unix time).
"""

import time
from dataclasses import dataclass

from signoff.clock import later
from signoff.links import signed
from signoff.links.signed import BadLink
from signoff.runs.ids import is_id

SECONDS = 7 * 24 * 3600
"""How long a link is good. What somebody leaves for longer stands in their worklist."""

# A message of this key is never taken for one of another kind.
_PURPOSE = b"signoff decision link\0"
_FORM = 1
_TYPES = (int, str, str, int, str, int)


@dataclass(frozen=True)
class Link:
    """What a link is bound to. ``edition`` is the task's (``Task.edition``), ``ends`` Unix time."""

    tenant: str
    task_id: str
    edition: int
    person: str
    ends: int

    @property
    def has_ended(self) -> bool:
        """Whether its time is over."""
        return self.ends <= time.time()

    @property
    def ends_at(self) -> str:
        """When its time is over, RFC 3339."""
        return later("1970-01-01T00:00:00+00:00", self.ends)

    def claims(self) -> bytes:
        """What is signed, as bytes: the same for the same link."""
        return signed.claims_of(
            _FORM, self.tenant, self.task_id, self.edition, self.person, self.ends
        )


def sign(link: Link) -> str:
    """The token of ``link``; one call of KMS."""
    return signed.sign(_PURPOSE, link.claims())


def read(token: str) -> Link:
    """The link that ``token`` stands for, whether or not its time is over; one call of KMS.

    Raises BadLink for whatever we did not sign, to the letter, and Unavailable where KMS does not
    say. What cannot be a token does not reach KMS.
    """
    form, tenant, task_id, edition, person, ends = signed.said_in(token, _TYPES)
    if form != _FORM or not is_id(task_id):
        raise BadLink
    link = Link(tenant, task_id, edition, person, ends)
    signed.check(_PURPOSE, link.claims(), token)
    return link
