"""The worker that follows a document's events: tells the bucket what to keep and what to let go."""

from typing import Any

from signoff.documents import content
from signoff.documents.model import Version, document_partition
from signoff.documents.store import find_version, read_item
from signoff.storage.store import state


def settle_content(event: dict[str, Any]) -> None:
    """Handle a CloudEvent of a document.

    What holds now is what counts, not what the event says, so that events may come late and
    twice: a deleted document's content goes, and another's is kept.
    """
    tenant, document_id = str(event["tenant"]), str(event["data"]["documentId"])
    document = read_item(tenant, document_id)
    if document is None:
        return
    if document.status == "Deleted":
        for item in state().query_all(document_partition(tenant, document_id), prefix="V#"):
            version = Version.from_item(item)
            if version.object:
                content.let_go(version.object)
        return
    found = find_version(tenant, document_id, int(event["data"]["version"]))
    if found and found.object:
        content.settle(found.object)
