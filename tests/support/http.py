"""HTTP as a client of the API speaks it: connections that are kept, answers that are read whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import urllib3

# The longest answer: a command that waits 20 s for the next state, behind others on a busy machine.
SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """What came back; ``body`` is parsed where it is JSON. Header names are in lower case."""

    status: int
    body: Any
    headers: Mapping[str, str]
    text: str


class Http:
    """One address. Threads may share it; nothing is repeated and no redirect is followed."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._pool = urllib3.PoolManager(
            maxsize=64, retries=False, timeout=urllib3.Timeout(connect=10, read=SECONDS)
        )

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str | None] | None = None,
        body: Any = None,
    ) -> Answer:
        """Send a request; ``body`` goes as JSON unless it is text or bytes already.

        Header values are sent as UTF-8; one that is None is left out.
        """
        raw = body
        if not (body is None or isinstance(body, bytes | str)):
            raw = json.dumps(body, ensure_ascii=False)
        given = {name: text for name, text in (headers or {}).items() if text is not None}
        reply = self._pool.request(
            method,
            self._url + path,
            body=raw.encode() if isinstance(raw, str) else raw,
            headers={name: text.encode() for name, text in given.items()},  # type: ignore[misc]
        )
        text = reply.data.decode()
        return Answer(
            status=reply.status,
            body=_parsed(text),
            headers={name.lower(): value for name, value in reply.headers.items()},
            text=text,
        )

    def close(self) -> None:
        """Give the connections back."""
        self._pool.clear()


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
