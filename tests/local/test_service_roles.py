"""mends/service_roles.py: what AWS's services may do for us."""

from __future__ import annotations

import json
from typing import Any

from tests.local.harness import Stack, error_of, until

NOTHING: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "xray:PutTraceSegments", "Resource": "*"}],
}
HELLO = "def handler(event, context): return 'hello'"


def allow(action: str, resource: str, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_a_machine_invokes_only_what_its_role_names(stack: Stack) -> None:
    function, other = stack.function(HELLO), stack.function(HELLO)
    role = stack.role(allow("lambda:InvokeFunction", function))
    states = stack.client("stepfunctions")

    def run(name: str) -> str:
        task = {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {"FunctionName": name, "Payload": {}},
            "End": True,
        }
        definition = {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": task}}
        machine = states.create_state_machine(
            name=stack.name("machine"), definition=json.dumps(definition), roleArn=role
        )["stateMachineArn"]
        return str(stack.run(machine)["status"])

    assert run(function) == "SUCCEEDED"
    assert (run(other) == "FAILED") is stack.mended


def test_a_mapping_is_refused_when_the_functions_role_may_not_read(stack: Stack) -> None:
    _, stream = stack.table(stream=True)
    functions = stack.client("lambda")
    _, queue = stack.queue()
    reader = stack.role(
        {
            "Version": "2012-10-17",
            "Statement": allow("dynamodb:*", stream)["Statement"]
            + allow("sqs:*", queue)["Statement"],
        }
    )
    may, may_not = (
        stack.function(HELLO, Role=reader),
        stack.function(HELLO, Role=stack.role(NOTHING)),
    )
    refused = "InvalidParameterValueException"
    create = functions.create_event_source_mapping

    for source in (stream, queue):
        more = {"StartingPosition": "LATEST"} if source == stream else {}
        assert error_of(create, FunctionName=may, EventSourceArn=source, **more) is None
        code = error_of(create, FunctionName=may_not, EventSourceArn=source, **more)
        assert (code == refused) is stack.mended
    destination = {"DestinationConfig": {"OnFailure": {"Destination": queue}}}
    configure = functions.put_function_event_invoke_config
    assert error_of(configure, FunctionName=may, **destination) is None
    assert (error_of(configure, FunctionName=may_not, **destination) == refused) is stack.mended


def test_a_rule_delivers_only_to_a_queue_whose_policy_lets_it(stack: Stack) -> None:
    queues, bus = stack.client("sqs"), stack.client("events")
    source, urls = stack.name("source"), []
    bus.put_rule(Name=source, EventPattern=json.dumps({"source": [source]}))
    for lets in (False, True):
        url, arn = stack.queue(for_rules=lets)
        bus.put_targets(Rule=source, Targets=[{"Id": str(lets), "Arn": arn}])
        urls.append(url)

    bus.put_events(Entries=[{"Source": source, "DetailType": "d", "Detail": "{}"}])

    until(lambda: queues.receive_message(QueueUrl=urls[1]).get("Messages"))
    delivered = queues.receive_message(QueueUrl=urls[0]).get("Messages", [])
    assert (delivered == []) is stack.mended


def test_whoever_makes_a_machine_must_be_allowed_to_pass_its_role(stack: Stack) -> None:
    machine_role = stack.role(NOTHING)
    code = """
import json, botocore.session
states = botocore.session.get_session().create_client("stepfunctions")
def handler(event, context):
    definition = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    states.create_state_machine(name=event["name"], roleArn=event["role"],
                                definition=json.dumps(definition))
"""
    passing = {"StringEquals": {"iam:PassedToService": "states.amazonaws.com"}}
    both = allow("states:CreateStateMachine", "*")["Statement"]
    may = both + allow("iam:PassRole", machine_role, Condition=passing)["Statement"]

    def make(statements: list[dict[str, Any]]) -> str | None:
        role = stack.role({"Version": "2012-10-17", "Statement": statements})
        function = stack.function(code, Role=role)
        return stack.call(function, {"name": stack.name("m"), "role": machine_role})[0]

    assert make(may) is None
    assert (make(both) == "Unhandled") is stack.mended
