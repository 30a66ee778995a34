"""What narrows a list of documents."""

from collections.abc import Mapping

from signoff.documents.model import LISTED
from signoff.documents.names import MAX_TAG
from signoff.documents.store import Sought
from signoff.entrypoints.filters import Filter, Moment, Text

FILTERS: dict[str, Filter] = {
    "status": LISTED,
    "type": Text(200),
    "tag": Text(MAX_TAG),
    "owner": Text(),
    "from": Moment(),
    "to": Moment(),
}
VERSION: dict[str, Filter] = {"version": range(1, 1_000_000)}


def sought(filters: Mapping[str, str]) -> Sought:
    """What the filters ask for: uploaded at ``from`` or later, and before ``to``."""
    tag = filters.get("tag")
    return Sought(
        owner=filters.get("owner"),
        tag=tag.casefold() if tag else None,
        type=filters.get("type"),
        status=filters.get("status"),
        since=filters.get("from"),
        until=filters.get("to"),
    )
