"""A running emulator and short words for what tests do with it."""

from __future__ import annotations

import io
import itertools
import json
import os
import signal
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from signoff_local import home, mends, process

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "*"}, "Action": "sts:AssumeRole"}
        ],
    }
)
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
BOUND = 60.0
"""Seconds; generous, for the machine may be busy with other things."""


class Stack:
    """A running emulator and short words for what tests do with it."""

    def __init__(self, folder: Path, mended: bool, **environment: str) -> None:
        self.home = home.Home(folder)
        self.mended = mended
        self.environment = environment
        self.port = process.free_port(None)
        self._numbers = itertools.count(1)
        self._clients: dict[str, Any] = {}

    def start(self) -> None:
        without = "" if self.mended else ",".join(mends.ALL)
        extra = {"SIGNOFF_WITHOUT_MENDS": without, **self.environment}
        process.start(self.home, self.port, extra=extra)

    def stop(self) -> None:
        process.stop(self.home)

    def kill(self) -> None:
        record = home.read_json(self.home.process_file)
        assert record is not None
        os.kill(record["pid"], signal.SIGKILL)
        until(lambda: process.running(self.home) is None)

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = botocore.session.get_session().create_client(
                service,
                region_name=home.REGION,
                endpoint_url=f"http://127.0.0.1:{self.port}",
                aws_access_key_id=home.ACCESS_KEY,
                aws_secret_access_key=home.SECRET_KEY,
                config=Config(retries={"total_max_attempts": 1}, max_pool_connections=64),
            )
        return self._clients[service]

    def name(self, prefix: str) -> str:
        return f"{prefix}-{next(self._numbers)}-{time.time_ns() % 10**9}"

    def role(self, policy: dict[str, Any] | None = None) -> str:
        """The ARN of a role that may do everything, or what the policy says."""
        name = self.name("role")
        iam = self.client("iam")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]
        document = json.dumps(ALL if policy is None else policy)
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
        return str(role["Arn"])

    def function(self, code: str, **settings: Any) -> str:
        """The ARN of a function whose module `index` is `code`, ready to be called."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as content:
            content.writestr("index.py", code)
        functions = self.client("lambda")
        created = functions.create_function(
            FunctionName=settings.pop("FunctionName", None) or self.name("function"),
            Runtime="python3.11",
            Role=settings.pop("Role", None) or self.role(),
            Code={"ZipFile": archive.getvalue()},
            **{"Timeout": 30, "Handler": "index.handler", **settings},
        )
        return str(created["FunctionArn"])

    def call(self, function: str, event: Any = None) -> tuple[str | None, Any]:
        """(kind of error or None, what it returned)."""
        answer = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
        return answer.get("FunctionError"), json.loads(answer["Payload"].read() or b"null")

    def machine(self, states: dict[str, Any], first: str, **more: Any) -> str:
        """The ARN of a JSONata state machine."""
        definition = {"QueryLanguage": "JSONata", "StartAt": first, "States": states}
        created = self.client("stepfunctions").create_state_machine(
            name=self.name("machine"),
            definition=json.dumps(definition),
            roleArn=self.role(),
            **more,
        )
        return str(created.get("stateMachineVersionArn") or created["stateMachineArn"])

    def begin(self, machine: str, value: Any = None) -> str:
        """The ARN of an execution that was started."""
        started = self.client("stepfunctions").start_execution(
            stateMachineArn=machine, input=json.dumps({} if value is None else value)
        )
        return str(started["executionArn"])

    def ended(self, execution: str, seconds: float = BOUND) -> dict[str, Any]:
        """The description of an execution that is over, its output parsed."""
        states = self.client("stepfunctions")

        def over() -> Any:
            found = states.describe_execution(executionArn=execution)
            return found if found["status"] != "RUNNING" else None

        found = dict(until(over, seconds))
        if found["status"] == "SUCCEEDED":
            found["output"] = json.loads(found["output"])
        return found

    def run(self, machine: str, value: Any = None) -> dict[str, Any]:
        """Start an execution and wait for its end."""
        return self.ended(self.begin(machine, value))

    def table(self, stream: bool = False) -> tuple[str, str]:
        """(name, stream's ARN or "") of a table with the string keys PK and SK."""
        name = self.name("table")
        keys = [("PK", "HASH"), ("SK", "RANGE")]
        more = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}
        created = self.client("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k, _ in keys],
            KeySchema=[{"AttributeName": k, "KeyType": t} for k, t in keys],
            **(more if stream else {}),
        )["TableDescription"]
        return name, created.get("LatestStreamArn", "")

    def queue(self, for_rules: bool = True) -> tuple[str, str]:
        """(address, ARN) of a queue, to which rules may deliver if wished."""
        queues = self.client("sqs")
        url = queues.create_queue(QueueName=self.name("queue"))["QueueUrl"]
        found = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arn = found["Attributes"]["QueueArn"]
        statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}
        statement["Principal"] = {"Service": "events.amazonaws.com"}
        if for_rules:
            policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        return url, arn

    def has_group(self, name: str) -> bool:
        """Whether a log group exists."""
        found = self.client("logs").describe_log_groups(logGroupNamePrefix=name)
        return any(group["logGroupName"] == name for group in found["logGroups"])

    def put(self, table: str, partition: str, sort: str, **more: str) -> None:
        item = {"PK": partition, "SK": sort, **more}
        self.client("dynamodb").put_item(
            TableName=table, Item={name: {"S": value} for name, value in item.items()}
        )

    def items(self, table: str, partition: str) -> list[dict[str, str]]:
        """All items of a partition, in order, as plain texts."""
        found = self.client("dynamodb").query(
            TableName=table,
            KeyConditionExpression="PK = :p",
            ExpressionAttributeValues={":p": {"S": partition}},
            ConsistentRead=True,
        )["Items"]
        return [{name: value["S"] for name, value in item.items()} for item in found]


def until(probe: Callable[[], Any], seconds: float = BOUND) -> Any:
    """The first truthy answer of `probe`; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        assert time.monotonic() < deadline, f"did not happen in {seconds} s"
        time.sleep(0.02)


KEEP = """
import os, botocore.session
class Twice(Exception): pass
table = botocore.session.get_session().create_client("dynamodb")
def handler(event, context):
    known = table.query(TableName=os.environ["TABLE"], KeyConditionExpression="PK = :p",
                        ExpressionAttributeValues={":p": {"S": event["key"]}})["Count"]
    item = {"PK": event["key"], "SK": str(known), "token": event["token"]}
    table.put_item(TableName=os.environ["TABLE"], Item={k: {"S": v} for k, v in item.items()})
    if known < event.get("fail", 0):
        raise Twice(f"attempt {known}")
"""


def token_task(function: str, **more: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Arguments": {
            "FunctionName": function,
            "Payload": {
                "token": "{% $states.context.Task.Token %}",
                "key": "{% $states.context.Execution.Name & '/' & $states.context.State.Name %}",
                "fail": "{% $states.input.fail %}",
            },
        },
        "End": True,
        **more,
    }


def tokens(stack: Stack, table: str, execution: str, count: int, state: str = "A") -> list[str]:
    """The tokens of an execution's state, when there are that many."""
    key = f"{execution.rpartition(':')[2]}/{state}"
    until(lambda: len(stack.items(table, key)) >= count)
    return [item["token"] for item in stack.items(table, key)]


def error_of(call: Any, **arguments: Any) -> str | None:
    try:
        call(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return None
