"""A notice: that one person is to be told one thing, before it is known how."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, Literal

from signoff.storage.table import Key

# ``assigned`` and the three behind it are one thing to the reader, something to do, said in four
# ways: for the first time; after somebody else had it; to change what was submitted; to look again
# at what was changed. ``withdrawn`` is the opposite. ``reminder`` and ``escalated`` are what a
# definition asks for at a moment of a deadline, ``notification`` what its notify step says. The
# rest is for administrators.
Reason = Literal[
    "assigned",
    "given-back",
    "rework",
    "reworked",
    "due-soon",
    "overdue",
    "withdrawn",
    "reminder",
    "escalated",
    "notification",
    "webhook-failing",
    "webhook-disabled",
    "delivery-failed",
    "address-suppressed",
]

# The reader has something to do: it is said only while that is so, with links to decide by.
TO_DO: frozenset[Reason] = frozenset(
    {"assigned", "given-back", "rework", "reworked", "due-soon", "overdue", "reminder"}
)


@dataclass(frozen=True)
class Notice:
    """``person`` is a user's id. ``entry`` is the key of the history entry that it is about.

    ``about`` is the id of the task, run, webhook or address, and ``occasion`` tells from each other
    what may be said of it twice: the opening of the task, the moment of its deadline. ``group`` is
    the one that the person is asked as a member of.
    """

    tenant: str
    person: str
    reason: Reason
    about: str
    occasion: str
    entry: Key
    group: str | None = None

    @property
    def name(self) -> str:
        """What is at most once: the same for all that would tell a person this again."""
        said = "\x00".join((self.about, self.reason, self.occasion))
        return hashlib.sha256(said.encode()).hexdigest()

    def to_message(self) -> dict[str, Any]:
        """The message that a queue carries."""
        return asdict(self)

    @staticmethod
    def from_message(message: dict[str, Any]) -> "Notice":
        """What ``to_message`` wrote."""
        partition, sort = message["entry"]
        return Notice(**{**message, "entry": (partition, sort)})
