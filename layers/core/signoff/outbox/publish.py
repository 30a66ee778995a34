"""Publishing history entries to the event bus.

The history table's stream is the outbox (design rule 3): nothing is published that was not
committed, and the event's id is the entry's, however often it is sent.
"""

import logging
import os
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from signoff.contracts.events.cloudevents import to_cloud_event
from signoff.contracts.events.format import EVENT_BYTES
from signoff.contracts.events.happened import Happened, from_item
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
SOURCE = "signoff"


def publish_records(records: Sequence[dict[str, Any]]) -> list[str]:
    """Publish the entries of a stream batch; answers the SequenceNumbers that did not get through.

    ``records`` are those of a DynamoDB stream event (new images). After publishing, nudges that the
    entries' commands owed and have not made are made; one that fails is left to the sweep.
    """
    failed: list[str] = []
    entries: list[tuple[str, Happened]] = []
    for record in records:
        if record.get("eventName") != "INSERT":
            continue
        happened = from_item(unmarshal(record["dynamodb"].get("NewImage", {})))
        if happened:
            entries.append((record["dynamodb"]["SequenceNumber"], happened))
    for chunk in _chunks(entries):
        failed += _put_events(chunk)
    for number, entry in entries:
        if isinstance(entry, HistoryEntry) and entry.nudge and number not in failed:
            _repeat_nudge(entry)
    return failed


def bus_entry(happened: Happened) -> dict[str, Any]:
    """The PutEvents entry: a CloudEvent as detail, the canonical type as detail-type."""
    return {
        "EventBusName": os.environ["EVENT_BUS"],
        "Source": SOURCE,
        "DetailType": happened.type,
        "Detail": to_json(to_cloud_event(happened)),
        "Resources": [_resource(happened)],
    }


def _resource(happened: Happened) -> str:
    if isinstance(happened, HistoryEntry):
        return f"run/{happened.run_id}"
    if isinstance(happened, DocumentEntry):
        return f"document/{happened.document_id}"
    kind = happened.type.partition(".")[0]
    return f"{kind}/{happened.subject or happened.tenant}"


def _chunks(entries: list[tuple[str, Happened]]) -> list[list[tuple[str, dict[str, Any]]]]:
    """PutEvents calls of at most ten entries and 250 kB."""
    chunks: list[list[tuple[str, dict[str, Any]]]] = []
    size = 0
    for number, entry in entries:
        event = bus_entry(entry)
        weight = len(event["Detail"].encode()) + 1_000
        if not chunks or len(chunks[-1]) == _PUT_EVENTS_LIMIT or size + weight > EVENT_BYTES:
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
