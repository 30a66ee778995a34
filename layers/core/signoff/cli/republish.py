"""Sending entries to the bus again that the outbox gave up on: what its dead letters point to.

A letter of the worker names one entry, which is read from the history table. One of Lambda names a
piece of the stream, which keeps its records for a day. Either way the function PublishEvents gets
them as a batch, as from the stream, and a letter goes once the function has no complaint.
"""

import json
from collections.abc import Iterator
from typing import Any

from signoff.cli.aws import Account
from signoff.cli.queues import Queue

QUEUE = "PublishEventsFailures"
FUNCTION = "PublishEvents"
_HIDDEN_SECONDS = 120  # longer than the function may take
_BATCH = 10
_MOST_PAGES = 50  # of a stream, for the records of one letter
PERMISSIONS = (
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "cloudformation:DescribeStackResource",
    "dynamodb:GetItem",
    "dynamodb:GetShardIterator",
    "dynamodb:GetRecords",
    "lambda:InvokeFunction",
)


def republish(account: Account, aside: Queue) -> dict[str, Any]:
    """Publish what the letters that are there now point to; ``moved`` of them are gone after it.

    What still cannot be published, or is not in the stream any more, stays: ``status`` is FAILED.
    """
    queues = account.client("sqs")
    done = seen = 0
    while seen < aside.visible:
        answer = queues.receive_message(
            QueueUrl=aside.url,
            MaxNumberOfMessages=min(_BATCH, aside.visible - seen),
            VisibilityTimeout=_HIDDEN_SECONDS,
            WaitTimeSeconds=1,
        )
        letters = answer.get("Messages", [])
        for letter in letters:
            if _publish(account, letter["Body"]):
                queues.delete_message(QueueUrl=aside.url, ReceiptHandle=letter["ReceiptHandle"])
                done += 1
        seen += len(letters)
        if not letters:
            break
    state = {"status": "COMPLETED" if done == seen else "FAILED", "moved": done}
    left = f"{seen - done} could not be published; the log of PublishEvents says why"
    return state if done == seen else state | {"reason": left}


def _publish(account: Account, body: str) -> bool:
    """Whether the function took all that a letter points to."""
    records = list(_records_of(account, body))
    if not records:
        return False
    answer = account.client("lambda").invoke(
        FunctionName=_resource(account, FUNCTION),
        Payload=json.dumps({"Records": records}).encode(),
    )
    said = json.loads(answer["Payload"].read())
    return not answer.get("FunctionError") and not said["batchItemFailures"]


def _records_of(account: Account, body: str) -> Iterator[dict[str, Any]]:
    letter = json.loads(body)
    if "entry" in letter:
        partition, sort = letter["entry"]
        found = account.client("dynamodb").get_item(
            TableName=_resource(account, "HistoryTable"),
            Key={"PK": {"S": partition}, "SK": {"S": sort}},
            ConsistentRead=True,
        )
        if "Item" in found:
            yield _record({k: found["Item"][k] for k in ("PK", "SK")}, found["Item"], "1")
    elif "DDBStreamBatchInfo" in letter:
        yield from _streamed(account, letter["DDBStreamBatchInfo"])


def _streamed(account: Account, batch: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The records of a piece of the stream; nothing if its day is over."""
    streams = account.client("dynamodbstreams")
    last = int(batch["endSequenceNumber"])
    try:
        iterator = streams.get_shard_iterator(
            StreamArn=batch["streamArn"],
            ShardId=batch["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=batch["startSequenceNumber"],
        )["ShardIterator"]
    except streams.exceptions.TrimmedDataAccessException:
        return
    for _ in range(_MOST_PAGES):
        if not iterator:
            return
        page = streams.get_records(ShardIterator=iterator)
        for record in page["Records"]:
            change = record["dynamodb"]
            if int(change["SequenceNumber"]) > last:
                return
            if "NewImage" in change:
                yield _record(change["Keys"], change["NewImage"], change["SequenceNumber"])
            if int(change["SequenceNumber"]) == last:
                return
        iterator = page.get("NextShardIterator")


def _record(keys: Any, image: Any, number: str) -> dict[str, Any]:
    """A record as Lambda gives it to the function."""
    change = {"Keys": keys, "NewImage": image, "SequenceNumber": number}
    return {"eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": change}


def _resource(account: Account, name: str) -> str:
    found = account.client("cloudformation").describe_stack_resource(
        StackName=account.stack, LogicalResourceId=name
    )
    return str(found["StackResourceDetail"]["PhysicalResourceId"])
