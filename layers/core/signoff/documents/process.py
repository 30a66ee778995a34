"""The worker behind uploads by link: judges what has come, and makes it a version or says why not.

The object is read as it was at one moment (its ETag), and copied to a key that the link's holder
does not have: what was judged is what is kept, whatever is uploaded afterwards.
"""

import logging
from dataclasses import replace
from functools import partial
from typing import Any

from signoff.documents import content
from signoff.documents.change import DocumentChange
from signoff.documents.content import Arrival, Found
from signoff.documents.inspect import Inspected, inspect
from signoff.documents.model import Document, Version
from signoff.documents.settings import read_settings
from signoff.documents.store import find_document, find_version
from signoff.documents.upload import activate, refuse_duplicate
from signoff.errors import Busy, DocumentConflict, DuplicateContent, SignoffError
from signoff.storage.repeating import until_committed

_log = logging.getLogger(__name__)


def process_upload(detail: dict[str, Any]) -> None:
    """Handle S3's "Object Created" event of one incoming object. Repeating it changes nothing."""
    key = str(detail["object"]["key"])
    arrival = content.read_arrival(key)
    if arrival is None:
        _log.warning("an object that no link leads to", extra={"key": key})
        return
    object_ = content.find(key)
    if object_ is None:
        return  # handled before
    if _awaited(arrival) is not None:
        try:
            found = _judge(arrival, object_)
            _keep(arrival, object_, found)
        except Busy:
            raise
        except SignoffError as refusal:
            until_committed(partial(_reject, arrival, refusal), "The document")
    content.discard(key)


def _judge(arrival: Arrival, object_: Found) -> Inspected:
    """What the content is. Raises what the tenant's settings say against it."""
    settings = read_settings(arrival.tenant)
    settings.check_size(object_.size)
    pieces = content.chunks(arrival.object, object_.etag)
    found = inspect(pieces, content.reader(arrival.object, object_.etag))
    settings.check(found)
    refuse_duplicate(arrival.tenant, found.sha256)
    return found


def _keep(arrival: Arrival, object_: Found, found: Inspected) -> None:
    key = content.new_object(arrival.tenant, arrival.document_id)
    content.adopt(arrival, object_.etag, key, found.type)
    try:
        if not until_committed(lambda: _activate(arrival, key, found), "The document"):
            content.discard(key)
    except SignoffError:
        content.discard(key)
        raise


def _activate(arrival: Arrival, key: str, found: Inspected) -> bool:
    """Whether the content has become the version; not where that was decided before."""
    awaited = _awaited(arrival)
    if awaited is None:
        return False
    document, version = awaited
    if document.version > version.number:
        raise DocumentConflict("A newer version was there first")
    refuse_duplicate(arrival.tenant, found.sha256)
    kept = replace(
        version,
        status="Active",
        object=key,
        sha256=found.sha256,
        size=found.size,
        type=found.type,
        expires_at=None,
    )
    change = _change(document, version)
    activate(change, kept, found)
    change.commit()
    return True


def _reject(arrival: Arrival, refusal: SignoffError) -> None:
    awaited = _awaited(arrival)
    if awaited is None:
        return
    document, version = awaited
    change = _change(document, version)
    reason = refusal.message
    holder = refusal.document_id if isinstance(refusal, DuplicateContent) else None
    if not document.version:
        document.status, document.expires_at = "Rejected", None
        document.reason, document.duplicate_of = reason, holder
    rejected = replace(version, status="Rejected", reason=reason, duplicate_of=holder)
    change.write_version(replace(rejected, expires_at=None))
    detail = {"documentId": document.document_id, "version": version.number, "reason": reason}
    detail |= {"duplicateOf": holder} if holder else {}
    change.record("document.rejected", detail | {"title": document.title, "name": version.name})
    change.commit()


def _awaited(arrival: Arrival) -> tuple[Document, Version] | None:
    """The document and the version that still waits for its content."""
    document = find_document(arrival.tenant, arrival.document_id)
    version = find_version(arrival.tenant, arrival.document_id, arrival.number)
    if document is None or version is None or version.status != "Processing":
        return None
    return document, version


def _change(document: Document, version: Version) -> DocumentChange:
    return DocumentChange(document, actor=version.uploaded_by, via=version.via)
