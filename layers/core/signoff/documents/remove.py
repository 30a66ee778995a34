"""Deleting a document: gone from every list and answer at once, its content after a time of grace.

Runs that are about it go on: their history names it, and its content can still be restored by an
operator while the grace lasts (docs/documents.md).
"""

from signoff.documents.model import Document
from signoff.documents.rights import check_change
from signoff.documents.store import get_document
from signoff.documents.upload import change_of
from signoff.identity.principal import Caller
from signoff.storage.repeating import until_committed


def delete_document(caller: Caller, document_id: str) -> Document:
    """Delete a document. Raises DocumentNotFound, and Forbidden as ``check_change`` has it."""

    def delete() -> Document:
        document = get_document(caller.tenant, document_id)
        check_change(caller, document)
        change = change_of(document, caller)
        if document.sha256:
            change.release_content(document.sha256)
        document.status, document.expires_at = "Deleted", None
        detail = {"documentId": document_id, "version": document.version, "title": document.title}
        change.record("document.deleted", detail | {"sha256": document.sha256})
        change.commit()
        return document

    return until_committed(delete, "The document")
