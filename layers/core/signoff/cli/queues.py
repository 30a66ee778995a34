"""The queues of a stack, read with AWS credentials: which are put aside to, and what they hold."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from signoff.chunks import chunks
from signoff.cli.aws import Account
from signoff.cli.failures import Missing

_SUFFIX = "Failures"  # a dead-letter queue's name in the template
_HIDDEN_SECONDS = 20  # while they are being shown
_BATCH = 10
MOST_LOOKED = 1_000  # messages, for those that are dropped by their ids
_MOST_PAGES = 20  # of 100 resources; CloudFormation's limit of a stack is 500
_UNSAID = "SQS put it aside after its last receive: the worker was ended before it could say why"


@dataclass(frozen=True)
class Queue:
    """A queue by its name in the template; ``visible`` and ``in_use`` are SQS's approximate counts.

    ``fed_by`` are the names of the queues that put messages aside here.
    """

    name: str
    url: str
    arn: str
    visible: int
    in_use: int
    fed_by: list[str] = field(default_factory=list)

    @property
    def is_aside(self) -> bool:
        """Whether it holds what failed."""
        return bool(self.fed_by) or self.name.endswith(_SUFFIX)


@dataclass(frozen=True)
class Letter:
    """A message that failed; ``told`` are its attributes, of which the worker's name the reason."""

    message_id: str
    sent_at: str
    body: str
    told: dict[str, str]

    @property
    def reason(self) -> str:
        """Why it is here: the worker's words, else EventBridge's, else that nobody said."""
        bus = " ".join(filter(None, map(self.told.get, ("ERROR_CODE", "ERROR_MESSAGE"))))
        return self.told.get("reason") or bus or _UNSAID


def queues_of(account: Account) -> list[Queue]:
    """The stack's queues, by name: a call per 100 resources and one per queue."""
    urls = _urls_of(account)
    client = account.client("sqs")
    wanted = [
        "QueueArn",
        "RedrivePolicy",
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
    ]
    found: dict[str, dict[str, str]] = {
        name: client.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)["Attributes"]
        for name, url in sorted(urls.items())
    }
    fed_by: dict[str, list[str]] = {}
    for name, attributes in found.items():
        policy = json.loads(attributes.get("RedrivePolicy") or "{}")
        if policy:
            fed_by.setdefault(policy["deadLetterTargetArn"], []).append(name)
    return [
        Queue(
            name=name,
            url=urls[name],
            arn=each["QueueArn"],
            visible=int(each["ApproximateNumberOfMessages"]),
            in_use=int(each["ApproximateNumberOfMessagesNotVisible"]),
            fed_by=fed_by.get(each["QueueArn"], []),
        )
        for name, each in found.items()
    ]


def queue_named(account: Account, name: str) -> Queue:
    """The queue of that name in the template. Raises Missing."""
    for queue in queues_of(account):
        if queue.name == name:
            return queue
    raise Missing(
        f"The stack {account.stack} has no queue {name}.", "`signoff dead-letters list` names them."
    )


def _urls_of(account: Account) -> dict[str, str]:
    client = account.client("cloudformation")
    urls: dict[str, str] = {}
    page: dict[str, str] = {}
    for _ in range(_MOST_PAGES):
        answer = client.list_stack_resources(StackName=account.stack, **page)
        for each in answer["StackResourceSummaries"]:
            if each["ResourceType"] == "AWS::SQS::Queue":
                urls[each["LogicalResourceId"]] = each["PhysicalResourceId"]
        if not answer.get("NextToken"):
            break
        page = {"NextToken": answer["NextToken"]}
    return urls


class _Look:
    """Receives messages of a queue; at its end they can be seen again at once, by everybody."""

    def __init__(self, account: Account, queue: Queue) -> None:
        self._client = account.client("sqs")
        self._url = queue.url
        self._handles: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for some in chunks(self._handles, _BATCH):
            self._client.change_message_visibility_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                    for number, handle in enumerate(some)
                ],
            )

    def next(self, most: int = _BATCH) -> list[dict[str, Any]]:
        """Some more messages, at most ``most``; none where there are no others."""
        answer = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=min(_BATCH, most),
            VisibilityTimeout=_HIDDEN_SECONDS,
            # A wait asks all of SQS's servers; without one a small queue may look empty.
            WaitTimeSeconds=1,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        self._handles += [each["ReceiptHandle"] for each in messages]
        return messages

    def delete(self, message: dict[str, Any]) -> None:
        """Take a message out for good."""
        handle = message["ReceiptHandle"]
        self._client.delete_message(QueueUrl=self._url, ReceiptHandle=handle)
        self._handles.remove(handle)


def peek(account: Account, queue: Queue, limit: int) -> list[Letter]:
    """Up to ``limit`` messages, which stay in the queue and can be seen again at once."""
    letters: dict[str, Letter] = {}
    with _Look(account, queue) as look:
        for _ in range(limit):
            found = look.next(limit - len(letters))
            letters |= {each["MessageId"]: _letter_of(each) for each in found}
            if not found or len(letters) >= limit:
                break
    return sorted(letters.values(), key=lambda letter: letter.sent_at)


def drop(account: Account, queue: Queue, message_ids: Collection[str]) -> set[str]:
    """Delete the messages with these ids; answers those that were there.

    SQS finds no message by its id, so they are looked for among the first ``MOST_LOOKED``.
    """
    left = set(message_ids)
    with _Look(account, queue) as look:
        for _ in range(MOST_LOOKED // _BATCH):
            found = look.next()
            for message in found:
                if message["MessageId"] in left:
                    look.delete(message)
                    left.discard(message["MessageId"])
            if not found or not left:
                break
    return set(message_ids) - left


def drop_all(account: Account, queue: Queue) -> None:
    """Delete all messages of the queue, also those that somebody is looking at."""
    account.client("sqs").purge_queue(QueueUrl=queue.url)


def _letter_of(message: dict[str, Any]) -> Letter:
    sent = int(message["Attributes"]["SentTimestamp"]) / 1000
    told = {
        name: str(each["StringValue"])
        for name, each in message.get("MessageAttributes", {}).items()
        if "StringValue" in each
    }
    moment = datetime.fromtimestamp(sent, UTC).isoformat(timespec="milliseconds")
    return Letter(
        message["MessageId"],
        moment.replace("+00:00", "Z"),
        message["Body"],
        dict(sorted(told.items())),
    )


def move(account: Account, source: Queue, target: Queue, per_second: int | None) -> None:
    """Let SQS move all messages of ``source``, at most ``per_second`` if given.

    The target is named because SQS knows no origin of what a worker put aside itself.
    """
    rate = {"MaxNumberOfMessagesPerSecond": per_second} if per_second else {}
    account.client("sqs").start_message_move_task(
        SourceArn=source.arn, DestinationArn=target.arn, **rate
    )


def moved(account: Account, source: Queue) -> dict[str, Any]:
    """How far the newest move out of ``source`` is: ``status``, ``moved``, perhaps ``reason``."""
    answer = account.client("sqs").list_message_move_tasks(SourceArn=source.arn, MaxResults=1)
    task = (answer.get("Results") or [{}])[0]
    state = {
        "status": task.get("Status", "RUNNING"),
        "moved": task.get("ApproximateNumberOfMessagesMoved", 0),
    }
    return state | ({"reason": task["FailureReason"]} if task.get("FailureReason") else {})
