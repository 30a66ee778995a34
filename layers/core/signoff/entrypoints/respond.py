"""One invocation of an endpoint: logged, traced, counted, and never without an answer."""

import secrets
from collections.abc import Callable
from typing import Any

from signoff.entrypoints.face import Asked, Face
from signoff.entrypoints.http import Event, HttpRequest, read_event
from signoff.entrypoints.observability import count, logger, traced
from signoff.entrypoints.refusals import Unexpected
from signoff.errors import SignoffError

Answer = dict[str, Any]

# Kept free of waiting: for the last reads, the answer and its record.
MARGIN_SECONDS = 3.0


def respond(
    face: Face, operation: str, event: Event, answer: Callable[[HttpRequest, str], Answer]
) -> Answer:
    """What ``answer`` returns, or a refusal in the words of ``face``; logged and counted."""
    request_id = f"req_{secrets.token_hex(4)}"
    http = read_event(event)
    logger.clear_state()
    logger.append_keys(
        operation=operation, request_id=request_id, correlation_id=http.request_id or request_id
    )
    if face.logs_path:
        logger.append_keys(path=http.path)
    try:
        with traced(operation):
            reply = answer(http, request_id)
    except SignoffError as refusal:
        reply = _refuse(face, refusal, request_id)
        logger.info("refused", status=reply["statusCode"], reason=refusal.message)
    except Exception:  # noqa: BLE001 - the last resort: logged whole, answered without a word of it
        logger.exception("failed")
        reply = _refuse(face, Unexpected(), request_id)
    else:
        logger.info("done", status=reply["statusCode"])
    reply["headers"]["X-Request-Id"] = request_id
    status = reply["statusCode"]
    count(operation, "done" if status < 400 else "refused" if status < 500 else "failed")
    return reply


def _refuse(face: Face, error: SignoffError, request_id: str) -> Answer:
    return face.written(
        face.status_of(error),
        face.refusal(error, Asked(request_id)),
        face.refusal_headers(error),
    )
