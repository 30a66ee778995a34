"""A client of the deployed API: one connection per thread, kept open, as a real program does."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

SECONDS = 40.0
"""Longest wait for one answer; an HTTP API gives up after 30 s."""

IDLE_SECONDS = 20.0
"""A connection that was not used for longer is opened anew: the server may be about to close it."""


class Unexpected(Exception):
    """An answer that is not the promised one."""


@dataclass(frozen=True)
class Person:
    """Somebody who acts through the key ``key`` of stack.json."""

    id: str
    groups: tuple[str, ...] = ()
    key: str = "integration"


@dataclass(frozen=True)
class Answer:
    """``body`` is parsed JSON; ``seconds`` from sending the request to having read it all."""

    status: int
    body: Any
    headers: Mapping[str, str]
    seconds: float


class Client:
    """Calls the API of the stack that ``settings`` (stack.json) describes."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        parts = urlsplit(settings["api_url"])
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._local = threading.local()

    @property
    def port(self) -> int:
        """Where the emulator listens."""
        return self._port

    def call(
        self,
        person: Person,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Make one call, once. Raises OSError and HTTPException when there is no answer."""
        content = json.dumps(body).encode() if body is not None else None
        return self.send(person, method, path, content, headers)

    def send(
        self,
        person: Person,
        method: str,
        path: str,
        content: bytes | None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Like ``call``, with a body of bytes: JSON unless ``headers`` say otherwise."""
        connection = self._connection()
        sent = {
            "Authorization": f"Bearer {self.settings['api_keys'][person.key]}",
            "X-Actor-Id": person.id,
            "X-Actor-Groups": ",".join(person.groups),
            **({"Content-Type": "application/json"} if content is not None else {}),
            **(headers or {}),
        }
        began = time.perf_counter()
        try:
            connection.request(method, f"/api/v1{path}", content, sent)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            raise
        took = time.perf_counter() - began
        self._local.used = time.monotonic()
        known = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, json.loads(text) if text else None, known, took)

    def expect(
        self,
        status: int,
        person: Person,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Like ``call``; raises Unexpected for any other status."""
        answer = self.call(person, method, path, body, headers)
        if answer.status != status:
            said = json.dumps(answer.body)[:300]
            raise Unexpected(f"{method} {path}: {answer.status} instead of {status}: {said}")
        return answer

    def _connection(self) -> http.client.HTTPConnection:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=SECONDS)
            self._local.connection = connection
        elif time.monotonic() - getattr(self._local, "used", 0.0) > IDLE_SECONDS:
            connection.close()  # the next request opens it again
        return connection
