"""Messages that cannot be handled: put aside by the worker itself, with the reason beside them.

SQS puts aside what was received too often, and does not say why it failed. So on the last receive,
and at once where no repetition would help, the worker sends the message to the dead-letter queue
with the reason as attributes, and lets SQS delete the original. If that send fails, or the function
is killed before it, SQS does it as ever: the message is kept, without a reason (ADR 21).
"""

import os
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from signoff.entrypoints.observability import logger
from signoff.errors import Invalid, Malformed, SignoffError
from signoff.storage.clients import client

MOST_RECEIVES = 5
"""As ``maxReceiveCount`` of every queue in the template."""

_DEFINITE = (Malformed, Invalid)
_REASON_LENGTH = 500
# SQS takes ten attributes of a message; ours are six, and the bus adds some to what it put aside.
_MOST_ATTRIBUTES = 10
_PACKAGES = ("signoff", "workers")
_FACTORY = "signoff.entrypoints.worker"  # every failure passes through it


def put_aside(record: dict[str, Any], error: Exception, operation: str, correlation: str) -> bool:
    """Send a ``record`` of an SQS event to the dead-letter queue, if its time has come.

    Answers whether it is there, so that the original may be deleted. The queue's address is in the
    environment as DEAD_LETTERS_URL; a function without one leaves everything to SQS.
    """
    queue = os.environ.get("DEAD_LETTERS_URL")
    received = int(record["attributes"].get("ApproximateReceiveCount", 1))
    if not queue or not (isinstance(error, _DEFINITE) or received >= MOST_RECEIVES):
        return False
    reason = reason_of(error)
    told = {
        "reason": reason,
        "operation": operation,
        "correlationId": correlation,
        "messageId": record["messageId"],
        "queue": record["eventSourceARN"].rpartition(":")[2],
        "receives": str(received),
    }
    attributes = {name: {"DataType": "String", "StringValue": text} for name, text in told.items()}
    try:
        client("sqs").send_message(
            QueueUrl=queue,
            MessageBody=record["body"],
            MessageAttributes=attributes | _kept(record, room=_MOST_ATTRIBUTES - len(attributes)),
        )
    except (ClientError, BotoCoreError):
        logger.exception("a message could not be put aside", message_id=record["messageId"])
        return False
    logger.error("a message was put aside", message_id=record["messageId"], reason=reason)
    return True


def _kept(record: dict[str, Any], room: int) -> dict[str, Any]:
    """The texts among the attributes that the message came with, as many as there is room for."""
    texts = {
        name: {"DataType": each["dataType"], "StringValue": each["stringValue"]}
        for name, each in (record.get("messageAttributes") or {}).items()
        if each.get("stringValue")
    }
    return dict(sorted(texts.items())[:room])


def reason_of(error: Exception) -> str:
    """Why something failed, in one line for operators.

    Our own errors say it in their message, AWS's by their code. Of any other the text is left out,
    since it may hold what people wrote: its kind and place are here, its traceback is in the log.
    """
    if isinstance(error, SignoffError):
        reason = f"{type(error).__name__}: {error.message}"
    elif isinstance(error, ClientError):
        reason = f"{error.response['Error']['Code']} from {error.operation_name}"
    else:
        reason = f"{type(error).__name__}{_place_of(error)}"
    return "".join(each if each.isprintable() else " " for each in reason)[:_REASON_LENGTH]


def _place_of(error: Exception) -> str:
    """Where in our code it happened, such as `` in signoff.sla.act, line 33``."""
    trace, place = error.__traceback__, ""
    while trace:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.split(".")[0] in _PACKAGES and module != _FACTORY:
            place = f" in {module}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place
