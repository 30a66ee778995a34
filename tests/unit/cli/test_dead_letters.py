"""``signoff dead-letters``: lists what failed, shows why, and lets SQS send it back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from signoff.cli import aws as aws_module
from tests.unit.cli.command_line import Signoff

STACK = ("--stack", "prod")


class Account:
    """An account whose stack has three queues; SQS is moto's, moves and CloudFormation are here."""

    def __init__(self, sqs: Any) -> None:
        self.sqs = sqs
        self.urls: dict[str, str] = {}
        self.moves: list[dict[str, Any]] = []
        self.task: dict[str, Any] = {"Status": "COMPLETED"}
        self.failure: Exception | None = None
        aside = self.queue("ActOnTimerFailures")
        self.queue("SweepNudgesFailures")
        policy = {"deadLetterTargetArn": self.arn(aside), "maxReceiveCount": 5}
        self.queue("DueTimers", RedrivePolicy=json.dumps(policy))

    def queue(self, name: str, **attributes: str) -> str:
        """Make a queue; answers its address."""
        made = self.sqs.create_queue(QueueName=f"prod-{name}-X1", Attributes=attributes)
        self.urls[name] = str(made["QueueUrl"])
        return self.urls[name]

    def arn(self, url: str) -> str:
        """A queue's ARN."""
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return str(found["Attributes"]["QueueArn"])

    def put(self, name: str, body: str, **told: str) -> None:
        """Put a message into a queue."""
        attributes = {k: {"DataType": "String", "StringValue": v} for k, v in told.items()}
        self.sqs.send_message(
            QueueUrl=self.urls[name], MessageBody=body, MessageAttributes=attributes
        )

    # As a session, as its clients

    def create_client(self, service: str, **_: Any) -> Any:
        return self if service in ("cloudformation", "sqs") else None

    def list_stack_resources(self, StackName: str, NextToken: str | None = None) -> Any:  # noqa: N803
        if self.failure:
            raise self.failure
        assert StackName == "prod"
        queues = [
            {"LogicalResourceId": k, "PhysicalResourceId": v, "ResourceType": "AWS::SQS::Queue"}
            for k, v in self.urls.items()
        ]
        other = {"LogicalResourceId": "A", "PhysicalResourceId": "a", "ResourceType": "AWS::X::Y"}
        if NextToken is None:  # two pages
            return {"StackResourceSummaries": [*queues[:1], other], "NextToken": "more"}
        return {"StackResourceSummaries": queues[1:]}

    def start_message_move_task(self, **wanted: Any) -> Any:
        if self.failure:
            raise self.failure
        self.moves.append(wanted)
        return {"TaskHandle": "h"}

    def list_message_move_tasks(self, SourceArn: str, MaxResults: int) -> Any:  # noqa: N803
        assert SourceArn == self.moves[-1]["SourceArn"]
        assert MaxResults == 1
        return {"Results": [self.task]}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sqs, name)


@pytest.fixture
def there(sqs: Any, monkeypatch: pytest.MonkeyPatch) -> Account:
    """The account of the stack ``prod``."""
    made = Account(sqs)
    monkeypatch.setattr(aws_module, "session_of", lambda *_, **__: made)
    return made


WHY = {"reason": "KeyError in signoff.sla.act, line 33", "operation": "actOnTimer"}


def test_the_list_has_the_queues_that_hold_what_failed(there: Account, signoff: Signoff) -> None:
    there.put("ActOnTimerFailures", "{}", **WHY)
    rows = signoff("dead-letters", "list", *STACK, "--json").json
    assert rows == [
        {"queue": "ActOnTimerFailures", "messages": 1, "inUse": 0, "redriveTo": ["DueTimers"]},
        {"queue": "SweepNudgesFailures", "messages": 0, "inUse": 0, "redriveTo": []},
    ]
    shown = signoff("dead-letters", "list", *STACK)
    assert "ActOnTimerFailures" in shown.out
    assert "Nothing has failed" not in shown.err


