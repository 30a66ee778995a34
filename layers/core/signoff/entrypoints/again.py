"""When a message that failed comes again: in seconds at first, and later each time (ADR 21).

By itself a queue brings it when its visibility timeout is over. That is six times what the function
may take, so minutes: right where the function was killed, too long where a call was throttled. So
the worker, which has done with the message, says when.
"""

import random
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from signoff.chunks import chunks
from signoff.entrypoints.observability import logger
from signoff.entrypoints.poison import receives_of
from signoff.storage.clients import client

AGAIN_SECONDS = (5, 60, 600, 1_800)
"""Seconds from each receive that failed to the next one; behind the last the message is put aside.

A hiccup delays it by seconds, and an outage of half an hour does not put it aside."""

_JITTER = 0.2  # what failed together does not come again together
_BATCH = 10  # entries of a ChangeMessageVisibilityBatch


def bring_again(records: Sequence[dict[str, Any]]) -> None:
    """Have the queue bring each of ``records`` of an SQS event when it is time.

    What cannot be told to the queue comes when the visibility timeout is over.
    """
    for arn, several in groupby(records, key=lambda each: str(each["eventSourceARN"])):
        for some in chunks(list(several), _BATCH):
            _tell(arn.rpartition(":")[2], some)


def seconds_after(receives: int, chance: float) -> int:
    """Seconds until a message comes again that has been received that often (from 1), and failed.

    ``chance`` (0 to 1) spreads them over a fifth to both sides. After the last time it does not
    come: SQS puts aside what the worker could not, and need not wait with that.
    """
    pauses = dict(enumerate(AGAIN_SECONDS, start=1))
    planned = pauses.get(receives, AGAIN_SECONDS[0])
    return round(planned * (1 - _JITTER + 2 * _JITTER * chance))


def _tell(queue: str, records: Sequence[dict[str, Any]]) -> None:
    entries = [
        {
            "Id": str(number),
            "ReceiptHandle": record["receiptHandle"],
            # The chance spreads attempts and guards nothing.
            "VisibilityTimeout": seconds_after(receives_of(record), random.random()),  # noqa: S311
        }
        for number, record in enumerate(records)
    ]
    try:
        answer = client("sqs").change_message_visibility_batch(
            QueueUrl=_url_of(queue), Entries=entries
        )
    except (ClientError, BotoCoreError):
        logger.exception("the queue was not told when to bring messages again", queue=queue)
        return
    for refused in answer.get("Failed", []):
        message = records[int(refused["Id"])]["messageId"]
        logger.warning(
            "the queue does not take when to bring a message again",
            message_id=message,
            code=refused["Code"],
        )


@lru_cache(maxsize=4)
def _url_of(queue: str) -> str:
    """The address of a queue by its name; asked for once in a container that has met a failure."""
    url: str = client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
    return url
