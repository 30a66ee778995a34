"""What survives the end of the emulator: snapshots.py and the mends named *_restart."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from signoff_local import home, process
from tests.local.harness import KEEP, Stack, token_task, tokens, until

STATUS = {
    "source": ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    "detail": {"status": ["FAILED"]},
}
COLLECT = """
import os, botocore.session
table = botocore.session.get_session().create_client("dynamodb")
def handler(event, context):
    for record in event["Records"]:
        sort = record["dynamodb"]["Keys"]["SK"]
        table.put_item(TableName=os.environ["SEEN"], Item={"PK": {"S": "seen"}, "SK": sort})
"""


@pytest.fixture(params=["mended", "bare"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    """An emulator to be stopped and started, with the mends or without."""
    running = Stack(tmp_path / "home", request.param == "mended")
    running.start()
    yield running
    running.stop()


def test_after_a_restart_ends_are_told_streams_go_on_and_messages_come_back(either: Stack) -> None:
    # An execution waits for its token, and a rule sends the ends of executions to a queue.
    table, _ = either.table()
    function = either.function(KEEP, Environment={"Variables": {"TABLE": table}})
    execution = either.begin(either.machine({"A": token_task(function)}, "A"), {"fail": 0})
    tokens(either, table, execution, 1)
    queues, bus, functions = either.client("sqs"), either.client("events"), either.client("lambda")
    queue, arn = either.queue()
    bus.put_rule(Name="ends", EventPattern=json.dumps(STATUS))
    target = {"Id": "queue", "Arn": arn}
    bus.put_targets(Rule="ends", Targets=[target])
    # A message has been received and not deleted.
    queues.send_message(QueueUrl=queue, MessageBody='"in flight"')
    assert queues.receive_message(QueueUrl=queue, VisibilityTimeout=600)["Messages"]
    # A stream has been read up to its second record, and then its consumer rests.
    streamed, stream = either.table(stream=True)
    seen, _ = either.table()
    consumer = functions.create_event_source_mapping(
        FunctionName=either.function(COLLECT, Environment={"Variables": {"SEEN": seen}}),
        EventSourceArn=stream,
        StartingPosition="TRIM_HORIZON",
    )["UUID"]

    def collected() -> list[str]:
        return [item["SK"] for item in either.items(seen, "seen")]

    def received(least: int) -> tuple[bool, list[str]]:
        """Whether the message is there, and whose ends are told, of ``least`` or more messages."""
        bodies: list[Any] = []

        def enough() -> bool:
            found = queues.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
            bodies.extend(json.loads(message["Body"]) for message in found.get("Messages", []))
            return len(bodies) >= least

        until(enough)
        ends = [body["detail"]["executionArn"] for body in bodies if isinstance(body, dict)]
        return "in flight" in bodies, ends

    either.put(streamed, "p", "1")
    either.put(streamed, "p", "2")
    until(lambda: len(collected()) == 2)
    functions.update_event_source_mapping(UUID=consumer, Enabled=False)
    either.put(streamed, "p", "3")

    either.stop()
    either.start()

    functions.update_event_source_mapping(UUID=consumer, Enabled=True)
    either.put(streamed, "p", "4")
    until(lambda: "4" in collected() or not either.mended)
    found = either.ended(execution)
    assert (found["status"], found["error"]) == ("FAILED", "States.ServiceRestart")
    in_flight, ends = received(2 if either.mended else 0)
    assert in_flight is either.mended
    assert (ends == [execution]) is either.mended
    assert ("3" in collected()) is either.mended
    if either.mended:
        either.stop()
        either.start()
        assert received(2) == (True, [execution]), "an end is told once, not at each restart"


def group_lives(leader: int) -> bool:
    """Whether any process of the emulator's session is left."""
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_kill_loses_no_more_than_the_last_seconds(restartable: Stack) -> None:
    table, _ = restartable.table()
    restartable.put(table, "p", "kept")
    restartable.call(restartable.function("def handler(event, context): return 1"))
    current = restartable.home.state / "current"
    until(current.is_symlink)
    restartable.put(table, "p", "kept too")
    saved = current / "dynamodb.json"
    until(lambda: saved.exists() and '"kept too"' in saved.read_text())

    record = home.read_json(restartable.home.process_file)
    assert record is not None
    restartable.kill()
    until(lambda: not group_lives(record["pid"]))  # functions and their parent leave by themselves
    restartable.start()

    assert [item["SK"] for item in restartable.items(table, "p")] == ["kept", "kept too"]
    until(lambda: len(list(restartable.home.state.glob("image-*"))) <= 2)


def test_a_state_that_cannot_be_read_is_not_overwritten(restartable: Stack) -> None:
    restartable.table()
    restartable.stop()
    file = restartable.home.state / "current" / "dynamodb.json"
    file.write_text(file.read_text()[:-20])

    with pytest.raises(process.StackError, match=r"saved state of dynamodb .* cannot be restored"):
        restartable.start()

    assert process.running(restartable.home) is None
