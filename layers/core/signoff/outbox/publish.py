"""Publishing history entries to the event bus.

The history table's stream is the outbox (design rule 3): nothing is published that was not
committed, and the event's id is the entry's, however often it is sent.
"""

import logging
import os
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from signoff.contracts.directory.events import to_cloud_event as user_event
from signoff.contracts.documents.events import to_cloud_event as document_event
from signoff.contracts.flow.events import to_cloud_event
from signoff.directory.announced import ANNOUNCED, UserChange
from signoff.documents.entry import DocumentEntry
from signoff.history.entry import HistoryEntry
from signoff.runs.ids import run_partition
from signoff.runs.model import RUN_SORT_KEY
from signoff.runs.nudge import at_once
from signoff.runs.sweep import nudge_item
from signoff.storage.clients import client
from signoff.storage.values import to_json, unmarshal
from signoff.tasks.model import step_key

_log = logging.getLogger(__name__)

_PUT_EVENTS_LIMIT = 10  # entries per PutEvents call
_EVENT_BYTES = 250_000  # PutEvents takes 256 KB a call; what is larger goes without its detail
SOURCE = "signoff"


def publish_records(records: Sequence[dict[str, Any]]) -> list[str]:
    """Publish the entries of a stream batch; answers the SequenceNumbers that did not get through.

    ``records`` are those of a DynamoDB stream event (new images); of the changes of
    settings only those of people are for the bus. After publishing, nudges that the entries'
    commands owed and have not made are made; one that fails is left to the sweep.
    """
    failed: list[str] = []
    entries: list[tuple[str, HistoryEntry | DocumentEntry | UserChange]] = []
    for record in records:
        image = record["dynamodb"].get("NewImage")
        entry = _entry_of(image) if record.get("eventName") == "INSERT" and image else None
        if entry:
            entries.append((record["dynamodb"]["SequenceNumber"], entry))
    for chunk in _chunks(entries):
        failed += _put_events(chunk)
    for number, entry in entries:
        if isinstance(entry, HistoryEntry) and entry.nudge and number not in failed:
            _repeat_nudge(entry)
    return failed


def _entry_of(image: dict[str, Any]) -> HistoryEntry | DocumentEntry | UserChange | None:
    if "runId" in image:
        return HistoryEntry.from_item(unmarshal(image))
    if "documentId" in image:
        return DocumentEntry.from_item(unmarshal(image))
    if image.get("type", {}).get("S") in ANNOUNCED:
        return UserChange.from_item(unmarshal(image))
    return None


def bus_entry(entry: HistoryEntry | DocumentEntry | UserChange) -> dict[str, Any]:
    """The PutEvents entry: a CloudEvent as detail, the canonical type as detail-type."""
    if isinstance(entry, DocumentEntry):
        # Bounded by the names in it, of a few hundred characters each.
        detail = to_json(document_event(entry))
        return _put(entry.type, detail, f"document/{entry.document_id}")
    if isinstance(entry, UserChange):
        return _put(entry.type, to_json(user_event(entry)), f"user/{entry.user_id}")
    detail = to_json(to_cloud_event(entry))
    if len(detail.encode()) > _EVENT_BYTES:
        shortened = to_cloud_event(entry)
        shortened["data"] = {"flowId": entry.run_id, "truncated": True}
        detail = to_json(shortened)
    return _put(entry.type, detail, f"run/{entry.run_id}")


def _put(type_: str, detail: str, resource: str) -> dict[str, Any]:
    return {
        "EventBusName": os.environ["EVENT_BUS"],
        "Source": SOURCE,
        "DetailType": type_,
        "Detail": detail,
        "Resources": [resource],
    }


def _chunks(
    entries: list[tuple[str, HistoryEntry | DocumentEntry | UserChange]],
) -> list[list[tuple[str, dict[str, Any]]]]:
    """PutEvents calls of at most ten entries and 250 kB."""
    chunks: list[list[tuple[str, dict[str, Any]]]] = []
    size = 0
    for number, entry in entries:
        event = bus_entry(entry)
        weight = len(event["Detail"].encode()) + 1_000
        if not chunks or len(chunks[-1]) == _PUT_EVENTS_LIMIT or size + weight > _EVENT_BYTES:
            chunks.append([])
            size = 0
        chunks[-1].append((number, event))
        size += weight
    return chunks


def _put_events(chunk: list[tuple[str, dict[str, Any]]]) -> list[str]:
    try:
        answer = client("events").put_events(Entries=[event for _, event in chunk])
    except (ClientError, BotoCoreError):
        _log.exception("the bus took none of a chunk", extra={"entries": len(chunk)})
        return [number for number, _ in chunk]
    results = zip(chunk, answer["Entries"], strict=True)
    return [number for (number, _), result in results if result.get("ErrorCode")]


def _repeat_nudge(entry: HistoryEntry) -> None:
    partition = run_partition(entry.tenant, entry.run_id)
    if entry.nudge == "run":
        key = (partition, RUN_SORT_KEY)
    else:
        key = step_key(entry.tenant, entry.run_id, str(entry.nudge))
    at_once(lambda: nudge_item(key))
