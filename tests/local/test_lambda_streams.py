"""mends/lambda_streams.py and events_to_functions.py: deliveries that fail."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.local.harness import Stack, until

CONSUMER = """
import os, json, botocore.session
table = botocore.session.get_session().create_client("dynamodb")
def handler(event, context):
    failures = []
    for record in event["Records"]:
        sort = record["dynamodb"]["Keys"]["SK"]["S"]
        known = table.query(TableName=os.environ["SEEN"], KeyConditionExpression="PK = :p",
                            ExpressionAttributeValues={":p": {"S": sort}})["Count"]
        item = {"PK": {"S": sort}, "SK": {"S": str(known)}}
        table.put_item(TableName=os.environ["SEEN"], Item=item)
        if sort == "poison" or (sort == "twice" and not known):
            failures.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
            break
    return {"batchItemFailures": failures}
"""
FAILING = """
import os, botocore.session
table = botocore.session.get_session().create_client("dynamodb")
def handler(event, context):
    known = table.query(TableName=os.environ["SEEN"], KeyConditionExpression="PK = :p",
                        ExpressionAttributeValues={":p": {"S": "rule"}})["Count"]
    item = {"PK": {"S": "rule"}, "SK": {"S": str(known)}}
    table.put_item(TableName=os.environ["SEEN"], Item=item)
    raise RuntimeError("again")
"""

NOTHING_COMES = 2.0
"""Seconds in which what does not come has not come; a retry comes after one."""


def reports(stack: Stack, queue: str) -> list[Any]:
    """What a failure queue holds: with the mends once it is there, without them soon or never."""

    def received() -> list[Any]:
        told = stack.client("sqs").receive_message(
            QueueUrl=queue, WaitTimeSeconds=round(NOTHING_COMES)
        )
        return list(told.get("Messages", []))

    return list(until(received)) if stack.mended else received()


def test_a_record_that_was_reported_comes_again(stack: Stack) -> None:
    table, stream = stack.table(stream=True)
    seen, _ = stack.table()
    consumer = stack.function(CONSUMER, Environment={"Variables": {"SEEN": seen}})
    stack.client("lambda").create_event_source_mapping(
        FunctionName=consumer,
        EventSourceArn=stream,
        StartingPosition="TRIM_HORIZON",
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )

    for sort in ("a", "twice", "z"):
        stack.put(table, "p", sort)
    until(lambda: stack.items(seen, "twice"))
    if stack.mended:
        assert len(until(lambda: stack.items(seen, "z"))) == 1
    else:
        time.sleep(NOTHING_COMES)

    assert len(stack.items(seen, "a")) == 1
    assert (len(stack.items(seen, "twice")) == 2) is stack.mended


def test_what_never_succeeds_goes_to_the_failure_queue(stack: Stack) -> None:
    table, stream = stack.table(stream=True)
    seen, _ = stack.table()
    queue, arn = stack.queue()
    consumer = stack.function(CONSUMER, Environment={"Variables": {"SEEN": seen}})
    stack.client("lambda").create_event_source_mapping(
        FunctionName=consumer,
        EventSourceArn=stream,
        StartingPosition="TRIM_HORIZON",
        FunctionResponseTypes=["ReportBatchItemFailures"],
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )
    for sort in ("poison", "z"):
        stack.put(table, "p", sort)

    told = reports(stack, queue)

    conditions = [json.loads(m["Body"])["requestContext"]["condition"] for m in told]
    assert (conditions == ["RetryAttemptsExhausted"]) is stack.mended
    if stack.mended:
        until(lambda: stack.items(seen, "z"))
        assert len(stack.items(seen, "poison")) in (2, 3)  # 3 if its first batch had the other too


def test_a_rules_function_is_tried_again_and_then_reported(stack: Stack) -> None:
    seen, _ = stack.table()
    functions, bus = stack.client("lambda"), stack.client("events")
    queue, arn = stack.queue()
    target = stack.function(FAILING, Environment={"Variables": {"SEEN": seen}})
    functions.put_function_event_invoke_config(
        FunctionName=target,
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )
    rule, source = stack.name("rule"), stack.name("source")
    bus.put_rule(Name=rule, EventPattern=json.dumps({"source": [source]}))
    bus.put_targets(Rule=rule, Targets=[{"Id": "t", "Arn": target}])

    bus.put_events(Entries=[{"Source": source, "DetailType": "d", "Detail": "{}"}])

    until(lambda: stack.items(seen, "rule"))
    assert (len(reports(stack, queue)) == 1) is stack.mended
    assert (len(stack.items(seen, "rule")) == 2) is stack.mended
