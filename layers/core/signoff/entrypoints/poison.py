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


def put_aside(record: dict[str, Any], error: Exception, operation: str) -> bool:
    """Send a ``record`` of an SQS event to the dead-letter queue, if its time has come.

    Answers whether it is there, so that the original may be deleted.
    """
    received = receives_of(record)
    if not isinstance(error, _DEFINITE) and received < MOST_RECEIVES:
        return False
    told = {
        "messageId": str(record["messageId"]),
        "queue": str(record["eventSourceARN"]).rpartition(":")[2],
        "receives": str(received),
    }
    return set_aside(record["body"], error, operation, told, _texts_of(record))


def set_aside(
    body: str,
    error: Exception,
    operation: str,
    told: dict[str, str],
    came_with: dict[str, Any] | None = None,
) -> bool:
    """Put ``body`` into the function's dead-letter queue, with the reason and what is ``told``.

    Attributes that it ``came_with`` are kept as far as SQS takes them. Answers whether it is there:
    False where the queue does not take it, or where the environment names none (DEAD_LETTERS_URL).
    """
    queue = os.environ.get("DEAD_LETTERS_URL")
    if not queue:
        return False
    reason = reason_of(error)
    texts = {"reason": reason, "operation": operation, **told}
    correlation = logger.get_correlation_id()
    texts |= {"correlationId": correlation} if correlation else {}
    attributes = {name: {"DataType": "String", "StringValue": text} for name, text in texts.items()}
    for name, each in sorted((came_with or {}).items()):
        if len(attributes) < _MOST_ATTRIBUTES:
            attributes.setdefault(name, each)
    try:
        client("sqs").send_message(QueueUrl=queue, MessageBody=body, MessageAttributes=attributes)
    except (ClientError, BotoCoreError):
        logger.exception("a message could not be put aside", told=told)
        return False
    logger.error("a message was put aside", told=told, reason=reason)
    return True


def receives_of(record: dict[str, Any]) -> int:
    """How often SQS has given the message to a worker, this time included."""
    return int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))


def _texts_of(record: dict[str, Any]) -> dict[str, Any]:
    """The texts among the attributes that the message came with."""
    return {
        name: {"DataType": each["dataType"], "StringValue": each["stringValue"]}
        for name, each in (record.get("messageAttributes") or {}).items()
        if each.get("stringValue")
    }


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
