"""The outbox worker may die at any call: every change is published, always under its own id."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from signoff.history.entry import HistoryEntry
from signoff.outbox import publish
from signoff.outbox.publish import publish_records
from signoff.runs import start
from signoff.runs.ids import run_partition
from signoff.runs.start import start_run
from signoff.storage.clients import client
from signoff.storage.store import history
from signoff.storage.values import marshal
from tests.support.world import TENANT, Killed, World, world
from tests.unit.engine.acting import open_tasks

DEFINITION = """
key: one
name: One
steps:
  - {id: A, type: task, config: {mode: direct, candidates: {users: [bob]}}}
  - {id: Done, type: end, config: {outcome: DONE}}
"""
COMMENTS = 14
"""More than go into one call of PutEvents."""
MOST_CALLS = 20


class Stream:
    """The history of a run whose start was committed and never told to Step Functions.

    With it an entry that cannot be published. ``sent`` are the ids that the bus has taken.
    """

    def __init__(self, here: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.here = here
        self.sent: list[str] = []
        here.publish(DEFINITION)
        with pytest.MonkeyPatch.context() as crash:
            crash.setattr(start, "at_once", lambda _: None)
            alice = here.caller("alice")
            moved = start_run(alice, "one", variables={}, document_ref="d")
        self.run_id = moved.run_id
        items = list(history().query_all(run_partition(TENANT, self.run_id)))
        assert [item["type"] for item in items] == ["run.started"]
        entry = HistoryEntry.from_item(items[0])
        for number in range(2, COMMENTS + 2):
            said = {"comment": f"number {number}"}
            more = replace(entry, sequence=number, type="comment.added", detail=said, nudge=None)
            items.append(more.to_item())
        self.ids = {item["id"] for item in items}
        poison = {"PK": "T#acme#R#1", "SK": "0000000001", "runId": "1"}
        items.insert(3, poison)
        self.records = [_record(number, item) for number, item in enumerate(items)]
        self.aside = client("sqs").create_queue(QueueName="aside")["QueueUrl"]
        monkeypatch.setenv("DEAD_LETTERS_URL", self.aside)
        monkeypatch.setattr(
            publish, "client", lambda name: self if name == "events" else client(name)
        )

    def put_events(self, Entries: list[dict[str, Any]]) -> Any:  # noqa: N803
        """The bus."""
        self.here.faults.before("PutEvents")
        self.sent += [json.loads(entry["Detail"])["id"] for entry in Entries]
        self.here.faults.after()
        return {"Entries": [{"EventId": "e"} for _ in Entries]}

    def letters(self) -> list[str]:
        """What was put aside."""
        found = client("sqs").receive_message(QueueUrl=self.aside, MaxNumberOfMessages=10)
        return [each["Body"] for each in found.get("Messages", [])]


def _record(number: int, item: dict[str, Any]) -> dict[str, Any]:
    image = marshal(item)
    keys = {name: image[name] for name in ("PK", "SK")}
    change = {"SequenceNumber": str(number), "Keys": keys, "NewImage": image}
    return {"eventName": "INSERT", "dynamodb": change}


def die_and_go_on(monkeypatch: pytest.MonkeyPatch, place: int, behind: bool) -> bool:
    """Kill the worker at a call and bring its batch again; answers whether it was killed.

    Afterwards everything must be as if nothing had happened, but for what came twice.
    """
    with world(monkeypatch) as here:
        stream = Stream(here, monkeypatch)
        was_killed = True
        with here.faults.watching((place, behind)), suppress(Killed):
            publish_records(stream.records)
            was_killed = False
        assert publish_records(stream.records) == []  # the stream brings the whole batch again
        assert set(stream.sent) == stream.ids
        assert len(stream.sent) <= 2 * len(stream.ids)
        assert set(stream.letters()) == {'{"entry":["T#acme#R#1","0000000001"]}'}
        open_tasks(stream.run_id, 1)  # the start that was owed was made
        return was_killed


@pytest.mark.parametrize("behind", [False, True])
def test_killed_at_any_call_it_loses_nothing(monkeypatch: pytest.MonkeyPatch, behind: bool) -> None:
    killed = 0
    for place in range(1, MOST_CALLS + 1):
        if not die_and_go_on(monkeypatch, place, behind):
            break
        killed += 1
    assert killed >= 5, "two calls of the bus, one letter, and what the nudge takes"
    assert killed < MOST_CALLS
