"""Documents and versions whose content came with the request: Active at once.

The object first, then the transaction: what is committed has its content. An object whose
transaction fails, or never comes, is cleared away by the bucket's own rule (content.py).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from signoff.clock import timestamp
from signoff.documents import content
from signoff.documents.change import DocumentChange
from signoff.documents.inspect import Inspected, inspect_bytes
from signoff.documents.model import Document, Version, new_document_id
from signoff.documents.names import file_name, read_tags, title_of
from signoff.documents.rights import check_change
from signoff.documents.settings import read_settings
from signoff.documents.store import get_document, has_content, made_by, read_item
from signoff.errors import DuplicateContent, SignoffError
from signoff.identity.principal import Caller
from signoff.runs.ids import derived_run_id
from signoff.storage.repeating import until_committed


@dataclass(frozen=True)
class Labels:
    """What people call a document and where they put it; None where they did not say."""

    title: str | None = None
    tags: str | None = None
    folder_id: str | None = None


def upload_document(caller: Caller, name: str, sent: bytes, labels: Labels) -> Document:
    """A new document with the content ``sent``.

    Raises Invalid, FileTooLarge, FileTypeNotSupported for content that the tenant does not take,
    DuplicateContent where another document has it.
    """
    found = inspect_bytes(sent)
    read_settings(caller.tenant).check(found)
    tags, given = read_tags(labels.tags), file_name(name)
    document_id = document_id_for(caller)

    def commit(key: str) -> Document:
        if made := made_before(caller, document_id):
            return made
        refuse_duplicate(caller.tenant, found.sha256)
        document = new_document(caller, document_id, given, labels, tags)
        document.latest = 1
        change = change_of(document, caller)
        activate(change, _version(caller, document, given, key, found), found)
        change.commit()
        return document

    made = made_before(caller, document_id)
    return made or _stored(caller.tenant, document_id, sent, found, commit)


def upload_version(
    caller: Caller, document_id: str, name: str, sent: bytes, comment: str | None = None
) -> Document:
    """The document with ``sent`` as its new version, of which ``comment`` says what is new.

    Raises as ``upload_document`` does, DuplicateContent also for the content that it has,
    DocumentNotFound, and Forbidden to a person whose document it is not.
    """
    check_change(caller, get_document(caller.tenant, document_id))
    found = inspect_bytes(sent)
    read_settings(caller.tenant).check(found)
    given = file_name(name)

    def commit(key: str) -> Document:
        document = get_document(caller.tenant, document_id)
        if made_by(caller.tenant, document_id, caller.command_id):
            return document
        refuse_duplicate(caller.tenant, found.sha256)
        change = change_of(document, caller)
        document.latest += 1
        change.remember(caller.command_id, document.latest)
        version = _version(caller, document, given, key, found)
        activate(change, replace(version, comment=comment), found)
        change.commit()
        return document

    if made_by(caller.tenant, document_id, caller.command_id):
        return get_document(caller.tenant, document_id)
    return _stored(caller.tenant, document_id, sent, found, commit)


def document_id_for(caller: Caller) -> str:
    """The id of a new document: the same for every repetition of one command."""
    if caller.command_id is None:
        return new_document_id()
    return derived_run_id("document", caller.tenant, caller.command_id)


def made_before(caller: Caller, document_id: str) -> Document | None:
    """The document that this very command made when it was sent before."""
    return read_item(caller.tenant, document_id) if caller.command_id else None


def new_document(
    caller: Caller, document_id: str, name: str, labels: Labels, tags: tuple[str, ...]
) -> Document:
    """A document of the caller's with no version yet; ``tags`` are those of ``labels``, read."""
    at = timestamp()
    return Document(
        tenant=caller.tenant,
        document_id=document_id,
        title=title_of(labels.title, name),
        name=name,
        owner=caller.actor.id,
        created_at=at,
        updated_at=at,
        tags=tags,
        folder_id=labels.folder_id,
    )


def change_of(document: Document, caller: Caller) -> DocumentChange:
    """A change by ``caller``."""
    return DocumentChange(document, actor=caller.actor.id, via=caller.principal.key_id)


def refuse_duplicate(tenant: str, sha256: str) -> None:
    """Raise DuplicateContent where a document has the content already."""
    holder = has_content(tenant, sha256)
    if holder is not None:
        raise DuplicateContent(holder)


def activate(change: DocumentChange, version: Version, found: Inspected) -> None:
    """Make ``version`` the document's present one, with its entry."""
    document = change.document
    former, held = document.version, document.sha256
    if held is not None:
        change.release_content(held)
    document.status, document.expires_at = "Active", None
    document.reason = document.duplicate_of = None
    document.version, document.name = version.number, version.name
    document.sha256, document.size, document.type = found.sha256, found.size, found.type
    change.claim_content(found.sha256)
    change.write_version(version)
    change.record(
        "document.updated" if former else "document.uploaded",
        {
            "documentId": document.document_id,
            "version": version.number,
            "title": document.title,
            "name": version.name,
            "sha256": found.sha256,
            "size": found.size,
            "type": found.type,
            "tags": list(document.tags),
            "owner": document.owner,
            **({"formerVersion": former} if former else {}),
            **({"comment": version.comment} if version.comment else {}),
        },
    )


def _version(caller: Caller, document: Document, name: str, key: str, found: Inspected) -> Version:
    return Version(
        tenant=caller.tenant,
        document_id=document.document_id,
        number=document.latest,
        status="Active",
        name=name,
        uploaded_at=timestamp(),
        uploaded_by=caller.actor.id,
        object=key,
        sha256=found.sha256,
        size=found.size,
        type=found.type,
        via=caller.principal.key_id,
    )


def _stored(
    tenant: str,
    document_id: str,
    sent: bytes,
    found: Inspected,
    commit: Callable[[str], Document],
) -> Document:
    """Put the content, then commit; a refusal takes the content away again."""
    refuse_duplicate(tenant, found.sha256)
    key = content.new_object(tenant, document_id)
    content.put(key, sent, found.sha256, found.type)
    try:
        return until_committed(lambda: commit(key), "The document")
    except SignoffError:
        content.discard(key)
        raise
