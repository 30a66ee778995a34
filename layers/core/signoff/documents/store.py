"""Reading documents, one by one and in lists. Every list is a key query."""

from dataclasses import dataclass

from signoff.documents.model import (
    DOCUMENT_SORT_KEY,
    Document,
    Version,
    content_key,
    document_partition,
    list_partition,
    version_key,
)
from signoff.errors import DocumentNotFound, Malformed
from signoff.pagination import Slice, cursor_at, place_in
from signoff.runs.ids import is_id
from signoff.storage.listing import listed
from signoff.storage.store import state

MOST_READ = 1_000
"""Documents that one request looks at; a page of what two filters leave may be short for it."""

_CHUNK = 100


@dataclass(frozen=True)
class Sought:
    """What is asked for; None does not narrow. ``since`` counts, ``until`` does not."""

    owner: str | None = None
    tag: str | None = None
    type: str | None = None
    status: str | None = None
    since: str | None = None
    until: str | None = None

    def partition(self, tenant: str) -> str:
        """The list to read: that of the filter which leaves the fewest, as a rule."""
        for by, value in (
            ("owner", self.owner),
            ("tag", self.tag),
            ("type", self.type),
            ("status", self.status),
        ):
            if value is not None:
                return list_partition(tenant, by, value)
        return list_partition(tenant)

    def wants(self, document: Document) -> bool:
        """Whether a document is one of those sought, time apart."""
        return (
            self.owner in (None, document.owner)
            and (self.tag is None or self.tag in document.tags)
            and self.type in (None, document.type)
            and self.status in (None, document.status)
            and not document.is_gone
        )


def find_document(tenant: str, document_id: str) -> Document | None:
    """The document, None for an unknown or deleted one; one consistent read."""
    if not is_id(document_id):
        return None
    found = read_item(tenant, document_id)
    return None if found is None or found.is_gone else found


def get_document(tenant: str, document_id: str) -> Document:
    """The document. Raises DocumentNotFound."""
    document = find_document(tenant, document_id)
    if document is None:
        raise DocumentNotFound("Document not found")
    return document


def read_item(tenant: str, document_id: str) -> Document | None:
    """The document, deleted ones too."""
    item = state().get((document_partition(tenant, document_id), DOCUMENT_SORT_KEY))
    return Document.from_item(item) if item else None


def find_version(tenant: str, document_id: str, number: int) -> Version | None:
    """A version, None for one that there is not; one consistent read."""
    item = state().get(version_key(tenant, document_id, number))
    if item is None:
        return None
    version = Version.from_item(item)
    return None if version.is_gone else version


def made_by(tenant: str, document_id: str, command: str | None) -> int | None:
    """The number of the version that a command made when it was sent before."""
    if command is None:
        return None
    item = state().get((document_partition(tenant, document_id), f"COMMAND#{command}"))
    return int(item["number"]) if item else None


def list_versions(
    tenant: str, document_id: str, *, limit: int, cursor: str | None
) -> Slice[Version]:
    """A document's versions, the newest first. Raises DocumentNotFound and Malformed."""
    get_document(tenant, document_id)
    page = listed(
        document_partition(tenant, document_id),
        limit=limit,
        cursor=cursor,
        prefix="V#",
        newest_first=True,
    )
    versions = (Version.from_item(item) for item in page.items)
    return Slice([each for each in versions if not each.is_gone], page.cursor)


def list_documents(
    tenant: str, sought: Sought, *, limit: int, cursor: str | None
) -> Slice[Document]:
    """Up to ``limit`` documents behind ``cursor``, the newest first.

    Of several filters one is the list that is read; what the others leave out is read as well, at
    most ``MOST_READ`` in one request. Raises Malformed for a foreign cursor.
    """
    before = place_in(cursor)
    if before is not None and not before.isascii():
        raise Malformed("cursor is not one that this API gave out", field="cursor")
    if sought.until is not None:
        before = min(before or sought.until, sought.until)
    partition = sought.partition(tenant)
    found: list[Document] = []
    read = 0
    while read < MOST_READ:
        page = state().query(
            partition, before=before, newest_first=True, limit=min(_CHUNK, limit + 1)
        )
        for item in page.items:
            if sought.since is not None and item["SK"] < sought.since:
                return Slice(found, None)
            document = Document.from_item(item)
            if sought.wants(document):
                if len(found) == limit:
                    return Slice(found, cursor_at(before))
                found.append(document)
            before = item["SK"]
        if page.next_key is None:
            return Slice(found, None)
        read += len(page.items)
    return Slice(found, cursor_at(before))


def has_content(tenant: str, sha256: str) -> str | None:
    """The id of the document that has the content with this hash, if one has."""
    item = state().get(content_key(tenant, sha256))
    return str(item["documentId"]) if item else None
