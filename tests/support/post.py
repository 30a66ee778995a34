"""The post office of the tests: SES and a queue of messages, over moto.

``Post.deliver`` does what the bus, the queues and the two workers do: each new entry of history
becomes an event, those that the template's rules want go to notifyPeople, and its messages to
sendMessage.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from signoff.contracts.events.happened import from_item
from signoff.notifications.plan import notify_people
from signoff.notifications.send import send_message
from signoff.outbox.publish import bus_entry
from signoff.storage.clients import client
from signoff.storage.store import history
from signoff.storage.values import unmarshal
from tests.support.sam import template

SENDER = "signoff@example.com"
RULES = ("PeopleToTellRule", "DecidedByDeadlineRule")


class Post:
    """What was sent, and what SES is to answer. ``failing``: (status, error code), or an error."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.failing: list[tuple[int, str] | Exception] = []
        self._seen: set[str] = set()

    def deliver(self) -> list[str]:
        """Tell everybody what has happened since the last time; answers the reasons told."""
        told: list[str] = []
        for event in self.events():
            notify_people(event)
            told += self.work()
        return told

    def events(self) -> list[dict[str, Any]]:
        """The new entries that the rules want, as the bus carries them, in order."""
        items = client("dynamodb").scan(TableName=history().name)["Items"]
        fresh = [unmarshal(item) for item in items if item["id"]["S"] not in self._seen]
        self._seen |= {item["id"] for item in fresh}
        found = []
        for item in sorted(fresh, key=lambda item: (item["at"], item.get("sequence", 0))):
            happened = from_item(item)
            assert happened is not None
            put = bus_entry(happened)
            detail = json.loads(put["Detail"])
            if any(_wants(rule, put["DetailType"], detail) for rule in RULES):
                found.append(detail)
        return found

    def messages(self) -> list[dict[str, Any]]:
        """The messages in the queue, taken out of it."""
        queue, found = _queue(), []
        while True:
            taken = client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
            if not taken.get("Messages"):
                return found
            for message in taken["Messages"]:
                found.append(json.loads(message["Body"])["detail"])
                client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

    def work(self) -> list[str]:
        """Send what is in the queue; answers the reasons of the messages."""
        messages = self.messages()
        for message in messages:
            send_message(message)
        return [message["reason"] for message in messages]

    def to(self, person: str) -> list[str]:
        """The subjects of the mails to ``person@example.com``."""
        return [subject_of(mail) for mail in self.mails(person)]

    def mails(self, person: str) -> list[dict[str, Any]]:
        """The mails to ``person@example.com``, as SES was asked to send them."""
        address = f"{person}@example.com"
        return [mail for mail in self.sent if mail["Destination"]["ToAddresses"] == [address]]

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        if self.failing:
            failure = self.failing.pop(0)
            if isinstance(failure, Exception):
                raise failure
            status, code = failure
            headers = {"x-amzn-ErrorType": code}
            return AWSResponse(request.url, status, headers, _Raw(b'{"message": "no"}'))
        self.sent.append(json.loads(request.body))
        body = json.dumps({"MessageId": f"message-{len(self.sent)}"}).encode()
        return AWSResponse(request.url, 200, {}, _Raw(body))


class _Raw:
    """The part of a response that botocore reads."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content

    def read(self, *_: Any, **__: Any) -> bytes:
        return self._content


def subject_of(mail: dict[str, Any]) -> str:
    """A mail's subject."""
    return str(mail["Content"]["Simple"]["Subject"]["Data"])


def text_of(mail: dict[str, Any]) -> str:
    """A mail's plain text."""
    return str(mail["Content"]["Simple"]["Body"]["Text"]["Data"])


def html_of(mail: dict[str, Any]) -> str:
    """A mail's HTML."""
    return str(mail["Content"]["Simple"]["Body"]["Html"]["Data"])


@contextmanager
def post_office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """A post office, inside of a World."""
    post = Post()
    monkeypatch.setenv("MAIL_SENDER", SENDER)
    monkeypatch.setenv("MAIL_CONFIGURATION_SET", "signoff-test")
    queue = client("sqs").create_queue(QueueName="messages")["QueueUrl"]
    monkeypatch.setenv("MESSAGES_QUEUE_URL", queue)
    events = client("sesv2").meta.events
    events.register_first("before-send.sesv2.SendEmail", post._answer)
    try:
        yield post
    finally:
        events.unregister("before-send.sesv2.SendEmail", post._answer)


def _queue() -> str:
    return str(client("sqs").get_queue_url(QueueName="messages")["QueueUrl"])


def _wants(rule: str, type_: str, detail: dict[str, Any]) -> bool:
    """Whether a rule of the template takes an event; knows what those rules are made of."""
    pattern = template()["Resources"][rule]["Properties"]["EventPattern"]
    if type_ not in pattern["detail-type"]:
        return False
    wanted = pattern.get("detail", {}).get("data", {}).get("actorId")
    actor = detail["data"].get("actorId") or ""
    return wanted is None or any(actor.startswith(each["prefix"]) for each in wanted)
