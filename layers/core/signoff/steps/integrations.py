"""What an integration step asks of others, and what it makes of their answer."""

import json
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from signoff.errors import Invalid
from signoff.nesting import is_too_deep
from signoff.outbound.client import Reply
from signoff.outbound.request import check_headers
from signoff.outbound.urls import read_url

# Of an answer so much becomes the step's result; the variables of a run have 256 KiB in all.
RESULT_BYTES = 16 * 1024
# What that may come to where it is written as JSON: a control character takes six bytes there.
WRITTEN_BYTES = 2 * RESULT_BYTES
KEY_HEADER = "Idempotency-Key"

_JSON = "application/json; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_IN_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_WHY = {
    "timeout": "did not answer in time",
    "address": "leads to an address that is not on the public internet",
    "name": "is a name that cannot be looked up",
    "connect": "accepts no connection, or breaks it off",
    "tls": "does not prove who it is",
    "protocol": "does not answer in HTTP",
}


@dataclass(frozen=True)
class Request:
    """A request as it is sent; ``host`` is what may be told of its URL, the rest can be secret."""

    url: str
    host: str
    method: str
    headers: dict[str, str]
    body: bytes


def request_of(spec: dict[str, Any], key: str) -> Request:
    """The request that ``spec`` (of Slack or a webhook, its values computed) asks for.

    ``key`` is the same however often the visit is repeated, so that whoever knows
    Idempotency-Key takes it once. Raises Invalid for what cannot be sent.
    """
    if spec["kind"] == "slack":
        url, method = text_of(spec.get("webhookUrl"), "webhookUrl"), "POST"
        said = {"text": text_of(spec.get("message"), "message").translate(_IN_SLACK)}
        if spec.get("channel"):
            said["channel"] = text_of(spec["channel"], "channel")
        headers: dict[str, str] = {}
        content: Any = said
        kind = _JSON
    else:
        url, method = text_of(spec.get("url"), "url"), str(spec["method"])
        headers = {
            name: text_of(value, name) for name, value in (spec.get("headers") or {}).items()
        }
        content = spec.get("body")
        kind = _TEXT if isinstance(content, str) else _JSON
    body = _bytes(content)
    given = {name.lower() for name in headers}
    if body and "content-type" not in given:
        headers["Content-Type"] = kind
    if KEY_HEADER.lower() not in given:
        headers[KEY_HEADER] = key
    check_headers(headers)
    return Request(url, read_url(url).authority, method, headers, body)


def result_of(reply: Reply) -> dict[str, Any]:
    """``{status, body}``: the body as a value where it is whole JSON, else as text, else null."""
    return {"status": reply.status, "body": _value(reply)}


def problem_of(host: str, reply: Reply) -> str | None:
    """What kept the request from being taken, in a sentence; None where it was."""
    if reply.ok:
        return None
    if reply.error is None:
        return f"{host} answered {reply.status}"
    return f"{host} {_WHY[reply.error]}"


def _value(reply: Reply) -> Any:
    if not reply.answer:
        return None
    if "json" in reply.headers.get("content-type", "").lower():
        try:
            value = json.loads(reply.answer)
            # What no machine can carry (NaN, an endless number, half a character) stays text.
            if _written(value) <= WRITTEN_BYTES and not is_too_deep(value):
                return value
        except (ValueError, RecursionError):
            pass
    return _beginning(reply.answer)


def _beginning(text: str) -> str:
    """As much of ``text`` as does not come to more than ``WRITTEN_BYTES``."""
    if _written(text) <= WRITTEN_BYTES:
        return text
    sizes = accumulate(_written(character) for character in text)
    return text[: bisect_right(list(sizes), WRITTEN_BYTES)]


def _written(value: Any) -> int:
    """Bytes as JSON, without quotes around a text. Raises ValueError, RecursionError."""
    written = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return len(written.encode()) - (2 if isinstance(value, str) else 0)


def _bytes(content: Any) -> bytes:
    if content is None:
        return b""
    if isinstance(content, str):
        return content.encode("utf-8", "replace")
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


def text_of(value: Any, field: str) -> str:
    """A computed value where text is needed: numbers and truths are written out.

    Raises Invalid, naming ``field``, for what is no text.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    raise Invalid(f"{field} is no text", field=field)
