"""Poison messages: put aside with their reason, and never lost where that fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from signoff.entrypoints.poison import MOST_RECEIVES, reason_of
from signoff.entrypoints.worker import Message, batch_worker, queue_worker
from signoff.errors import Conflict, Invalid
from signoff.storage import clients
from tests.support.gateway import Context
from tests.support.quick_moto import mock_aws
from tests.support.world import ENVIRONMENT


class Aside:
    """A dead-letter queue."""

    def __init__(self, url: str) -> None:
        self.url = url

    def messages(self) -> list[tuple[str, dict[str, str]]]:
        """The messages in it: body and attributes."""
        found = clients.client("sqs").receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        return [
            (
                each["Body"],
                {name: a["StringValue"] for name, a in each["MessageAttributes"].items()},
            )
            for each in found.get("Messages", [])
        ]


@pytest.fixture
def aside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aside]:
    """The dead-letter queue that the environment names."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        clients.client.cache_clear()
        url = clients.client("sqs").create_queue(QueueName="aside")["QueueUrl"]
        monkeypatch.setenv("DEAD_LETTERS_URL", url)
        yield Aside(url)
    clients.client.cache_clear()


def record(number: int, body: str, *, receives: int = 1, **attributes: str) -> dict[str, Any]:
    texts = {name: {"stringValue": text, "dataType": "String"} for name, text in attributes.items()}
    return {
        "messageId": f"m-{number}",
        "receiptHandle": f"h-{number}",
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(receives)},
        "messageAttributes": texts,
        "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:stack-DueTimers-X",
    }


def event(*records: dict[str, Any]) -> dict[str, Any]:
    return {"Records": list(records)}


def failed(answer: Any) -> list[str]:
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


GOOD = json.dumps({"detail": {"name": "Müller"}})


def break_down(detail: dict[str, Any]) -> None:
    raise KeyError(detail["name"])


def test_before_the_last_time_a_message_comes_again(aside: Aside) -> None:
    worker = queue_worker("actOnTimer", break_down)
    assert failed(worker(event(record(1, GOOD, receives=MOST_RECEIVES - 1)), Context())) == ["m-1"]
    assert aside.messages() == []


def test_the_last_time_it_is_put_aside_with_its_reason(aside: Aside) -> None:
    worker = queue_worker("actOnTimer", break_down)
    last = record(1, GOOD, receives=MOST_RECEIVES, ERROR_CODE="NO_PERMISSIONS")
    assert failed(worker(event(last), Context())) == []
    ((body, told),) = aside.messages()
    assert body == GOOD
    assert told == {
        "reason": "KeyError",
        "operation": "actOnTimer",
        "correlationId": Context.aws_request_id,
        "messageId": "m-1",
        "queue": "stack-DueTimers-X",
        "receives": str(MOST_RECEIVES),
        "ERROR_CODE": "NO_PERMISSIONS",
    }


@pytest.mark.parametrize("body", ["{", "[1]", '"text"', '{"no": "detail"}', '{"detail": 3}'])
def test_what_no_repetition_makes_readable_is_put_aside_at_once(aside: Aside, body: str) -> None:
    seen: list[Any] = []
    worker = queue_worker("actOnTimer", seen.append)
    assert failed(worker(event(record(1, body), record(2, GOOD)), Context())) == []
    ((put, told),) = aside.messages()
    assert put == body
    assert told["reason"].startswith("Malformed: The message ")
    assert seen == [{"name": "Müller"}]


def test_a_value_that_does_not_fit_is_put_aside_at_once_and_a_conflict_comes_again(
    aside: Aside,
) -> None:
    def handle(detail: dict[str, Any]) -> None:
        raise (Invalid("must be a name") if detail["name"] == "bad" else Conflict("is decided"))

    worker = queue_worker("w", handle)
    bad = json.dumps({"detail": {"name": "bad"}})
    assert failed(worker(event(record(1, bad), record(2, GOOD)), Context())) == ["m-2"]
    assert [told["reason"] for _, told in aside.messages()] == ["Invalid: must be a name"]


def test_more_attributes_than_sqs_takes_do_not_keep_the_reason_away(aside: Aside) -> None:
    worker = queue_worker("w", break_down)
    many = record(1, GOOD, receives=MOST_RECEIVES, **{f"a{i}": "x" for i in range(10)})
    assert failed(worker(event(many), Context())) == []
    ((_, told),) = aside.messages()
    assert len(told) == 10
    assert told["reason"] == "KeyError"


def test_where_it_cannot_be_put_aside_sqs_does_it(
    aside: Aside, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = queue_worker("w", break_down)
    last = event(record(1, GOOD, receives=MOST_RECEIVES))
    monkeypatch.setenv("DEAD_LETTERS_URL", aside.url + "-of-nobody")
    assert failed(worker(last, Context())) == ["m-1"]
    monkeypatch.delenv("DEAD_LETTERS_URL")
    assert failed(worker(last, Context())) == ["m-1"]


def test_a_batch_is_handled_as_one_and_answers_for_each(aside: Aside) -> None:
    seen: list[Message] = []

    def handle(messages: Any) -> dict[str, Exception]:
        seen.extend(messages)
        return {messages[0].id: Conflict("later"), messages[1].id: Invalid("never")}

    worker = batch_worker("deliver", handle)
    given = event(record(1, '{"n": 1}', receives=2), record(2, '{"n": 2}'), record(3, '{"n": 3}'))
    assert failed(worker(given, Context())) == ["m-1"]
    assert [told["messageId"] for _, told in aside.messages()] == ["m-2"]
    assert seen == [
        Message("m-1", {"n": 1}, 2, "stack-DueTimers-X"),
        Message("m-2", {"n": 2}, 1, "stack-DueTimers-X"),
        Message("m-3", {"n": 3}, 1, "stack-DueTimers-X"),
    ]
    assert not seen[0].is_last


def test_a_batch_that_breaks_is_the_failure_of_each_of_its_messages(aside: Aside) -> None:
    def handle(messages: Any) -> dict[str, Exception]:
        raise RuntimeError("no")

    worker = batch_worker("deliver", handle)
    given = event(record(1, GOOD), record(2, GOOD, receives=MOST_RECEIVES), record(3, "{"))
    assert failed(worker(given, Context())) == ["m-1"]
    assert sorted(told["messageId"] for _, told in aside.messages()) == ["m-2", "m-3"]


def test_a_reason_names_what_aws_said_and_where_our_code_broke() -> None:
    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "arn:…"}}, "PutItem")
    assert reason_of(denied) == "AccessDenied from PutItem"
    with pytest.raises(ValueError, match="Expecting") as theirs:
        json.loads("{")
    assert reason_of(theirs.value) == "JSONDecodeError"
    with pytest.raises(KeyError) as ours:
        reason_of(ClientError({}, "PutItem"))
    assert reason_of(ours.value).startswith("KeyError in signoff.entrypoints.poison, line ")


def test_a_reason_never_holds_what_people_wrote_and_is_one_line() -> None:
    assert reason_of(RuntimeError("Müller's salary")) == "RuntimeError"
    assert reason_of(Invalid("two\nlines " + "x" * 900)).startswith("Invalid: two lines xxx")
    assert len(reason_of(Invalid("x" * 900))) == 500
