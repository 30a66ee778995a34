"""A message that failed: in seconds it comes again, and later each time, whatever else happens."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError

from signoff.entrypoints import again
from signoff.entrypoints.again import AGAIN_SECONDS, bring_again, seconds_after
from signoff.entrypoints.poison import MOST_RECEIVES
from signoff.entrypoints.worker import queue_worker
from signoff.errors import Conflict, Invalid
from signoff.storage import clients
from tests.support.gateway import Context
from tests.support.quick_moto import mock_aws
from tests.support.world import ENVIRONMENT

QUEUE = "stack-DueTimers-X"


class Queue:
    """A queue whose messages are away for an hour when somebody takes them."""

    def __init__(self) -> None:
        self.url = clients.client("sqs").create_queue(
            QueueName=QUEUE, Attributes={"VisibilityTimeout": "3600"}
        )["QueueUrl"]

    def put(self, *names: str) -> None:
        for name in names:
            body = json.dumps({"detail": {"name": name}})
            clients.client("sqs").send_message(QueueUrl=self.url, MessageBody=body)

    def take(self) -> list[dict[str, Any]]:
        """All that can be seen, as Lambda hands it to a function."""
        found = clients.client("sqs").receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, AttributeNames=["All"]
        )
        return [
            {
                "messageId": each["MessageId"],
                "receiptHandle": each["ReceiptHandle"],
                "body": each["Body"],
                "attributes": each["Attributes"],
                "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{QUEUE}",
            }
            for each in found.get("Messages", [])
        ]


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch, socket_disabled: None) -> Iterator[Queue]:
    """A queue of the test's own, whose failed messages can be seen at once again."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        clients.client.cache_clear()
        again._url_of.cache_clear()
        monkeypatch.setattr(again, "AGAIN_SECONDS", (0,))
        yield Queue()
    clients.client.cache_clear()
    again._url_of.cache_clear()


def names(records: Sequence[dict[str, Any]]) -> list[str]:
    return sorted(json.loads(each["body"])["detail"]["name"] for each in records)


def refuse(detail: dict[str, Any]) -> None:
    if detail["name"] == "throttled":
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "Query")
    if detail["name"] == "busy":
        raise Conflict("later")
    if detail["name"] == "wrong":
        raise Invalid("never")


def test_what_failed_can_be_seen_long_before_the_visibility_timeout_is_over(queue: Queue) -> None:
    queue.put("good", "throttled", "busy")
    answer = queue_worker("w", refuse)({"Records": queue.take()}, Context())
    assert len(answer["batchItemFailures"]) == 2
    assert names(queue.take()) == ["busy", "throttled"]


def test_what_was_done_or_put_aside_is_left_to_lambda_to_delete(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = clients.client("sqs").create_queue(QueueName="aside")["QueueUrl"]
    monkeypatch.setenv("DEAD_LETTERS_URL", aside)
    queue.put("good", "wrong")
    assert queue_worker("w", refuse)({"Records": queue.take()}, Context()) == {
        "batchItemFailures": []
    }
    assert queue.take() == []


def test_a_queue_that_cannot_be_told_changes_nothing_of_the_answer(
    queue: Queue, caplog: pytest.LogCaptureFixture
) -> None:
    queue.put("throttled")
    (taken,) = queue.take()
    clients.client("sqs").delete_queue(QueueUrl=queue.url)
    answer = queue_worker("w", refuse)({"Records": [taken]}, Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": taken["messageId"]}]}
    assert "the queue was not told" in caplog.text


def test_one_that_the_queue_does_not_take_does_not_hold_back_the_others(
    queue: Queue, caplog: pytest.LogCaptureFixture
) -> None:
    queue.put("a", "b")
    first, second = queue.take()
    bring_again([first | {"receiptHandle": "of nobody"}, second])
    assert names(queue.take()) == names([second])
    (told,) = caplog.records
    assert "does not take" in told.getMessage()
    assert told.__dict__["message_id"] == first["messageId"]


def test_more_than_one_call_takes_are_told_in_several(queue: Queue) -> None:
    queue.put(*(f"n{number:02}" for number in range(15)))
    taken = [*queue.take(), *queue.take()]
    assert len(taken) == 15
    bring_again(taken)
    assert names([*queue.take(), *queue.take()]) == names(taken)


def test_the_pauses_grow_and_outlast_an_outage_of_half_an_hour() -> None:
    assert len(AGAIN_SECONDS) == MOST_RECEIVES - 1, "behind the last receive there is none"
    assert seconds_after(1, 1.0) <= 6, "a hiccup costs seconds"
    soonest = [seconds_after(receives, 0.0) for receives in range(1, MOST_RECEIVES)]
    latest = [seconds_after(receives, 1.0) for receives in range(1, MOST_RECEIVES)]
    assert all(late < early for late, early in zip(latest, soonest[1:], strict=False))
    assert sum(soonest) > 30 * 60
    assert latest[-1] <= 12 * 3600, "SQS takes no more"


def test_what_is_only_to_be_put_aside_by_sqs_does_not_wait_for_it() -> None:
    assert seconds_after(MOST_RECEIVES, 1.0) <= 6
