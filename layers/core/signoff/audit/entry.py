"""An entry of the history table as an audit shows it, of whatever kind it is."""

from dataclasses import dataclass
from typing import Any

from signoff.storage.trail import place
from signoff.storage.values import Item, from_json


@dataclass(frozen=True)
class AuditEntry:
    """Who did what to what, when, and through which key.

    ``subject_type`` is "run", "document", or for a change of settings the kind of thing that was
    changed ("key", "definition", "user" …); ``subject`` is its id. ``size`` is that of the detail,
    in characters.
    """

    id: str
    at: str
    type: str
    actor: str | None
    via: str | None
    subject_type: str
    subject: str | None
    detail: dict[str, Any]
    place: str
    size: int

    @property
    def kind(self) -> str:
        """The first word of the type: "task" of "task.decided"."""
        return self.type.partition(".")[0]

    @classmethod
    def from_item(cls, item: Item) -> "AuditEntry":
        """The entry behind an item of the history table."""
        type_, text = str(item["type"]), str(item["detail"])
        run = item.get("runId")
        home = run or item.get("documentId")  # what has a history of its own
        return cls(
            id=item["id"],
            at=item["at"],
            type=type_,
            actor=item.get("actor"),
            via=item.get("via"),
            subject_type="run" if run else type_.partition(".")[0],
            subject=run or item.get("subject"),
            detail=from_json(text),
            place=place(item["at"], f"{home}#{item['SK']}" if home else item["SK"]),
            size=len(text),
        )
