"""History entries as CloudEvents 1.0, with the types and data that the Flow API's page promises."""

from typing import Any

from signoff.contracts.flow.words import word_for
from signoff.history.entry import HistoryEntry


def to_cloud_event(entry: HistoryEntry) -> dict[str, Any]:
    """The event that ``entry`` is.

    The types of the contract carry exactly its data. What it has no type for is
    ``dev.signoff.<canonical type>`` with the entry's own details. Extension attributes (CloudEvents
    1.0: lower-case letters and digits, text values): ``tenant``; ``sequence``, zero-padded so that
    text sorts as numbers do; ``correlationid``, the flow; ``dueat``, when the task that it
    is about is due, if it has a deadline.
    """
    word = word_for(entry)
    if word.event:
        kind, data = word.event, {"flowId": entry.run_id, **word.detail(entry)}
    else:
        kind = f"dev.signoff.{entry.type}"
        data = {**entry.detail, "flowId": entry.run_id, "actorId": entry.actor}
    due = entry.detail.get("dueAt")
    return {
        "specversion": "1.0",
        "id": entry.id,
        "source": f"/wrkflw/{entry.definition_key}",
        "type": kind,
        "subject": entry.run_id,
        "time": entry.at,
        "datacontenttype": "application/json",
        "tenant": entry.tenant,
        "sequence": f"{entry.sequence:010d}",
        "correlationid": entry.run_id,
        **({"dueat": due} if due else {}),
        "data": data,
    }
