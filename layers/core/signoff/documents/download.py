"""Links to a document's content."""

from dataclasses import dataclass

from signoff.documents import content
from signoff.documents.content import Link
from signoff.documents.model import Version
from signoff.documents.store import find_version, get_document
from signoff.errors import DocumentConflict, DocumentNotFound


@dataclass(frozen=True)
class Download:
    """A version of a document and where to get it."""

    version: Version
    link: Link


def link_to(tenant: str, document_id: str, number: int | None = None) -> Download:
    """A link to a version (default: the present one).

    Raises DocumentNotFound, and Conflict for content that has not come or was refused.
    """
    document = get_document(tenant, document_id)
    version = find_version(tenant, document_id, number or document.version or document.latest)
    if version is None:
        raise DocumentNotFound("Document version not found", field="version")
    if version.object is None:
        raise DocumentConflict(f"The version is {version.status} and has no content")
    kind = version.type or ""
    return Download(version, content.download_link(version.object, version.name, kind))
