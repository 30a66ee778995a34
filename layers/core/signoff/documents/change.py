"""A change of one document: state, lists and history, committed together or not at all."""

import time
from typing import Any

from signoff.clock import timestamp
from signoff.documents.entry import DocumentEntry
from signoff.documents.model import Document, Version, content_item, content_key
from signoff.limits import COMMAND_KEPT_SECONDS
from signoff.storage.store import history, state
from signoff.storage.transaction import Condition, Transaction, absent, unchanged


class DocumentChange:
    """Collects what a command does to ``document``; ``commit`` makes it true.

    ``actor`` is the person, ``via`` the key that spoke for them.
    """

    def __init__(
        self, document: Document, *, actor: str | None = None, via: str | None = None
    ) -> None:
        self.document = document
        self.at = timestamp()
        self._actor = actor
        self._via = via
        self._read_at = document.sequence
        self._listed = document.list_items() if document.sequence else []
        self._entries: list[DocumentEntry] = []
        self._writes = Transaction()

    def record(self, type_: str, detail: dict[str, Any]) -> None:
        """Add the next history entry."""
        self.document.sequence += 1
        self._entries.append(
            DocumentEntry(
                tenant=self.document.tenant,
                document_id=self.document.document_id,
                sequence=self.document.sequence,
                type=type_,
                at=self.at,
                detail=detail,
                actor=self._actor,
                via=self._via,
            )
        )

    def write_version(self, version: Version) -> None:
        """Write one of the document's versions; the document's own condition guards it."""
        self._writes.put(state(), version.to_item())

    def remember(self, command: str | None, number: int) -> None:
        """Write down which version a command made, for as long as it may be repeated."""
        if command:
            self._writes.put(
                state(),
                {
                    "PK": self.document.partition,
                    "SK": f"COMMAND#{command}",
                    "number": number,
                    "expiresAt": int(time.time()) + COMMAND_KEPT_SECONDS,
                },
            )

    def claim_content(self, sha256: str) -> None:
        """Say that this document has the content, on condition that no other says so."""
        document = self.document
        item = content_item(document.tenant, sha256, document.document_id)
        self._writes.put(state(), item, absent())

    def release_content(self, sha256: str) -> None:
        """Let others have the content that this document had."""
        self._writes.delete(
            state(),
            content_key(self.document.tenant, sha256),
            Condition("documentId = :ours", values={":ours": self.document.document_id}),
        )

    def commit(self) -> None:
        """Write everything.

        Raises ConditionFailed or Contended when somebody was faster; nothing is written then.
        """
        self.document.updated_at = self.at
        transaction = Transaction()
        condition = unchanged(self._read_at) if self._read_at else absent()
        transaction.put(state(), self.document.to_item(), condition)
        transaction.extend(self._writes)
        lists = {(item["PK"], item["SK"]): item for item in self.document.list_items()}
        for item in self._listed:
            if (item["PK"], item["SK"]) not in lists:
                transaction.delete(state(), (item["PK"], item["SK"]))
        for item in lists.values():
            transaction.put(state(), item)
        for entry in self._entries:
            transaction.put(history(), entry.to_item(), absent())
        transaction.commit()
