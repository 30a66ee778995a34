"""What a delivery costs in calls to AWS: of the outbox, the fan-out and the signer, in batches.

The real workers run in this process over moto, with receivers that answer at once (tests/unit's
world outside). Calls of all threads count; those that Lambda makes to read its queues do not.
"""

from __future__ import annotations

import io
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any
from unittest.mock import patch

import pytest

from bench.bench import Bench
from bench.figure import Value
from signoff.entrypoints import observability
from signoff.outbox import attempt, publish
from signoff.outbox.publish import publish_records
from signoff.runs.ids import run_partition
from signoff.storage.store import history
from signoff.storage.values import marshal
from signoff.webhooks import messages
from tests.support.world import TENANT, World, world
from tests.unit.outbox.outside import Outside

TITLE = "Calls to AWS per delivery"
MEASURED_ON = "this process: the real workers over moto, every call counted"

OUTSIDE = "POST"
"""The request to the receiver, which the world outside tells of like a call to AWS."""

BATCH = 10
"""Events at a time: what a batch of the fan-out's queue holds."""


def measure(_bench: Bench) -> list[Value]:
    """Ten events to 1 and to 20 webhooks, once the containers are warm."""
    observability.logger.setLevel(logging.CRITICAL)
    values = []
    with redirect_stdout(io.StringIO()):
        for webhooks, most in ((1, 2.0), (20, 2.0)):
            with _outside() as out:
                for _ in range(webhooks):
                    out.subscribe(200)
                _walk(out)  # secrets are opened once in five minutes
                count = _walk(out)
            deliveries = BATCH * webhooks
            calls = sum(count.values())
            told = ", ".join(f"{number} {name}" for name, number in count.most_common())
            more = {"deliveries": deliveries, "in all": calls, "calls": told}
            label = f"{BATCH} events to {webhooks} webhook{'s' if webhooks > 1 else ''}"
            values.append(
                Value(
                    label,
                    round(calls / deliveries, 2),
                    "calls",
                    f"≤ {most}",
                    calls / deliveries <= most,
                    binding=True,
                    more=more,
                )
            )
    return values


def _walk(out: Outside) -> Counter[str]:
    """Ten events on their whole way; the calls that were made."""
    partition = run_partition(TENANT, out.run_id)
    before = len(list(history().query_all(partition)))
    out.happen(BATCH)
    items = list(history().query_all(partition))[before:]
    with _counting(out.here) as count:
        assert publish_records([_record(number, item) for number, item in enumerate(items)]) == []
        out.run()
    return count


def _record(number: int, item: dict[str, Any]) -> dict[str, Any]:
    image = marshal(item)
    change = {"SequenceNumber": str(number), "NewImage": image}
    return {"eventName": "INSERT", "dynamodb": change}


@contextmanager
def _counting(here: World) -> Iterator[Counter[str]]:
    count: Counter[str] = Counter()
    with patch.object(here.faults, "before", lambda operation: count.update([operation])):
        yield count
    count.pop(OUTSIDE, None)


class _Bus:
    def __init__(self, here: World) -> None:
        self._here = here

    def put_events(self, Entries: list[Any]) -> Any:  # noqa: N803 - as botocore has it
        """Take all; the events are announced by the world outside itself."""
        self._here.faults.before("PutEvents")
        return {"Entries": [{"EventId": "e"} for _ in Entries]}


class _Queues:
    def __init__(self, out: Outside) -> None:
        self._out = out

    def send_message_batch(self, *, QueueUrl: str, Entries: list[Any]) -> Any:  # noqa: N803 - likewise
        """Take the messages."""
        return self._out.take(QueueUrl.rpartition("/")[2], Entries)


@contextmanager
def _outside() -> Iterator[Outside]:
    with pytest.MonkeyPatch.context() as patched, world(patched) as here:
        patched.delenv("AWS_ENDPOINT_URL", raising=False)
        patched.setenv("DELIVERIES_URL", "https://sqs/1/deliveries")
        patched.setenv("SLOW_DELIVERIES_URL", "https://sqs/1/slow")
        out = Outside(here)
        real: Callable[..., Any] = publish.client
        patched.setattr(messages, "client", lambda _: _Queues(out))
        patched.setattr(publish, "client", lambda n: _Bus(here) if n == "events" else real(n))
        patched.setattr(attempt, "send", out.send)
        yield out
