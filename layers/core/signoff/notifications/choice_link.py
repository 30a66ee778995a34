"""The link in a message by which its reader chooses how they are told, without signing in.

Many who are asked have no account to sign in with; and who wants no more mail must not have to ask
for one. The link can do that and nothing else: it names no task, and sets no address.
"""

import os
import time
from dataclasses import dataclass

from signoff.identity.principal import Actor, Caller, Principal
from signoff.links import signed
from signoff.links.decide import LINK
from signoff.links.signed import BadLink

SECONDS = 90 * 24 * 3600
"""How long it is good: mail is read late, and lies around."""

_PURPOSE = b"signoff notifications link\0"
_FORM = 1
_TYPES = (int, str, str, int)


@dataclass(frozen=True)
class ChoiceLink:
    """Whose choice it is. ``ends`` is Unix time."""

    tenant: str
    person: str
    ends: int

    @property
    def has_ended(self) -> bool:
        """Whether its time is over."""
        return self.ends <= time.time()

    @property
    def caller(self) -> Caller:
        """Who chooses by it, as the history of the settings names them."""
        by_link = Principal(self.tenant, frozenset(), key_id=LINK)
        return Caller(by_link, Actor(self.person, ()))

    def claims(self) -> bytes:
        """What is signed, as bytes: the same for the same link."""
        return signed.claims_of(_FORM, self.tenant, self.person, self.ends)


def choice_url(tenant: str, person: str) -> str:
    """The link's address; one call of KMS."""
    link = ChoiceLink(tenant, person, int(time.time()) + SECONDS)
    base = os.environ["PUBLIC_URL"].rstrip("/")
    return f"{base}/notifications/{signed.sign(_PURPOSE, link.claims())}"


def read_choice(token: str) -> ChoiceLink:
    """The link that ``token`` stands for, whether or not its time is over; one call of KMS.

    Raises BadLink for whatever we did not sign, to the letter, and Unavailable where KMS does not
    say.
    """
    form, tenant, person, ends = signed.said_in(token, _TYPES)
    if form != _FORM:
        raise BadLink
    link = ChoiceLink(tenant, person, ends)
    signed.check(_PURPOSE, link.claims(), token)
    return link
