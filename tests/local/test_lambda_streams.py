"""mends/lambda_streams.py and events_to_functions.py: deliveries that fail."""

from __future__ import annotations

import json
import time

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
    time.sleep(1.5)  # a retry comes after a second

    assert len(stack.items(seen, "a")) == 1
    assert (len(stack.items(seen, "twice")) == 2) is stack.mended
    if stack.mended:
        assert len(until(lambda: stack.items(seen, "z"))) == 1


def test_what_never_succeeds_goes_to_the_failure_queue(stack: Stack) -> None:
    table, stream = stack.table(stream=True)
    seen, _ = stack.table()
    queues = stack.client("sqs")
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
    wait = 10 if stack.mended else 2

    told = queues.receive_message(QueueUrl=queue, WaitTimeSeconds=wait).get("Messages", [])

    conditions = [json.loads(m["Body"])["requestContext"]["condition"] for m in told]
    assert (conditions == ["RetryAttemptsExhausted"]) is stack.mended
    if stack.mended:
        until(lambda: stack.items(seen, "z"))
        assert len(stack.items(seen, "poison")) in (2, 3)  # 3 if its first batch had the other too


def test_a_rules_function_is_tried_again_and_then_reported(stack: Stack) -> None:
    seen, _ = stack.table()
    queues, functions, bus = stack.client("sqs"), stack.client("lambda"), stack.client("events")
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
    told = queues.receive_message(QueueUrl=queue, WaitTimeSeconds=3).get("Messages", [])
    assert (len(told) == 1) is stack.mended
    assert (len(stack.items(seen, "rule")) == 2) is stack.mended
