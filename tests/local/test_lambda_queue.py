"""mends/lambda_queue.py: more invocations than places."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from signoff_local.mends.lambda_queue import LANES
from tests.local.harness import Stack, until

WAITING = """
import os, time, uuid, botocore.session
table = botocore.session.get_session().create_client("dynamodb")
def handler(event, context):
    here = {"PK": "here", "SK": str(uuid.uuid4()), "process": str(os.getpid())}
    table.put_item(TableName=os.environ["TABLE"], Item={k: {"S": v} for k, v in here.items()})
    deadline = time.time() + 40
    while time.time() < deadline:
        found = table.get_item(TableName=os.environ["TABLE"], ConsistentRead=True,
                               Key={"PK": {"S": "go"}, "SK": {"S": "go"}})
        if "Item" in found:
            return "went"
        time.sleep(0.05)
    return "starved"
"""
WRITING = """
import os, botocore.session
table = botocore.session.get_session().create_client("dynamodb")
def handler(event, context):
    table.put_item(TableName=os.environ["TABLE"], Item={"PK": {"S": "go"}, "SK": {"S": "go"}})
"""


def waiter(stack: Stack, table: str, **settings: Any) -> str:
    """A function that stays until there is an item "go" in the table."""
    variables = {"Variables": {"TABLE": table}}
    return stack.function(WAITING, Environment=variables, Timeout=50, **settings)


def test_invocations_beyond_the_places_wait_for_a_process(stack: Stack) -> None:
    table, _ = stack.table()
    function = waiter(stack, table)
    places, many = LANES["event"], LANES["event"] + 1

    for _ in range(many):
        stack.client("lambda").invoke(FunctionName=function, InvocationType="Event")

    # As many as there are places are at work at once; the last one comes when another has gone.
    until(lambda: len(stack.items(table, "here")) == (places if stack.mended else many))
    stack.put(table, "go", "go")
    until(lambda: len(stack.items(table, "here")) == many)
    processes = {each["process"] for each in stack.items(table, "here")}
    assert (len(processes) <= places) is stack.mended


def test_a_state_machines_step_runs_while_every_call_waits_for_it(narrow: Stack) -> None:
    table, _ = narrow.table()
    waiting = waiter(narrow, table)
    writing = narrow.function(WRITING, Environment={"Variables": {"TABLE": table}})
    step = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": writing, "Payload": {}},
        "End": True,
    }
    machine = narrow.machine({"A": step}, "A")

    with ThreadPoolExecutor(6) as pool:  # twice the places that this emulator has for calls
        calls = [pool.submit(narrow.call, waiting) for _ in range(6)]
        assert narrow.run(machine)["status"] == "SUCCEEDED"
        answers = {call.result() for call in calls}

    assert answers == {(None, "went")}


def test_whoever_waits_for_the_next_event_of_a_run_leaves_the_calls_their_places(
    narrow: Stack,
) -> None:
    table, _ = narrow.table()
    follow = waiter(narrow, table, FunctionName=narrow.name("stack") + "-FollowInstance")
    act = narrow.function(WRITING, Environment={"Variables": {"TABLE": table}})

    with ThreadPoolExecutor(4) as pool:  # more than there are places for calls
        waiting = [pool.submit(narrow.call, follow) for _ in range(4)]
        assert narrow.call(act) == (None, None)
        answers = {call.result() for call in waiting}

    assert answers == {(None, "went")}


def test_a_function_that_calls_a_function_needs_no_second_place(narrow: Stack) -> None:
    """Three calls fill the lane and each calls another function."""
    inner = narrow.function("def handler(event, context): return 'inner'")
    code = f"""
import json, botocore.session
functions = botocore.session.get_session().create_client("lambda")
def handler(event, context):
    return json.loads(functions.invoke(FunctionName={inner!r})["Payload"].read())
"""
    outer = narrow.function(code)

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: narrow.call(outer), range(3)))

    assert answers == [(None, "inner")] * 3


def test_slow_receivers_hold_up_nobody_else_and_are_not_received_in_vain(stack: Stack) -> None:
    """More deliveries than there are places wait in their queue, and other queues go on."""
    table, _ = stack.table()
    waiting = waiter(stack, table)
    writing = stack.function(WRITING, Environment={"Variables": {"TABLE": table}})
    queues = stack.client("sqs")
    slow = queues.create_queue(
        QueueName=stack.name("stack-SlowDeliveries") + "-1A2B",
        Attributes={"VisibilityTimeout": "60"},
    )["QueueUrl"]
    other, other_arn = stack.queue()
    found = queues.get_queue_attributes(QueueUrl=slow, AttributeNames=["QueueArn"])
    places = LANES["event"] + LANES["slow"]
    for source, function in ((found["Attributes"]["QueueArn"], waiting), (other_arn, writing)):
        stack.client("lambda").create_event_source_mapping(
            FunctionName=function,
            EventSourceArn=source,
            BatchSize=1,
            ScalingConfig={"MaximumConcurrency": 2 * places},
        )

    def in_use() -> int:
        wanted = ["ApproximateNumberOfMessagesNotVisible"]
        told = queues.get_queue_attributes(QueueUrl=slow, AttributeNames=wanted)["Attributes"]
        return int(told[wanted[0]])

    for _ in range(2 * places):
        queues.send_message(QueueUrl=slow, MessageBody="{}")
    until(lambda: in_use() >= (LANES["slow"] if stack.mended else 2 * places))
    queues.send_message(QueueUrl=other, MessageBody="{}")
    until(lambda: stack.items(table, "go"), 35)  # before those that wait for it give up
    assert not stack.mended or in_use() <= LANES["slow"]
