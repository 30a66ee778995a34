"""A document's history entries as CloudEvents 1.0."""

from typing import Any

from signoff.documents.entry import DocumentEntry

SOURCE = "/signoff/documents"


def to_cloud_event(entry: DocumentEntry) -> dict[str, Any]:
    """The event that ``entry`` is: ``dev.signoff.document.*``, with the entry's own details.

    Extension attributes as those of runs: ``tenant``, ``sequence`` (zero-padded), and
    ``correlationid``, the document.
    """
    return {
        "specversion": "1.0",
        "id": entry.id,
        "source": SOURCE,
        "type": f"dev.signoff.{entry.type}",
        "subject": entry.document_id,
        "time": entry.at,
        "datacontenttype": "application/json",
        "tenant": entry.tenant,
        "sequence": f"{entry.sequence:010d}",
        "correlationid": entry.document_id,
        "data": {**entry.detail, "actorId": entry.actor},
    }
