"""``signoff dead-letters redrive PublishEventsFailures``: publishes anew what letters point to."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from signoff.cli import aws as aws_module
from tests.unit.cli.command_line import Signoff

REDRIVE = ("dead-letters", "redrive", "PublishEventsFailures", "--stack", "prod", "--json")
ITEM = {"PK": {"S": "T#acme#R#1"}, "SK": {"S": "0000000001"}, "runId": {"S": "1"}}
BATCH = {
    "shardId": "shard-1",
    "startSequenceNumber": "100",
    "endSequenceNumber": "102",
    "streamArn": "arn:aws:dynamodb:us-east-1:123456789012:table/h/stream/x",
}


class Trimmed(Exception):
    """Records that are older than a day."""


class Account:
    """An account whose outbox has given up; SQS is moto's."""

    class exceptions:  # noqa: N801 - as botocore names it
        TrimmedDataAccessException = Trimmed

    def __init__(self, sqs: Any) -> None:
        self.sqs = sqs
        self.url = sqs.create_queue(QueueName="prod-PublishEventsFailures-X1")["QueueUrl"]
        self.batches: list[list[dict[str, Any]]] = []
        self.answer: dict[str, Any] = {"batchItemFailures": []}
        self.is_trimmed = False

    def put(self, body: Any) -> None:
        """A letter."""
        self.sqs.send_message(QueueUrl=self.url, MessageBody=json.dumps(body))

    def left(self) -> int:
        """Letters that are there, hidden or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        return sum(int(each) for each in found["Attributes"].values())

    def create_client(self, *_: Any, **__: Any) -> Any:
        return self

    def list_stack_resources(self, **_: Any) -> Any:
        queue = {
            "LogicalResourceId": "PublishEventsFailures",
            "PhysicalResourceId": self.url,
            "ResourceType": "AWS::SQS::Queue",
        }
        return {"StackResourceSummaries": [queue]}

    def describe_stack_resource(self, StackName: str, LogicalResourceId: str) -> Any:  # noqa: N803
        assert StackName == "prod"
        return {"StackResourceDetail": {"PhysicalResourceId": f"the-{LogicalResourceId}"}}

    def get_item(self, **wanted: Any) -> Any:
        assert (wanted["TableName"], wanted["ConsistentRead"]) == ("the-HistoryTable", True)
        return {"Item": ITEM} if wanted["Key"]["PK"] == ITEM["PK"] else {}

    def get_shard_iterator(self, **wanted: Any) -> Any:
        if self.is_trimmed:
            raise Trimmed
        assert (wanted["SequenceNumber"], wanted["ShardId"]) == ("100", "shard-1")
        return {"ShardIterator": "first"}

    def get_records(self, ShardIterator: str) -> Any:  # noqa: N803
        if ShardIterator == "first":
            return {"Records": [change("100"), change("101")], "NextShardIterator": "second"}
        return {"Records": [change("102"), change("103")], "NextShardIterator": "third"}

    def invoke(self, **wanted: Any) -> Any:
        assert wanted["FunctionName"] == "the-PublishEvents"
        self.batches.append(json.loads(wanted["Payload"])["Records"])
        return {"Payload": io.BytesIO(json.dumps(self.answer).encode())}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sqs, name)


def change(number: str) -> dict[str, Any]:
    return {"dynamodb": {"SequenceNumber": number, "Keys": {}, "NewImage": ITEM}}


@pytest.fixture
def there(sqs: Any, monkeypatch: pytest.MonkeyPatch) -> Account:
    """The account of the stack ``prod``."""
    made = Account(sqs)
    monkeypatch.setattr(aws_module, "session_of", lambda *_, **__: made)
    return made


def test_the_list_says_who_gets_what_is_redriven(there: Account, signoff: Signoff) -> None:
    (row,) = signoff("dead-letters", "list", "--stack", "prod", "--json").json
    assert row["redriveTo"] == ["PublishEvents"]


def test_the_entry_that_a_letter_names_is_published_anew(there: Account, signoff: Signoff) -> None:
    there.put({"entry": ["T#acme#R#1", "0000000001"]})
    done = signoff(*REDRIVE).json
    assert (done["status"], done["moved"]) == ("COMPLETED", 1)
    ((sent,),) = there.batches
    assert sent["eventName"] == "INSERT"
    assert sent["dynamodb"]["NewImage"] == ITEM
    assert there.left() == 0


def test_so_is_the_piece_of_the_stream_that_lambda_names(there: Account, signoff: Signoff) -> None:
    there.put({"DDBStreamBatchInfo": BATCH})
    assert signoff(*REDRIVE).json["moved"] == 1
    numbers = [each["dynamodb"]["SequenceNumber"] for each in there.batches[0]]
    assert numbers == ["100", "101", "102"]
    assert there.left() == 0


@pytest.mark.parametrize(
    "letter",
    [
        {"entry": ["T#acme#R#2", "0000000001"]},
        {"DDBStreamBatchInfo": BATCH},
        {"requestContext": {}},
    ],
)
def test_what_is_not_there_any_more_stays(there: Account, signoff: Signoff, letter: Any) -> None:
    there.is_trimmed = True
    there.put(letter)
    result = signoff(*REDRIVE)
    assert (result.code, there.batches, there.left()) == (1, [], 1)
    assert "1 could not be published" in result.err


def test_what_the_function_refuses_stays(there: Account, signoff: Signoff) -> None:
    there.answer = {"batchItemFailures": [{"itemIdentifier": "1"}]}
    for _ in range(12):
        there.put({"entry": ["T#acme#R#1", "0000000001"]})
    result = signoff(*REDRIVE)
    assert (result.code, result.json["moved"], there.left()) == (1, 0, 12)
    assert len(there.batches) == 12
