"""API Gateway's HTTP API events (payload format 2.0), read, and its answers, written."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signoff.entrypoints.refusals import MalformedBody, Problem, TooLarge

# API Gateway takes 10 MB; a definition of 500 steps is some 200 KB.
MAX_BODY_BYTES = 1_000_000

Event = Mapping[str, Any]


@dataclass(frozen=True)
class HttpRequest:
    """The parts of an event that anybody here reads. Header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    path_parameters: Mapping[str, str]
    source_ip: str | None
    request_id: str
    event: Event

    def body(self, most: int = MAX_BODY_BYTES) -> bytes:
        """The body's bytes; empty where there is none.

        Raises TooLarge for more than ``most`` bytes, and MalformedBody.
        """
        raw = self.event.get("body") or ""
        # Measured before it is decoded: base64 is a third longer than what it holds.
        if len(raw) > most * 4 // 3 + 4:
            raise _too_large(most)
        if self.event.get("isBase64Encoded"):
            content = _decode(raw)
        else:
            content = raw.encode(errors="surrogatepass")  # half a character is refused as no UTF-8
        if len(content) > most:
            raise _too_large(most)
        return content


def read_event(event: Event) -> HttpRequest:
    """The request in ``event``. An absent part is empty, as API Gateway leaves empty parts out."""
    context = event.get("requestContext") or {}
    http = context.get("http") or {}
    headers = event.get("headers") or {}
    return HttpRequest(
        method=str(http.get("method") or "").upper(),
        path=event.get("rawPath") or "/",
        headers={name.lower(): repaired(value) for name, value in headers.items()},
        query=event.get("queryStringParameters") or {},
        path_parameters=event.get("pathParameters") or {},
        source_ip=http.get("sourceIp"),
        request_id=context.get("requestId") or "",
        event=event,
    )


def write_answer(status: int, body: Any, headers: Mapping[str, str]) -> dict[str, Any]:
    """The answer as API Gateway takes it; ``body`` None makes none."""
    answer: dict[str, Any] = {"statusCode": status, "headers": {"Cache-Control": "no-store"}}
    if body is not None:
        answer["headers"]["Content-Type"] = "application/json"
        answer["body"] = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    answer["headers"].update(headers)
    return answer


def repaired(value: str) -> str:
    """A header's text where UTF-8 bytes were read as Latin-1, which HTTP servers do by tradition.

    ``José`` sent as UTF-8 arrives as ``JosÃ©``. Text that is not UTF-8 read as Latin-1 (a real
    Latin-1 ``José``, or text that the server decoded itself) stays as it is.
    """
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _decode(raw: str) -> bytes:
    try:
        return base64.b64decode(raw, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedBody((Problem("The body is not base64"),)) from error


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"The body is larger than {most:,} bytes")
