"""``signoff`` in this process, with the API of this process behind it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from types import TracebackType
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request

import pytest

from signoff.cli.run import run
from tests.support.gateway import send

URL = "https://signoff.example"


@dataclass(frozen=True)
class Result:
    """What a command wrote and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON value."""
        return json.loads(self.out)


Signoff = Callable[..., Result]


class Response:
    """An answer as urllib hands it over."""

    def __init__(self, status: int, content: bytes) -> None:
        self.status = status
        self._content = content

    def read(self) -> bytes:
        return self._content

    def __enter__(self) -> Response:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None


def refusal(status: int, content: bytes, **headers: str) -> HTTPError:
    """A refusal as urllib hands it over."""
    message = Message()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return HTTPError(URL, status, "", message, io.BytesIO(content))


class GatewayOpener:
    """urllib's opener, going to the handlers of this process."""

    def open(self, request: Request, timeout: float) -> Response:
        assert timeout > 0
        parts = urlsplit(request.full_url)
        url = parts.path + (f"?{parts.query}" if parts.query else "")
        body = request.data
        assert body is None or isinstance(body, bytes)
        answer = send(request.get_method(), url, headers=dict(request.header_items()), body=body)
        if answer.status >= 400:
            raise refusal(answer.status, answer.text.encode())
        return Response(answer.status, answer.text.encode())


def make_signoff(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Signoff:
    """A function that runs ``signoff`` with arguments; ``typed`` is what the user types."""

    def signoff(*arguments: str, typed: str = "") -> Result:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed.encode()), "utf-8"))
        capsys.readouterr()
        code = run(list(arguments))
        written = capsys.readouterr()
        assert "Traceback" not in written.err
        return Result(code, written.out, written.err)

    return signoff
