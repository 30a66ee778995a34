"""The HTTP client: bounded, safe to repeat, and careful with keys."""

import json
import socket
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request

import pytest

from signoff.cli import api
from signoff.cli.api import ATTEMPTS, Api
from signoff.cli.failures import BadInput
from tests.unit.cli.command_line import URL, Response, Signoff, refusal

EMPTY = json.dumps({"success": True, "data": [], "meta": {"requestId": "req_1"}}).encode()


class Script:
    """urllib's opener: answers one after the other, and keeps what it was asked."""

    def __init__(self, *answers: Response | Exception) -> None:
        self._answers = list(answers)
        self.asked: list[Request] = []

    def open(self, request: Request, timeout: float) -> Response:
        self.asked.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each pause would have been."""
    slept: list[float] = []
    monkeypatch.setattr(api.time, "sleep", slept.append)
    return slept


def scripted(monkeypatch: pytest.MonkeyPatch, *answers: Response | Exception) -> Script:
    script = Script(*answers)
    monkeypatch.setattr(api, "_opener", lambda _: script)
    monkeypatch.setenv("SIGNOFF_API_URL", URL)
    monkeypatch.setenv("SIGNOFF_API_KEY", "wf_key")
    return script


def test_a_busy_server_is_asked_again_but_not_for_ever(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    script = scripted(monkeypatch, *[refusal(503, b"") for _ in range(10)])
    result = signoff("keys", "list")
    assert result.code == 2
    assert "503" in result.err
    assert len(script.asked) == ATTEMPTS
    assert len(pauses) == ATTEMPTS - 1


def test_it_waits_as_long_as_the_server_asks_within_reason(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    scripted(
        monkeypatch,
        refusal(429, b"", Retry_After="3"),
        refusal(429, b"", Retry_After="99999"),
        Response(200, EMPTY),
    )
    assert signoff("keys", "list").code == 0
    assert pauses == [3, 10]


def test_a_repeated_command_has_one_idempotency_key(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    created = json.dumps({"data": {"sequence": 4}}).encode()
    script = scripted(
        monkeypatch, URLError(TimeoutError()), refusal(502, b""), Response(201, created)
    )
    assert signoff("runs", "comment", "some-run", "Hello").code == 0
    keys = {request.get_header("Idempotency-key") for request in script.asked}
    assert len(script.asked) == 3
    assert len(keys) == 1
    assert None not in keys


def test_two_commands_have_two(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    created = json.dumps({"data": {"sequence": 4}}).encode()
    script = scripted(monkeypatch, Response(201, created), Response(201, created))
    signoff("runs", "comment", "some-run", "Hello")
    signoff("runs", "comment", "some-run", "Hello")
    assert len({request.get_header("Idempotency-key") for request in script.asked}) == 2


def test_a_refused_connection_asks_whether_the_stack_is_up(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    script = scripted(monkeypatch, URLError(ConnectionRefusedError(111, "refused")))
    result = signoff("runs", "list")
    assert result.code == 2
    assert "make up" in result.err
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (socket.gaierror(-2, "Name or service not known"), "cannot be reached"),
        (TimeoutError(), "did not answer"),
    ],
)
def test_an_address_that_does_not_answer(
    signoff: Signoff,
    monkeypatch: pytest.MonkeyPatch,
    pauses: list[float],
    reason: Exception,
    told: str,
) -> None:
    scripted(monkeypatch, *[URLError(reason) for _ in range(ATTEMPTS)])
    result = signoff("runs", "list")
    assert result.code == 2
    assert told in result.err


@pytest.mark.parametrize("content", [b"<html>", b"{}", b"[]", b"null", b""])
def test_what_is_no_signoff_is_told(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    scripted(monkeypatch, Response(200, content))
    result = signoff("runs", "list")
    assert result.code == 2
    assert "not a Signoff API" in result.err


def test_a_404_of_something_else_is_told(signoff: Signoff, monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, refusal(404, b"<html>not here</html>"))
    result = signoff("runs", "show", "x")
    assert result.code == 2
    assert "--api-url" in result.err


@pytest.mark.parametrize(
    ("status", "code"), [(400, 1), (401, 3), (403, 3), (404, 4), (409, 5), (500, 2)]
)
def test_the_exit_code_says_what_kind_of_refusal(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, status: int, code: int
) -> None:
    body = {"success": False, "errors": [{"code": "X", "message": "Why not", "field": None}]}
    scripted(monkeypatch, refusal(status, json.dumps(body).encode()))
    result = signoff("runs", "show", "x")
    assert result.code == code
    assert "Why not" in result.err


def test_a_list_is_followed_to_its_end_and_no_further(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    def page(items: list[Any], cursor: str | None) -> Response:
        meta = {"pagination": {"limit": 200, "hasMore": bool(cursor), "nextCursor": cursor}}
        return Response(200, json.dumps({"data": items, "meta": meta}).encode())

    script = scripted(monkeypatch, page([{"id": 1}], "next +/="), page([{"id": 2}], None))
    assert signoff("keys", "list", "--json").json == [{"id": 1}, {"id": 2}]
    assert "cursor=next+%2B%2F%3D" in script.asked[1].full_url


def test_ids_cannot_change_the_path(signoff: Signoff, monkeypatch: pytest.MonkeyPatch) -> None:
    script = scripted(monkeypatch, refusal(404, b'{"errors":[{"message":"Run not found"}]}'))
    assert signoff("runs", "show", "../keys?x=#").code == 4
    assert script.asked[0].full_url.endswith("/api/v1/admin/runs/..%2Fkeys%3Fx%3D%23")


def write_stack(folder: Path, **changes: Any) -> None:
    described = {
        "api_url": "http://127.0.0.1:4566/api",
        "endpoint_url": "http://127.0.0.1:4566",
        "region": "us-east-1",
        "tenant": "acme",
        "api_keys": {"admin": "wf_local", "integration": "wf_other"},
        "users": [],
    }
    path = folder / ".signoff" / "stack.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(described | changes), encoding="utf-8")


def test_the_local_stack_is_found_from_below(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, nowhere: Path
) -> None:
    script = scripted(monkeypatch, Response(200, EMPTY))
    monkeypatch.delenv("SIGNOFF_API_URL")
    monkeypatch.delenv("SIGNOFF_API_KEY")
    write_stack(nowhere)
    (nowhere / "deep" / "down").mkdir(parents=True)
    monkeypatch.chdir(nowhere / "deep" / "down")
    assert signoff("keys", "list").code == 0
    assert script.asked[0].full_url.startswith("http://127.0.0.1:4566/api/api/v1/admin/keys")
    assert script.asked[0].get_header("Authorization") == "Bearer wf_local"


def test_the_local_stacks_home_can_be_elsewhere(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, nowhere: Path
) -> None:
    script = scripted(monkeypatch, Response(200, EMPTY))
    monkeypatch.delenv("SIGNOFF_API_URL")
    monkeypatch.delenv("SIGNOFF_API_KEY")
    write_stack(nowhere)
    (nowhere / ".signoff").rename(nowhere / "home")
    monkeypatch.setenv("SIGNOFF_HOME", str(nowhere / "home"))
    assert signoff("keys", "list").code == 0
    assert script.asked[0].get_header("Authorization") == "Bearer wf_local"


@pytest.mark.parametrize("command", [("keys", "list"), ("bootstrap", "--tenant", "acme")])
def test_a_home_without_a_stack_is_named(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, nowhere: Path, command: tuple[str, ...]
) -> None:
    write_stack(nowhere)
    monkeypatch.setenv("SIGNOFF_HOME", str(nowhere / "wrong"))
    result = signoff(*command)
    assert result.code == 2
    assert str(nowhere / "wrong") in result.err


def test_the_local_key_goes_nowhere_else(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, nowhere: Path
) -> None:
    script = scripted(monkeypatch, Response(200, EMPTY))
    monkeypatch.delenv("SIGNOFF_API_KEY")
    write_stack(nowhere)
    result = signoff("keys", "list")
    assert result.code == 3
    assert "SIGNOFF_API_KEY" in result.err
    assert script.asked == []


def test_the_command_line_wins_over_the_environment_wherever_it_stands(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = scripted(monkeypatch, *[Response(200, EMPTY)] * 3)
    signoff("--api-key", "wf_before", "keys", "list")
    signoff("keys", "list", "--api-key", "wf_after")
    signoff("--json", "--api-key", "wf_before", "keys", "list", "--api-key", "wf_after")
    sent = [request.get_header("Authorization") for request in script.asked]
    assert sent == ["Bearer wf_before", "Bearer wf_after", "Bearer wf_after"]


def test_without_a_stack_it_says_how_to_get_one(signoff: Signoff) -> None:
    result = signoff("runs", "list")
    assert result.code == 2
    assert "make up" in result.err
    assert "--api-url" in result.err


@pytest.mark.parametrize("text", ["", "{", "[]", '{"api_url": "x"}', "null"])
def test_a_broken_description_of_a_stack_is_told(
    signoff: Signoff, nowhere: Path, text: str
) -> None:
    write_stack(nowhere)
    (nowhere / ".signoff" / "stack.json").write_text(text, encoding="utf-8")
    result = signoff("runs", "list")
    assert result.code == 2
    assert "stack.json" in result.err


@pytest.mark.parametrize(
    "url", ["ftp://example.org", "example.org", "file:///etc/passwd", "http://"]
)
def test_an_address_is_http(url: str) -> None:
    with pytest.raises(BadInput):
        Api(url, "wf_key")


def test_a_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    opener = api._opener("http://127.0.0.1:4566")
    assert not any(
        isinstance(handler, ProxyHandler) and handler.proxies  # type: ignore[attr-defined]
        for handler in opener.handlers
    )
    opener = api._opener("http://signoff.example")
    assert any(
        isinstance(handler, ProxyHandler) and handler.proxies  # type: ignore[attr-defined]
        for handler in opener.handlers
    )
