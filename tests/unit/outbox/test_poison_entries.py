"""An entry that cannot be published does not hold up those that follow it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from signoff.outbox import publish
from signoff.outbox.publish import publish_records
from signoff.runs.ids import run_partition
from signoff.storage.clients import client
from signoff.storage.store import history
from signoff.storage.values import marshal
from tests.support.world import TENANT, World, world
from tests.unit.engine.acting import start

DEFINITION = """
key: one
name: One
steps:
  - {id: A, type: task, config: {candidates: {users: [bob]}}}
  - {id: Done, type: end, config: {outcome: DONE}}
"""


class Outbox:
    """The history of one run as a stream, the bus, and the dead-letter queue."""

    def __init__(self, here: World, monkeypatch: pytest.MonkeyPatch) -> None:
        run_id = start(here, here.publish(DEFINITION)).run.run_id
        self.records = [record(n, entry) for n, entry in enumerate(_items(run_id))]
        self.types = [each["dynamodb"]["NewImage"]["type"]["S"] for each in self.records]
        assert self.types[:2] == ["run.started", "step.entered"]
        self.sent: list[str] = []
        self.codes: dict[str, str] = {}
        self.aside = client("sqs").create_queue(QueueName="aside")["QueueUrl"]
        monkeypatch.setenv("DEAD_LETTERS_URL", self.aside)
        real = client
        monkeypatch.setattr(
            publish, "client", lambda name: self if name == "events" else real(name)
        )

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        """The bus, which refuses some types."""
        codes = [self.codes.get(entry["DetailType"]) for entry in Entries]
        self.sent += [
            entry["DetailType"] for entry, code in zip(Entries, codes, strict=True) if not code
        ]
        return {"Entries": [{"ErrorCode": code} if code else {"EventId": "e"} for code in codes]}

    def letters(self) -> list[tuple[Any, dict[str, str]]]:
        """What was put aside: body and attributes."""
        found = client("sqs").receive_message(
            QueueUrl=self.aside, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        return [
            (
                json.loads(each["Body"]),
                {k: v["StringValue"] for k, v in each["MessageAttributes"].items()},
            )
            for each in found.get("Messages", [])
        ]


def _items(run_id: str) -> list[dict[str, Any]]:
    return list(history().query_all(run_partition(TENANT, run_id)))


def record(number: int, item: dict[str, Any]) -> dict[str, Any]:
    image = marshal(item)
    keys = {name: image[name] for name in ("PK", "SK")}
    change = {"SequenceNumber": str(number), "Keys": keys, "NewImage": image}
    return {"eventName": "INSERT", "dynamodb": change}


@pytest.fixture
def outbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outbox]:
    with world(monkeypatch) as here:
        yield Outbox(here, monkeypatch)


def test_an_entry_of_which_no_event_can_be_made_is_put_aside(outbox: Outbox) -> None:
    broken = record(99, {"PK": "T#acme#R#1", "SK": "0000000001", "runId": "1"})
    assert publish_records([broken, *outbox.records]) == []
    assert outbox.sent == outbox.types
    ((body, told),) = outbox.letters()
    assert body == {"entry": ["T#acme#R#1", "0000000001"]}
    assert told["reason"].startswith("KeyError in signoff.storage.entry, line ")
    assert (told["operation"], told["sequenceNumber"]) == ("publishEvents", "99")


def test_what_the_bus_will_never_take_is_put_aside_and_what_it_may_take_comes_again(
    outbox: Outbox,
) -> None:
    outbox.codes = {"run.started": "MalformedDetail", "step.entered": "ThrottlingException"}
    assert publish_records(outbox.records) == ["1"]
    assert outbox.sent == outbox.types[2:]
    ((body, told),) = outbox.letters()
    keys = outbox.records[0]["dynamodb"]["Keys"]
    assert body == {"entry": [keys["PK"]["S"], keys["SK"]["S"]]}
    assert told["reason"] == "Invalid: The bus refuses the event: MalformedDetail"


def test_where_it_cannot_be_put_aside_the_stream_brings_it_again(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEAD_LETTERS_URL", outbox.aside + "-of-nobody")
    outbox.codes = {"run.started": "MalformedDetail"}
    assert publish_records(outbox.records) == ["0"]
    assert outbox.sent == outbox.types[1:]
