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
from signoff.entrypoints.poison import set_aside
from signoff.errors import Invalid, Unavailable
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
# What PutEvents answers of an entry that it will not take another time either.
_DEFINITE = {"InvalidArgument", "MalformedDetail"}
SOURCE = "signoff"


def publish_records(records: Sequence[dict[str, Any]]) -> list[str]:
    """Publish the entries of a stream batch; answers the SequenceNumbers that did not get through.

    ``records`` are those of a DynamoDB stream event (new images). An entry of which no event can be
    made, or that the bus will never take, is put aside with the reason: the stream would bring it
    again for a day, and nothing that follows it. After publishing, nudges that the entries'
    commands owed and have not made are made; one that fails is left to the sweep.
    """
    inserted = {
        str(record["dynamodb"]["SequenceNumber"]): record["dynamodb"]
        for record in records
        if record.get("eventName") == "INSERT"
    }
    unsent: dict[str, Exception] = {}
    entries: dict[str, Happened] = {}
    events: list[tuple[str, dict[str, Any]]] = []
    for number, record in inserted.items():
        try:
            happened = from_item(unmarshal(record.get("NewImage", {})))
            if happened:
                events.append((number, bus_entry(happened)))
                entries[number] = happened
        except Exception as error:  # noqa: BLE001 - whatever it is, others follow
            _log.error("no event can be made of an entry", exc_info=error)
            unsent[number] = error
    for chunk in _chunks(events):
        unsent |= _put_events(chunk)
    failed = [
        number
        for number, reason in unsent.items()
        if isinstance(reason, Unavailable) or not _set_aside(number, inserted[number], reason)
    ]
    for number, entry in entries.items():
        if isinstance(entry, HistoryEntry) and entry.nudge and number not in unsent:
            _repeat_nudge(entry)
    return failed


def _set_aside(number: str, record: dict[str, Any], reason: Exception) -> bool:
    """Leave a pointer to the entry in the dead-letter queue; whether it is there."""
    keys = unmarshal(record["Keys"])
    body = to_json({"entry": [keys["PK"], keys["SK"]]})
    return set_aside(body, reason, "publishEvents", {"sequenceNumber": number})


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


def _chunks(entries: list[tuple[str, dict[str, Any]]]) -> list[list[tuple[str, dict[str, Any]]]]:
    """PutEvents calls of at most ten entries and 250 kB."""
    chunks: list[list[tuple[str, dict[str, Any]]]] = []
    size = 0
    for number, event in entries:
        weight = len(event["Detail"].encode()) + 1_000
        if not chunks or len(chunks[-1]) == _PUT_EVENTS_LIMIT or size + weight > EVENT_BYTES:
            chunks.append([])
            size = 0
        chunks[-1].append((number, event))
        size += weight
    return chunks


def _put_events(chunk: list[tuple[str, dict[str, Any]]]) -> dict[str, Exception]:
    """Publish a chunk; why which did not get through, Invalid where it never will."""
    try:
        answer = client("events").put_events(Entries=[event for _, event in chunk])
    except (ClientError, BotoCoreError):
        _log.exception("the bus took none of a chunk", extra={"entries": len(chunk)})
        return {number: Unavailable("The bus took nothing") for number, _ in chunk}
    refused: dict[str, Exception] = {}
    for (number, _), result in zip(chunk, answer["Entries"], strict=True):
        code = result.get("ErrorCode")
        if code in _DEFINITE:
            refused[number] = Invalid(f"The bus refuses the event: {code}")
        elif code:
            refused[number] = Unavailable(f"The bus did not take the event: {code}")
    return refused


def _repeat_nudge(entry: HistoryEntry) -> None:
    partition = run_partition(entry.tenant, entry.run_id)
    if entry.nudge == "run":
        key = (partition, RUN_SORT_KEY)
    else:
        key = step_key(entry.tenant, entry.run_id, str(entry.nudge))
    at_once(lambda: nudge_item(key))
