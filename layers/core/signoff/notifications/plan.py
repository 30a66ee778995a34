"""From an event to the notices of it, one message each (the worker notifyPeople)."""

import os
from collections.abc import Sequence
from typing import Any

from signoff.chunks import chunks
from signoff.errors import Malformed
from signoff.notifications.audience import audience
from signoff.notifications.notice import Notice
from signoff.notifications.occurrence import key_of_event, read_occurrence
from signoff.storage.clients import client
from signoff.storage.values import to_json

_BATCH = 10  # SendMessageBatch


class QueueRefused(Exception):
    """The queue took only some of the messages; those are told once all the same."""


def notify_people(event: dict[str, Any]) -> None:
    """Put a message into the queue for each person whom a CloudEvent of ours is told to.

    The event only names its entry, which is read. Repeating it sends the messages again, and the
    claims see to it that nobody is told twice. Raises Malformed, QueueRefused.
    """
    try:
        key = key_of_event(event)
    except KeyError as error:
        raise Malformed("The event does not name its entry") from error
    entry = read_occurrence(key)
    if entry is None:
        raise Malformed("The event names no entry")
    notices = audience(entry)
    for some in chunks(notices, _BATCH):
        _send(some)


def _send(notices: Sequence[Notice]) -> None:
    entries = [
        {
            "Id": str(place),
            "MessageBody": to_json({"detail": notice.to_message()}),
            # Each tenant gets its turn in the queue (SQS fair queues): one whose Slack hangs
            # must not keep the mail of the others waiting.
            "MessageGroupId": notice.tenant,
        }
        for place, notice in enumerate(notices)
    ]
    answer = client("sqs").send_message_batch(
        QueueUrl=os.environ["MESSAGES_QUEUE_URL"], Entries=entries
    )
    if answer.get("Failed"):
        raise QueueRefused
