"""Messages of the two queues of deliveries: hints that a row may be due, never more than that.

There is a quick lane and a slow one, so that a subscriber who lets others wait does so among its
like. A message of a slow one that has come into the quick lane is sent on (``outbox.deliver``).
"""

import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from signoff.chunks import chunks
from signoff.errors import Malformed
from signoff.storage.clients import client
from signoff.storage.table import Key
from signoff.storage.together import at_once
from signoff.storage.values import to_json
from signoff.webhooks.delivery import Delivery

_log = logging.getLogger(__name__)

# SQS delays a message so long (Amazon SQS API reference, "SendMessageBatch").
LONGEST_DELAY_SECONDS = 900

_BATCH = 10  # entries of a SendMessageBatch


@dataclass(frozen=True)
class Hint:
    """Look at a delivery: in ``delay`` seconds, in the slow lane or the quick one.

    ``entry`` is the key of the history entry that is to be sent, so that all that an attempt needs
    is read in one call. A hint without a delivery asks for the next part of a release.
    """

    tenant: str
    subscription_id: str
    delivery_id: str | None = None
    entry: Key | None = None
    slow: bool = False
    delay: int = 0

    def to_body(self) -> dict[str, Any]:
        """The message's body."""
        body: dict[str, Any] = {"tenant": self.tenant, "subscription": self.subscription_id}
        if self.delivery_id is None or self.entry is None:
            return body | {"release": True}
        return body | {"delivery": self.delivery_id, "entry": list(self.entry)}


def hint_of(row: Delivery, *, slow: bool = False, delay: int = 0) -> Hint:
    """The hint to a row."""
    return Hint(row.tenant, row.subscription_id, row.delivery_id, row.entry, slow, delay)


def read_hint(body: dict[str, Any]) -> Hint:
    """What ``to_body`` made. Raises Malformed for anything else."""
    try:
        tenant, subscription = str(body["tenant"]), str(body["subscription"])
        if body.get("release") is True:
            return Hint(tenant, subscription)
        partition, sort = body["entry"]
        return Hint(tenant, subscription, str(body["delivery"]), (str(partition), str(sort)))
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed("The message names no delivery") from error


def send_hints(hints: Iterable[Hint]) -> list[Hint]:
    """Send the messages, ten a call; answers those that the queues did not take.

    Who sends hints to rows that are due may leave those to the sweep.
    """
    ordered = sorted(hints, key=lambda each: each.slow)
    batches = [
        (slow, some)
        for slow, lane in groupby(ordered, key=lambda each: each.slow)
        for some in chunks(list(lane), _BATCH)
    ]
    left = at_once(lambda each: _send(*each), batches)
    return [hint for several in left for hint in several]


def _send(slow: bool, chunk: Sequence[Hint]) -> list[Hint]:
    entries = [
        {
            "Id": str(number),
            "MessageBody": to_json(hint.to_body()),
            "DelaySeconds": hint.delay,
            # Of the subscriptions in a queue each gets its turn (SQS fair queues).
            "MessageGroupId": hint.subscription_id,
        }
        for number, hint in enumerate(chunk)
    ]
    url = os.environ["SLOW_DELIVERIES_URL" if slow else "DELIVERIES_URL"]
    try:
        answer = client("sqs").send_message_batch(QueueUrl=url, Entries=entries)
    except (ClientError, BotoCoreError):
        _log.exception("a queue took none of a batch", extra={"messages": len(chunk)})
        return list(chunk)
    return [chunk[int(each["Id"])] for each in answer.get("Failed", [])]
