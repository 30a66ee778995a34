"""The factories of workers: behind a queue, behind a stream, and on a schedule."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from signoff.entrypoints.observability import count, logger, traced

Event = dict[str, Any]
Handler = Callable[[Event, Any], Any]

# Seconds that a scheduled worker leaves of its time, for the call that it is in when time is up.
_MARGIN_SECONDS = 10.0


def queue_worker(operation: str, handle: Callable[[dict[str, Any]], None]) -> Handler:
    """Give the ``detail`` of each EventBridge event in an SQS batch to ``handle``.

    A message that fails is reported alone (partial batch failure), so the queue brings only that
    one again, and after its last attempt puts it aside.
    """
    from aws_lambda_powertools.utilities.batch import (
        BatchProcessor,
        EventType,
        process_partial_response,
    )

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def handle_record(record: Any) -> None:
        try:
            handle(json.loads(record.body)["detail"])
        except Exception:
            logger.exception("a message failed", message_id=record.message_id)
            raise

    def handler(event: Event, context: Any) -> Any:
        _begin(operation, context)
        with traced(operation):
            answer = process_partial_response(
                event=event, record_handler=handle_record, processor=processor, context=context
            )
        _end(operation, failures=len(answer["batchItemFailures"]), records=len(event["Records"]))
        return answer

    return handler


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
