"""What the engine relies on and the emulator does as AWS does: a new version has to keep it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.harness import KEEP, Stack, error_of, token_task, tokens, until

pytestmark = pytest.mark.parametrize("stack", ["mended"], indirect=True)


def put(table: str, sort: str, condition: str | None = None, **more: Any) -> dict[str, Any]:
    item = {"PK": {"S": "p"}, "SK": {"S": sort}, "at": {"S": "now"}}
    action = {"TableName": table, "Item": item, **more}
    if condition:
        action["ConditionExpression"] = condition
    return {"Put": action}


def refusal(call: Any, **arguments: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return dict(error.value.response)


def test_a_transaction_is_all_or_nothing_and_says_which_condition_failed(stack: Stack) -> None:
    table, _ = stack.table()
    store = stack.client("dynamodb")
    store.transact_write_items(TransactItems=[put(table, "a")])

    refused = refusal(
        store.transact_write_items,
        TransactItems=[
            put(table, "b"),
            put(
                table,
                "a",
                "attribute_not_exists(PK)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            ),
        ],
    )

    assert refused["Error"]["Code"] == "TransactionCanceledException"
    assert [reason["Code"] for reason in refused["CancellationReasons"]] == [
        "None",
        "ConditionalCheckFailed",
    ]
    assert refused["CancellationReasons"][1]["Item"]["SK"] == {"S": "a"}
    assert [item["SK"] for item in stack.items(table, "p")] == ["a"]


def test_a_repeated_request_token_changes_nothing(stack: Stack) -> None:
    table, _ = stack.table()
    store = stack.client("dynamodb")
    update = {
        "Update": {
            "TableName": table,
            "Key": {"PK": {"S": "p"}, "SK": {"S": "counter"}},
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }
    for _ in range(2):
        store.transact_write_items(TransactItems=[update], ClientRequestToken="token")

    other = refusal(
        store.transact_write_items,
        TransactItems=[put(table, "x")],
        ClientRequestToken="token",
    )

    key = {"PK": {"S": "p"}, "SK": {"S": "counter"}}
    assert store.get_item(TableName=table, Key=key)["Item"]["n"] == {"N": "1"}
    assert other["Error"]["Code"] == "IdempotentParameterMismatchException"


def test_a_sparse_index_has_only_what_carries_its_key_and_pages_in_order(stack: Stack) -> None:
    store = stack.client("dynamodb")
    table = stack.name("table")
    attributes = ["PK", "SK", "lane", "due"]
    store.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": a, "AttributeType": "S"} for a in attributes],
        KeySchema=[
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "nudges",
                "KeySchema": [
                    {"AttributeName": "lane", "KeyType": "HASH"},
                    {"AttributeName": "due", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
    for n in range(7):
        stack.put(table, f"p{n}", "s", lane="0", due=f"{9 - n}")
    stack.put(table, "p9", "s")
    query = {
        "TableName": table,
        "IndexName": "nudges",
        "KeyConditionExpression": "lane = :s AND due < :now",
        "ExpressionAttributeValues": {":s": {"S": "0"}, ":now": {"S": "9"}},
        "Limit": 4,
    }

    first = store.query(**query)
    second = store.query(**query, ExclusiveStartKey=first["LastEvaluatedKey"])

    found = [item["due"]["S"] for page in (first, second) for item in page["Items"]]
    assert found == ["3", "4", "5", "6", "7", "8"]
    assert refusal(store.query, **query, ConsistentRead=True)["Error"]["Code"] == (
        "ValidationException"
    )


def test_an_event_reaches_the_queue_of_its_rule_and_the_queues_function(stack: Stack) -> None:
    bus = stack.client("events")
    name, source = stack.name("bus"), stack.name("source")
    bus.create_event_bus(Name=name)
    _, queue = stack.queue()
    bus.put_rule(
        Name="r",
        EventBusName=name,
        EventPattern=json.dumps({"detail": {"n": [{"numeric": [">", 1]}]}}),
    )
    target = {"Id": "queue", "Arn": queue}
    bus.put_targets(Rule="r", EventBusName=name, Targets=[target])
    function = stack.function(
        "import json\ndef handler(e, c):\n"
        "    for r in e['Records']: print('got', json.loads(r['body'])['detail'])\n"
    )
    stack.client("lambda").create_event_source_mapping(FunctionName=function, EventSourceArn=queue)
    entry = {"Source": source, "DetailType": "d", "EventBusName": name}

    bus.put_events(Entries=[{**entry, "Detail": json.dumps({"n": n})} for n in (1, 2)])

    group = f"/aws/lambda/{function.rpartition(':')[2]}"

    def logged() -> list[str]:
        if not stack.has_group(group):
            return []
        found = stack.client("logs").filter_log_events(logGroupName=group, filterPattern="got")
        return [each["message"] for each in found["events"]]

    assert until(logged) == ["got {'n': 2}"]
    many = [{**entry, "Detail": "{}"}] * 11
    assert refusal(bus.put_events, Entries=many)["Error"]["Code"] == "ValidationException"


def test_machines_executions_and_their_names(stack: Stack) -> None:
    states = stack.client("stepfunctions")
    wait = {"W": {"Type": "Wait", "Seconds": 60, "End": True}}
    machine = stack.machine(wait, "W", publish=True)
    started = {"stateMachineArn": machine, "name": stack.name("execution"), "input": "{}"}
    execution = states.start_execution(**started)["executionArn"]

    assert refusal(states.start_execution, **started)["Error"]["Code"] == "ExecutionAlreadyExists"
    assert states.describe_execution(executionArn=execution)["status"] == "RUNNING"
    states.stop_execution(executionArn=execution)
    assert states.describe_execution(executionArn=execution)["status"] == "ABORTED"
    last = states.get_execution_history(executionArn=execution, reverseOrder=True, maxResults=1)
    assert last["events"][0]["type"] == "ExecutionAborted"
    assert error_of(states.describe_execution, executionArn=execution + "x") == (
        "ExecutionDoesNotExist"
    )
    broken = {"name": "n", "roleArn": stack.role(), "definition": '{"a": "{% $x( %}"}'}
    assert refusal(states.create_state_machine, **broken)["Error"]["Code"] == "InvalidDefinition"


def test_expressions_know_where_they_are_and_keep_nulls(stack: Stack) -> None:
    shown = {
        "name": "{% $states.context.Execution.Name %}",
        "entered": "{% $states.context.State.EnteredTime %}",
        "now": "{% $now() %}",
        "null": "{% $states.input.nothing %}",
        "kept": "{% $merge([$states.input, {'more': 1}]) %}",
    }
    machine = stack.machine({"A": {"Type": "Pass", "Output": shown, "End": True}}, "A")
    began = time.strftime("%Y-%m-%dT%H:%M", time.gmtime(time.time() - 60))

    found = stack.run(machine, {"nothing": None, "list": []})

    assert found["output"]["name"] == found["name"]
    assert found["output"]["entered"] > began
    assert found["output"]["now"] > began
    assert found["output"]["null"] is None
    assert found["output"]["kept"] == {"nothing": None, "list": [], "more": 1}


def test_an_answer_before_the_function_has_returned_is_an_answer(stack: Stack) -> None:
    code = """
