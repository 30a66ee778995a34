"""An entry of a document's history, and the event that it is.

Types: document.announced (an upload by link may come), document.uploaded, document.updated (a new
version), document.rejected, document.deleted.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from signoff.documents.model import document_partition
from signoff.storage.table import Key
from signoff.storage.trail import trail
from signoff.storage.values import Item, from_json, to_json

_EVENTS = uuid.UUID("a52ff0f6-9a36-4c59-8f2c-5e0d94c0d3b7")  # namespace of event ids


@dataclass(frozen=True)
class DocumentEntry:
    """What happened to a document, when, and who did it through which key.

    ``sequence`` counts up from 1 within the document without a gap.
    """

    tenant: str
    document_id: str
    sequence: int
    type: str
    at: str
    detail: dict[str, Any]
    actor: str | None = None
    via: str | None = None

    @property
    def id(self) -> str:
        """The event's id: the same however often it is published."""
        return str(uuid.uuid5(_EVENTS, f"{self.tenant}/{self.document_id}/{self.sequence}"))

    @property
    def key(self) -> Key:
        """Where the entry is stored: its document's partition, in order of sequence."""
        return document_partition(self.tenant, self.document_id), f"{self.sequence:010d}"

    def to_item(self) -> Item:
        """The item of the history table."""
        partition, sort = self.key
        return {
            "PK": partition,
            "SK": sort,
            "id": self.id,
            "tenant": self.tenant,
            "documentId": self.document_id,
            "subject": self.document_id,
            "sequence": self.sequence,
            "type": self.type,
            "at": self.at,
            "detail": to_json(self.detail),
            "actor": self.actor,
            "via": self.via,
            **trail(
                self.tenant,
                self.at,
                f"{self.document_id}#{sort}",
                actor=self.actor,
                subject=self.document_id,
            ),
        }

    @classmethod
    def from_item(cls, item: Item) -> "DocumentEntry":
        """The entry that ``to_item`` wrote."""
        return cls(
            tenant=item["tenant"],
            document_id=item["documentId"],
            sequence=item["sequence"],
            type=item["type"],
            at=item["at"],
            detail=from_json(item["detail"]),
            actor=item.get("actor"),
            via=item.get("via"),
        )
