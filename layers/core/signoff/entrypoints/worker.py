"""The factories of workers: behind a queue, behind a stream, and on a schedule."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signoff.entrypoints.again import bring_again
from signoff.entrypoints.observability import count, logger, traced
from signoff.entrypoints.poison import MOST_RECEIVES, put_aside, receives_of
from signoff.errors import Malformed

Event = dict[str, Any]
Handler = Callable[[Event, Any], Any]

# Seconds that a scheduled worker leaves of its time, for the call that it is in when time is up.
_MARGIN_SECONDS = 10.0


@dataclass(frozen=True)
class Message:
    """A message of a queue: its id as SQS has it, and its body, read from JSON.

    ``receives`` counts how often it was received, from 1; ``is_last`` says that it will not come
    again. ``queue`` is the name of the queue that it came from.
    """

    id: str
    body: dict[str, Any]
    receives: int = 1
    queue: str = ""

    @property
    def is_last(self) -> bool:
        """Whether the message is put aside if it fails now."""
        return self.receives >= MOST_RECEIVES


def queue_worker(operation: str, handle: Callable[[dict[str, Any]], None]) -> Handler:
    """Give the ``detail`` of each EventBridge event in an SQS batch to ``handle``.

    A message that fails is reported alone (partial batch failure), so the queue brings only that
    one again, in seconds at first (``again``). The last time, and at once for Malformed and
    Invalid, it is put aside with the reason (``poison``).
    """

    def handle_all(messages: Sequence[Message]) -> dict[str, Exception]:
        failed: dict[str, Exception] = {}
        for message in messages:
            try:
                handle(_detail_of(message))
            except Exception as error:  # noqa: BLE001 - logged and reported for each message
                failed[message.id] = error
        return failed

    return batch_worker(operation, handle_all)


def batch_worker(
    operation: str, handle: Callable[[Sequence[Message]], Mapping[str, Exception]]
) -> Handler:
    """Give an SQS batch to ``handle``, which answers what failed: the error by the message's id.

    Those come again, or are put aside as ``queue_worker`` says; an exception is the failure of
    every message of the batch. What is not JSON of an object never reaches ``handle``.
    """

    def handler(event: Event, context: Any) -> Any:
        _begin(operation, context)
        failed: dict[str, Exception] = {}
        messages: list[Message] = []
        for record in event["Records"]:
            try:
                messages.append(_message_of(record))
            except Malformed as error:
                failed[record["messageId"]] = error
        with traced(operation):
            try:
                failed |= handle(messages) if messages else {}
            except Exception as error:  # noqa: BLE001 - logged and reported for each message
                failed |= {message.id: error for message in messages}
        again = []
        for record in event["Records"]:
            error_of = failed.get(record["messageId"])
            if error_of is None:
                continue
            logger.error("a message failed", message_id=record["messageId"], exc_info=error_of)
            if not put_aside(record, error_of, operation):
                again.append(record)
        bring_again(again)
        _end(operation, failures=len(failed), records=len(event["Records"]))
        return {"batchItemFailures": [{"itemIdentifier": each["messageId"]} for each in again]}

    return handler


def _message_of(record: dict[str, Any]) -> Message:
    try:
        body = json.loads(record["body"])
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Malformed("The message is not a JSON object")
    queue = str(record.get("eventSourceARN", "")).rpartition(":")[2]
    return Message(record["messageId"], body, receives_of(record), queue)


def _detail_of(message: Message) -> dict[str, Any]:
    detail = message.body.get("detail")
    if not isinstance(detail, dict):
        raise Malformed("The message has no detail")
    return detail


def stream_worker(
    operation: str, handle: Callable[[Sequence[dict[str, Any]]], list[str]]
) -> Handler:
    """Give a DynamoDB stream's batch to ``handle``, which answers the sequence numbers that failed.

    The stream comes again from the lowest of them on, so what follows it is handled twice, and an
    exception brings back the whole batch, in halves.
    """

    def handler(event: Event, context: Any) -> Any:
        _begin(operation, context)
        try:
            with traced(operation):
                failed = handle(event["Records"])
        except Exception:
            logger.exception("failed")
            count(operation, "failed")
            raise
        _end(operation, failures=len(failed), records=len(event["Records"]))
        return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}

    return handler


def scheduled_worker(operation: str, run: Callable[[float], Mapping[str, int]]) -> Handler:
    """Call ``run`` with the moment (``time.monotonic()``) by which it must have ended."""

    def handler(_event: Event, context: Any) -> Any:
        _begin(operation, context)
        left = context.get_remaining_time_in_millis() / 1000 - _MARGIN_SECONDS
        try:
            with traced(operation):
                counts = dict(run(time.monotonic() + max(left, 0.0)))
        except Exception:
            logger.exception("failed")
            count(operation, "failed")
            raise
        logger.append_keys(counts=counts)
        _end(operation, failures=counts.get("failed", 0), records=sum(counts.values()))
        return counts

    return handler


def _begin(operation: str, context: Any) -> None:
    logger.clear_state()
    logger.append_keys(operation=operation, correlation_id=context.aws_request_id)


def _end(operation: str, *, failures: int, records: int) -> None:
    logger.info("done", records=records, failures=failures)
    count(operation, "failed" if failures else "done")