import botocore.session
states = botocore.session.get_session().create_client("stepfunctions")
def handler(event, context):
    states.send_task_success(taskToken=event["token"], output='"early"')
"""
    machine = stack.machine({"A": token_task(stack.function(code))}, "A")

    assert stack.run(machine, {"fail": 0})["output"] == "early"


def test_a_role_is_enforced_item_by_item_in_a_transaction(stack: Stack) -> None:
    table, _ = stack.table()
    allowed = {
        "Effect": "Allow",
        "Action": "dynamodb:PutItem",
        "Resource": f"arn:aws:dynamodb:us-east-1:000000000000:table/{table}",
    }
    role = stack.role({"Version": "2012-10-17", "Statement": [allowed]})
    code = f"""
import botocore.session
table = botocore.session.get_session().create_client("dynamodb")
def handler(event, context):
    key = {{"PK": {{"S": "p"}}, "SK": {{"S": "s"}}}}
    put = {{"Put": {{"TableName": {table!r}, "Item": key}}}}
    other = {{"PK": {{"S": "p"}}, "SK": {{"S": "t"}}}}
    delete = {{"Delete": {{"TableName": {table!r}, "Key": other}}}}
    table.transact_write_items(TransactItems=[put] + [delete] * event)
"""
    function = stack.function(code, Role=role)

    assert stack.call(function, 0) == (None, None)
    kind, denied = stack.call(function, 1)
    assert kind == "Unhandled"
    assert "dynamodb:DeleteItem" in denied["errorMessage"]


def test_each_open_task_of_many_waits_for_its_own_token(stack: Stack) -> None:
    """Twenty executions at once: no token is lost, mixed up or answered twice."""
    table, _ = stack.table()
    function = stack.function(KEEP, Environment={"Variables": {"TABLE": table}})
    machine = stack.machine({"A": token_task(function)}, "A")
    states = stack.client("stepfunctions")
    executions = [stack.begin(machine, {"fail": 0}) for _ in range(20)]

    for number, execution in enumerate(executions):
        [token] = tokens(stack, table, execution, 1)
        states.send_task_success(taskToken=token, output=str(number))

    assert [stack.ended(execution)["output"] for execution in executions] == list(range(20))
