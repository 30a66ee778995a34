"""A poison message on a running stack: put aside with its reason, shown, and sent back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.support.deployed import Deployed
from tests.support.waiting import until

SECONDS = 60
QUEUE = "ActOnTimerFailures"


def signoff(stack: Deployed, *arguments: str) -> Any:
    """What the command line answers, in JSON, going to the stack as its operator."""
    where = ["--stack", stack.name]
    where += ["--endpoint-url", stack.endpoint_url] if stack.endpoint_url else []
    where += ["--region", stack.region] if stack.region else []
    local = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("signoff")),
            "dead-letters",
            *arguments,
            *where,
            "--json",
        ],
        env={**os.environ, **(local if stack.endpoint_url else {})},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def put_aside(stack: Deployed, mark: str, queue: str = QUEUE) -> list[dict[str, Any]]:
    """The messages in a dead-letter queue that carry our mark."""
    letters = signoff(stack, "show", queue, "--limit", "100")
    return [each for each in letters if mark in each["body"]]


@pytest.fixture
def mark(stack_up: Deployed) -> str:
    """What tells the test's messages from others."""
    return f"poison-{uuid.uuid4()}"


def test_a_poison_message_is_put_aside_with_its_reason_and_can_be_sent_back(
    stack_up: Deployed, mark: str
) -> None:
    queues = stack_up.aws("sqs")
    queues.send_message(QueueUrl=stack_up.resource("DueTimers"), MessageBody=f"{{ {mark}")

    (letter,) = until(lambda: put_aside(stack_up, mark), SECONDS)
    assert letter["reason"] == "Malformed: The message is not a JSON object"
    assert letter["operation"] == "actOnTimer"
    assert letter["receives"] == "1"
    assert letter["correlationId"]

    told = {each["queue"]: each for each in signoff(stack_up, "list")}
    assert told[QUEUE]["redriveTo"] == ["DueTimers"]
    done = signoff(stack_up, "redrive", QUEUE)
    assert (done["to"], done["status"]) == ("DueTimers", "COMPLETED")
    assert done["moved"] >= 1

    def came_back() -> bool:
        again = put_aside(stack_up, mark)
        return bool(again) and again[0]["messageId"] != letter["messageId"]

    # Sent back, it was tried anew: it is as broken as it was, and so it is put aside again.
    until(came_back, SECONDS)
    (again,) = put_aside(stack_up, mark)
    done = signoff(stack_up, "drop", QUEUE, again["messageId"], "--yes")
    assert (done["dropped"], done["missing"]) == (1, [])
    assert put_aside(stack_up, mark) == []


def test_an_entry_that_cannot_be_published_holds_up_nothing_and_can_be_sent_again(
    stack_up: Deployed, mark: str
) -> None:
    outbox, tables = "PublishEventsFailures", stack_up.aws("dynamodb")
    table = stack_up.resource("HistoryTable")
    key = {"PK": {"S": mark}, "SK": {"S": "0000000001"}}
    tables.put_item(TableName=table, Item=key | {"runId": {"S": mark}})

    (letter,) = until(lambda: put_aside(stack_up, mark, outbox), SECONDS)
    assert json.loads(letter["body"]) == {"entry": [mark, "0000000001"]}
    assert letter["reason"].startswith("KeyError in signoff.storage.entry, line ")

    # What is there now is no entry: nothing to publish, and nothing to complain of.
    tables.put_item(TableName=table, Item=key)
    done = signoff(stack_up, "redrive", outbox)
    assert (done["to"], done["status"]) == ("PublishEvents", "COMPLETED")
    assert put_aside(stack_up, mark, outbox) == []
    tables.delete_item(TableName=table, Key=key)
