"""An entry of a document's history, and the event that it is.

Types: document.announced (an upload by link may come), document.uploaded, document.updated (a new
version), document.rejected, document.deleted.
"""

import uuid
from dataclasses import dataclass

from signoff.documents.model import document_partition
from signoff.storage.entry import Entry, shared_fields
from signoff.storage.table import Key
from signoff.storage.values import Item

_EVENTS = uuid.UUID("a52ff0f6-9a36-4c59-8f2c-5e0d94c0d3b7")  # namespace of event ids


@dataclass(frozen=True, kw_only=True)
class DocumentEntry(Entry):
    """What happened to which document.

    ``sequence`` counts up from 1 within the document without a gap.
    """

    document_id: str
    sequence: int

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
        document = self.document_id
        return {
            **self.shared_item(self.id, self.key, home=document, subject=document),
            "documentId": document,
            "subject": document,
            "sequence": self.sequence,
        }

    @classmethod
    def from_item(cls, item: Item) -> "DocumentEntry":
        """The entry that ``to_item`` wrote."""
        return cls(**shared_fields(item), document_id=item["documentId"], sequence=item["sequence"])
