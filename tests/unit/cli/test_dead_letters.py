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


def test_messages_that_somebody_looks_at_are_told_of(there: Account, signoff: Signoff) -> None:
    there.put("ActOnTimerFailures", "{}")
    there.sqs.receive_message(QueueUrl=there.urls["ActOnTimerFailures"])
    result = signoff("dead-letters", "redrive", "ActOnTimerFailures", *STACK)
    assert (result.code, there.moves) == (0, [])
    assert "Somebody is looking at 1; in half a minute they can be sent." in result.err
    shown = signoff("dead-letters", "show", "ActOnTimerFailures", *STACK)
    assert "they can be seen." in shown.err
    assert "Nothing has failed" not in signoff("dead-letters", "list", *STACK).err


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


def ids(signoff: Signoff) -> dict[str, str]:
    """The messages that are shown: their bodies, with their ids."""
    show = ("dead-letters", "show", "ActOnTimerFailures", *STACK, "--limit", "100", "--json")
    return {each["body"]: each["messageId"] for each in signoff(*show).json}


DROP = ("dead-letters", "drop", "ActOnTimerFailures")


def test_what_is_named_is_dropped_and_all_else_stays(there: Account, signoff: Signoff) -> None:
    for number in range(25):
        there.put("ActOnTimerFailures", str(number))
    named = ids(signoff)
    wanted = [named["3"], named["21"], named["3"]]
    done = signoff(*DROP, *wanted, *STACK, "--yes", "--json").json
    assert done == {"queue": "ActOnTimerFailures", "dropped": 2, "missing": []}
    assert ids(signoff).keys() == {str(number) for number in range(25)} - {"3", "21"}


def test_what_is_not_there_to_be_dropped_is_said(there: Account, signoff: Signoff) -> None:
    there.put("ActOnTimerFailures", "a")
    there.put("ActOnTimerFailures", "b")
    result = signoff(*DROP, ids(signoff)["a"], "5b2c", *STACK, "--yes")
    assert result.code == 4
    assert "1 dropped." in result.err
    assert "5b2c" in result.err
    assert ids(signoff).keys() == {"b"}


def test_a_queue_of_many_is_not_looked_through_for_ever(
    there: Account, signoff: Signoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signoff.cli.queues.MOST_LOOKED", 20)
    for number in range(31):
        there.put("ActOnTimerFailures", str(number))
    assert signoff(*DROP, "5b2c", *STACK, "--yes").code == 4
    assert len(ids(signoff)) == 31, "what was looked at can be seen again"


def test_a_queue_is_emptied_when_asked_for(there: Account, signoff: Signoff) -> None:
    for body in ("a", "b"):
        there.put("ActOnTimerFailures", body)
    asked = signoff(*DROP, "--all", *STACK, typed="n\n")
    assert (asked.code, "all of some 2 messages" in asked.err) == (130, True)
    assert len(ids(signoff)) == 2
    assert signoff(*DROP, "--all", *STACK, typed="y\n").code == 0
    assert ids(signoff) == {}


@pytest.mark.parametrize("arguments", [(), ("5b2c", "--all")])
def test_dropping_takes_ids_or_all(
    there: Account, signoff: Signoff, arguments: tuple[str, ...]
) -> None:
    there.put("ActOnTimerFailures", "a")
    result = signoff(*DROP, *arguments, *STACK, "--yes")
    assert (result.code, "--all" in result.err) == (2, True)
    assert len(ids(signoff)) == 1


@pytest.mark.parametrize(("queue", "code"), [("DueTimers", 5), ("Nothing", 4)])
def test_only_what_failed_can_be_dropped(
    there: Account, signoff: Signoff, queue: str, code: int
) -> None:
    there.put("DueTimers", "a")
    assert signoff("dead-letters", "drop", queue, "--all", *STACK, "--yes").code == code
    assert there.sqs.receive_message(QueueUrl=there.urls["DueTimers"])["Messages"]


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
