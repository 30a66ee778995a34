"""What answers on the port: our HTTP API at the root, and the emulator for whoever speaks AWS.

On AWS the API and AWS's own services have addresses of their own. Here they share one port, and
what tells them apart is that every call to AWS is signed or says what it is in a header.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from signoff_local import emulator

log = logging.getLogger("signoff.front")

API_ID = "0510f0ff"
"""The id that our deployer gives to the HTTP API, so that this file knows it."""

MAX_BODY = 10 * 1024 * 1024
"""Bytes; the largest request of an HTTP API (API Gateway quotas: payload size, 10 MB)."""

SECONDS = 30.0
"""The longest answer of an HTTP API (API Gateway quotas: integration timeout, 30 s)."""

AWS_HEADERS = (b"x-amz-", b"amz-sdk-")
OWN_PATHS = ("/_", "/restapis/", "/oauth2/", "/.well-known/")
SIGN_IN_PATHS = ("/login", "/logout")
"""Where the user pool's sign-in page sends its form; on AWS the pool has a domain of its own."""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Front:
    """The ASGI application of the launcher: routes each request to the API or to the emulator."""

    def __init__(self, theirs: App, touched: Callable[[], None]) -> None:
        self._theirs = theirs
        self._touched = touched

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self._touched()
        if scope["type"] != "http" or speaks_aws(scope) or not api_exists():
            await self._theirs(scope, receive, send)
        else:
            status, headers, body = await self._answer(scope, receive)
            await _send(send, status, headers, body)

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, dict[str, Any], bytes]:
        body = await _read(receive)
        if body is None:
            return _message(413, "Request Entity Too Large")
        gateway = emulator.module("services.apigateway")
        raw_path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        query = scope.get("query_string", b"").decode("latin-1")
        call = gateway.handle_execute(
            API_ID,
            "$default",
            gateway.decode_http_api_path(raw_path),
            scope["method"],
            _headers(scope),
            body,
            parse_qs(query, keep_blank_values=True),
            raw_query_string=query,
        )
        running = asyncio.ensure_future(call)
        # Not wait_for: it would wait for the function, which cannot be cancelled.
        if not (await asyncio.wait({running}, timeout=SECONDS))[0]:
            return _message(503, "Service Unavailable")
        try:
            status, headers, answer = running.result()
        except Exception:
            log.exception("the emulator failed at %s %s", scope["method"], scope["path"])
            return _message(500, "Internal Server Error")
        headers.setdefault("apigw-requestid", base64.b64encode(os.urandom(11)).decode())
        return status, headers, answer


def speaks_aws(scope: Scope) -> bool:
    """Whether a request is for the emulator: signed, with AWS's headers, or on its own paths."""
    path = scope["path"]
    if path.startswith(OWN_PATHS) or b"X-Amz-" in scope.get("query_string", b""):
        return True
    if path in SIGN_IN_PATHS or "/.well-known/" in path:  # a pool's keys: /<pool>/.well-known/…
        return True
    for name, value in scope["headers"]:
        lower = name.lower()
        if lower.startswith(AWS_HEADERS):
            return True
        if lower == b"authorization" and value.startswith(b"AWS4-"):
            return True
        if lower == b"host" and b".execute-api." in value:
            return True
    return False


def api_exists() -> bool:
    """Whether our HTTP API is deployed; before that the port is the emulator's alone."""
    return emulator.module("services.apigateway").find_api_scope(API_ID) is not None


def _headers(scope: Scope) -> dict[str, str]:
    """Lower-case names; a repeated header is joined by commas, as payload format 2.0 has it."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("utf-8", "replace")
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    return headers


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None if it is too large."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= MAX_BODY:
            chunks.append(chunk)
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return b"".join(chunks) if size <= MAX_BODY else None


def _message(status: int, text: str) -> tuple[int, dict[str, Any], bytes]:
    """An answer of API Gateway's own."""
    return status, {"Content-Type": "application/json"}, json.dumps({"message": text}).encode()


async def _send(send: Send, status: int, headers: dict[str, Any], body: bytes | str) -> None:
    content = body if isinstance(body, bytes) else body.encode()
    lines = [(b"content-length", str(len(content)).encode())]
    for name, value in headers.items():
        if name.lower() == "content-length":
            continue
        for item in value if isinstance(value, list | tuple) else [value]:
            lines.append((name.lower().encode("latin-1"), str(item).encode("utf-8")))
    await send({"type": "http.response.start", "status": int(status), "headers": lines})
    await send({"type": "http.response.body", "body": content})
