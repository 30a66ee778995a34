"""The worker that follows a document's events: tells the bucket what to keep and what to let go."""

from typing import Any

from signoff.documents import content
from signoff.documents.model import Version, document_partition
from signoff.documents.store import find_version, read_item
from signoff.storage.store import state


def settle_content(event: dict[str, Any]) -> None:
    """Handle a CloudEvent of a document.

    What holds now is what counts, not what the event says, so that events may come late and
    twice: a deleted document's content goes, and another's is kept. Whoever deletes it in between
    may have had their own event handled already, so it is looked at once more at the end.
    """
    tenant, document_id = str(event["tenant"]), str(event["data"]["documentId"])
    if _is_kept(tenant, document_id):
        found = find_version(tenant, document_id, int(event["data"]["version"]))
        if found and found.object:
            content.settle(found.object)
    if not _is_kept(tenant, document_id):
        _let_go(tenant, document_id)


def _is_kept(tenant: str, document_id: str) -> bool:
    document = read_item(tenant, document_id)
    return document is not None and document.status != "Deleted"


def _let_go(tenant: str, document_id: str) -> None:
    for item in state().query_all(document_partition(tenant, document_id), prefix="V#"):
        version = Version.from_item(item)
        if version.object:
            content.let_go(version.object, version.type or "")
