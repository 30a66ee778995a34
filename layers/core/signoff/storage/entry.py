"""What every entry of the history table has, whatever it is about.

A change of a run, of a document or of a tenant's settings leaves one entry, and the entry is the
event that is published of it. Each of the three adds what only it has; what an audit reads
(``signoff.audit``) is here.
"""

from dataclasses import dataclass
from typing import Any

from signoff.storage.table import Key
from signoff.storage.trail import trail
from signoff.storage.values import Item, from_json, to_json


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What happened in a tenant, when, and who did it through which key.

    ``type`` is what it is about and what became of that, such as "task.decided"; ``at`` is an RFC
    3339 moment. Nobody is the ``actor`` of what the engine does by itself.
    """

    tenant: str
    type: str
    at: str
    detail: dict[str, Any]
    actor: str | None = None
    via: str | None = None

    def shared_item(
        self, entry_id: str, key: Key, *, home: str | None = None, subject: str | None = None
    ) -> Item:
        """The attributes that every entry is stored with, those of the audit's indexes among them.

        ``home`` is what has a history of its own, in which the entry has its number; ``subject`` is
        what an audit finds the entry by beside that.
        """
        partition, sort = key
        place = f"{home}#{sort}" if home else sort
        return {
            "PK": partition,
            "SK": sort,
            "id": entry_id,
            "tenant": self.tenant,
            "type": self.type,
            "at": self.at,
            "detail": to_json(self.detail),
            "actor": self.actor,
            "via": self.via,
            **trail(self.tenant, self.at, place, actor=self.actor, subject=subject),
        }


def shared_fields(item: Item) -> dict[str, Any]:
    """The fields of ``Entry`` from an item that ``shared_item`` began."""
    return {
        "tenant": item["tenant"],
        "type": item["type"],
        "at": item["at"],
        "detail": from_json(item["detail"]),
        "actor": item.get("actor"),
        "via": item.get("via"),
    }
