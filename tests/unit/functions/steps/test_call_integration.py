"""The step function call_integration, and what it asks of others"""

from __future__ import annotations

import json
from typing import Any

import pytest

from signoff.errors import Invalid, StepFailed
from signoff.outbound.client import Reply
from signoff.steps.integrations import WRITTEN_BYTES, problem_of, request_of, result_of
from steps import call_integration
from tests.support.gateway import Context

KEY = "7b1c9f0e-2d3a-4b5c-8d6e-9f0a1b2c3d4e"


def webhook(**more: Any) -> dict[str, Any]:
    return {"kind": "webhook", "url": "https://hooks.example/in", "method": "POST"} | more


def test_a_payload_of_another_schema_fails_by_name() -> None:
    with pytest.raises(StepFailed, match="schema"):
        call_integration.handler({"schema": 99, "scope": {}, "step": {}}, Context())


@pytest.mark.parametrize(
    ("body", "sent", "kind"),
    [
        ({"ä": [1, None]}, '{"ä": [1, null]}'.encode(), "application/json; charset=utf-8"),
        ([], b"[]", "application/json; charset=utf-8"),
        (0, b"0", "application/json; charset=utf-8"),
        (False, b"false", "application/json; charset=utf-8"),
        ("ä", "ä".encode(), "text/plain; charset=utf-8"),
        ("\ud800", b"?", "text/plain; charset=utf-8"),
        ("", b"", None),
        (None, b"", None),
    ],
)
def test_a_body_is_json_unless_it_is_text(body: Any, sent: bytes, kind: str | None) -> None:
    request = request_of(webhook(body=body), KEY)
    assert (request.body, request.headers.get("Content-Type")) == (sent, kind)


def test_headers_of_the_definition_win() -> None:
    headers = {"content-type": "text/xml", "idempotency-key": "mine", "X-N": 5, "X-B": True}
    request = request_of(webhook(headers=headers, body="<a/>"), KEY)
    assert request.headers == {
        "content-type": "text/xml",
        "idempotency-key": "mine",
        "X-N": "5",
        "X-B": "true",
    }
    assert request.host == "hooks.example"


@pytest.mark.parametrize(
    "spec",
    [
        webhook(url=None),
        webhook(url=[]),
        webhook(url="https://127.0.0.1/"),
        webhook(headers={"X": None}),
        webhook(headers={"X": {"a": 1}}),
        webhook(headers={"X": "a\nb"}),
        webhook(headers={"Host": "a"}),
        {"kind": "slack", "webhookUrl": "https://hooks.slack.com/a", "message": None},
        {"kind": "slack", "webhookUrl": "https://hooks.slack.com/a", "message": {"a": 1}},
        {"kind": "slack", "webhookUrl": "http://hooks.slack.com/a", "message": "Hi"},
    ],
)
def test_what_cannot_be_sent_is_said(spec: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        request_of(spec, KEY)


def test_slack_without_a_channel() -> None:
    spec = {"kind": "slack", "webhookUrl": "https://hooks.slack.com/a", "message": 4}
    request = request_of(spec, KEY)
    assert (request.method, json.loads(request.body)) == ("POST", {"text": "4"})


@pytest.mark.parametrize(
    ("kind", "answer", "body"),
    [
        ("application/json", '{"a": [1]}', {"a": [1]}),
        ("application/problem+json; charset=utf-8", "null", None),
        ("text/plain", '{"a": 1}', '{"a": 1}'),
        ("application/json", '{"a": ', '{"a": '),
        ("application/json", "NaN", "NaN"),
        ("application/json", "1e999", "1e999"),
        ("application/json", '"\\ud800"', '"\\ud800"'),
        ("application/json", "[" * 20_000, "[" * 20_000),
        ("application/json", "[" * 70 + "]" * 70, "[" * 70 + "]" * 70),
        ("application/json", "9" * 5_000, "9" * 5_000),
        ("", "", None),
    ],
)
def test_an_answer_becomes_a_value_that_a_machine_can_carry(
    kind: str, answer: str, body: Any
) -> None:
    result = result_of(Reply(200, {"content-type": kind}, answer))
    assert result == {"status": 200, "body": body}


@pytest.mark.parametrize(
    ("kind", "answer", "begins"),
    [
        ("text/plain", "\x01" * 16_384, "\x01" * 1_000),
        ("application/octet-stream", "\ufffd" * 16_384, "\ufffd" * 1_000),
        ("application/json", f"[{'1e15,' * 3_000}1]", "[1e15,"),
    ],
)
def test_an_answer_does_not_grow_where_it_is_written_down(
    kind: str, answer: str, begins: str
) -> None:
    body = result_of(Reply(200, {"content-type": kind}, answer))["body"]
    assert body.startswith(begins)
    assert answer.startswith(body)
    assert len(json.dumps(body, ensure_ascii=False).encode()) <= WRITTEN_BYTES + 2


@pytest.mark.parametrize("text", ['"\n' * 8_192, "ä" * 8_192, "x" * 16_384])
def test_an_answer_in_writing_is_kept_whole(text: str) -> None:
    assert result_of(Reply(200, {"content-type": "text/plain"}, text))["body"] == text


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (Reply(200), None),
        (Reply(302), "a.example answered 302"),
        (Reply(200, error="timeout"), "a.example did not answer in time"),
        (Reply(None, error="name"), "a.example is a name that cannot be looked up"),
        (Reply(None, error="tls"), "a.example does not prove who it is"),
    ],
)
def test_what_went_wrong_is_said_in_words(reply: Reply, problem: str | None) -> None:
    assert problem_of("a.example", reply) == problem