def test_showing_says_why_and_takes_nothing_away(there: Account, signoff: Signoff) -> None:
    there.put("ActOnTimerFailures", '{"detail": 1}', **WHY, correlationId="5b2c")
    there.put("ActOnTimerFailures", "x" * 900)
    there.put("ActOnTimerFailures", "{}", ERROR_CODE="NO_PERMISSIONS", ERROR_MESSAGE="denied")
    for _ in range(2):
        letters = signoff("dead-letters", "show", "ActOnTimerFailures", *STACK, "--json").json
        assert {each["reason"] for each in letters} >= {WHY["reason"], "NO_PERMISSIONS denied"}
        assert len(letters) == 3
    (told,) = [each for each in letters if each["operation"]]
    assert (told["operation"], told["correlationId"]) == ("actOnTimer", "5b2c")
    shown = signoff("dead-letters", "show", "ActOnTimerFailures", *STACK)
    assert "before it could say why" in shown.out
    assert "(900 characters)" in shown.out
    assert "3 shown." in shown.err


def test_the_limit_holds(there: Account, signoff: Signoff) -> None:
    for number in range(13):
        there.put("ActOnTimerFailures", str(number))
    show = ("dead-letters", "show", "ActOnTimerFailures", *STACK, "--json")
    assert len(signoff(*show, "--limit", "12").json) == 12
    assert len(signoff(*show, "--limit", "100").json) == 13
    assert signoff(*show, "--limit", "101").code == 2


def test_redriving_names_the_queue_that_feeds_it(there: Account, signoff: Signoff) -> None:
    there.put("ActOnTimerFailures", "{}", **WHY)
    there.task["ApproximateNumberOfMessagesMoved"] = 1
    redrive = ("dead-letters", "redrive", "ActOnTimerFailures", *STACK)
    done = signoff(*redrive, "--per-second", "10", "--json").json
    expected = {"queue": "ActOnTimerFailures", "to": "DueTimers", "status": "COMPLETED", "moved": 1}
    assert done == expected
    assert there.moves == [
        {
            "SourceArn": there.arn(there.urls["ActOnTimerFailures"]),
            "DestinationArn": there.arn(there.urls["DueTimers"]),
            "MaxNumberOfMessagesPerSecond": 10,
        }
    ]


def test_an_empty_queue_is_not_moved(there: Account, signoff: Signoff) -> None:
    result = signoff("dead-letters", "redrive", "ActOnTimerFailures", *STACK)
    assert (result.code, there.moves) == (0, [])
    assert "0 moved" in result.err


def test_a_move_that_goes_on_is_left_to_sqs(
    there: Account, signoff: Signoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("signoff.cli.dead_letters.time.sleep", waits.append)
    there.put("ActOnTimerFailures", "{}")
    there.task = {"Status": "RUNNING", "ApproximateNumberOfMessagesMoved": 7}
    result = signoff("dead-letters", "redrive", "ActOnTimerFailures", *STACK)
    assert result.code == 0
    assert "7 moved" in result.err
    assert "It goes on" in result.err
    assert len(waits) == 30


def test_a_move_that_fails_says_why(there: Account, signoff: Signoff) -> None:
    there.put("ActOnTimerFailures", "{}")
    there.task = {"Status": "FAILED", "FailureReason": "AWS.SimpleQueueService.NonExistentQueue"}
    result = signoff("dead-letters", "redrive", "ActOnTimerFailures", *STACK)
    assert result.code == 1
    assert "NonExistentQueue" in result.err


@pytest.mark.parametrize(
    ("queue", "code", "told"),
    [
        ("SweepNudgesFailures", 5, "docs/deploy.md"),
        ("DueTimers", 5, "no dead-letter queue"),
        ("Nothing", 4, "no queue Nothing"),
    ],
)
def test_what_cannot_be_redriven_is_said(
    there: Account, signoff: Signoff, queue: str, code: int, told: str
) -> None:
    result = signoff("dead-letters", "redrive", queue, *STACK)
    assert (result.code, there.moves) == (code, [])
    assert told in result.err


@pytest.mark.parametrize(
    ("aws_code", "code", "told"),
    [
        ("AccessDenied", 3, "sqs:StartMessageMoveTask"),
        ("AWS.SimpleQueueService.UnsupportedOperation", 5, "already a task"),
        ("ValidationError", 4, "no stack prod"),
    ],
)
def test_what_aws_refuses_is_told(
    there: Account, signoff: Signoff, aws_code: str, code: int, told: str
) -> None:
    there.failure = ClientError(
        {"Error": {"Code": aws_code, "Message": "There is already a task"}}, "Operation"
    )
    result = signoff("dead-letters", "redrive", "ActOnTimerFailures", *STACK)
    assert result.code == code
    assert told in result.err
