"""Telling somebody something at most once: the claim that is written before anything is sent.

Whoever writes the claim sends; everybody else finds it there. When the other side says no before it
has taken the message, the claim is given back and the queue brings the message again. When nobody
knows whether it was taken (the answer was lost, the process died), the claim stays: once too few is
what was chosen, docs/adr/0018.
"""

import time
import uuid
from typing import Literal

from signoff.clock import timestamp
from signoff.notifications.notice import Notice
from signoff.notifications.preferences import notices_partition
from signoff.storage.store import state
from signoff.storage.table import Key
from signoff.storage.transaction import Condition, ConditionFailed, Transaction, absent
from signoff.storage.values import Item

# Longer than a message can come again, and than most tasks are open.
KEPT_SECONDS = 400 * 24 * 3600

# Being sent, or nobody knows; the other side has taken it.
State = Literal["SENDING", "SENT"]


class Claim:
    """The right to tell ``notice``, held by this process alone."""

    def __init__(self, notice: Notice) -> None:
        self._notice = notice
        self._mark = str(uuid.uuid4())

    def take(self) -> bool:
        """Whether nobody has told it, or is about to, so that it may be sent now."""
        claim = Transaction()
        claim.put(state(), self._item(), absent())
        try:
            claim.commit()
        except ConditionFailed:
            return False
        return True

    def give_back(self) -> None:
        """Nothing was sent: whoever comes next may try."""
        back = Transaction()
        back.delete(state(), self._key, self._mine())
        back.commit()

    def sent(self, channel: str, reference: str | None) -> None:
        """Note where it went. ``reference`` is what the other side calls it."""
        done = {"state": "SENT", "channel": channel, "reference": reference, "sentAt": timestamp()}
        note = Transaction()
        set_ = {name: value for name, value in done.items() if value is not None}
        note.update(state(), self._key, set_=set_, condition=self._mine())
        note.commit()

    @property
    def _key(self) -> Key:
        return claim_key(self._notice)

    def _mine(self) -> Condition:
        return Condition("#mark = :mark", {"#mark": "mark"}, {":mark": self._mark})

    def _item(self) -> Item:
        pk, sk = self._key
        notice = self._notice
        return {
            "PK": pk,
            "SK": sk,
            "mark": self._mark,
            "state": "SENDING",
            "reason": notice.reason,
            "about": notice.about,
            "occasion": notice.occasion,
            "at": timestamp(),
            "expiresAt": int(time.time()) + KEPT_SECONDS,
        }


def claim_key(notice: Notice) -> Key:
    """Where it stands that somebody was told something."""
    return notices_partition(notice.tenant, notice.person), f"SAID#{notice.name}"
