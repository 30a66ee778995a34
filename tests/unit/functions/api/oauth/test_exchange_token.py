"""POST /oauth/token"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from signoff.errors import Unavailable
from signoff.identity import oauth
from tests.support.gateway import Answer, send

CLIENT = "4rf2examplepublicclient"
CODE = {
    "grant_type": "authorization_code",
    "client_id": CLIENT,
    "code": "SplxlOBeZQQYbYS6WxSbIA",
    "redirect_uri": "http://localhost:8765/callback",
    "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
}
REFRESH = {"grant_type": "refresh_token", "client_id": CLIENT, "refresh_token": "eyJ.x.y"}
TOKENS = {
    "access_token": "a",
    "id_token": "i",
    "refresh_token": "r",
    "expires_in": 3600,
    "token_type": "Bearer",
}


class Pool:
    """What the pool is asked, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.answer: tuple[int, dict[str, Any]] = (200, TOKENS)

    def post(self, url: str, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        self.asked.append((url, dict(form)))
        return self.answer


@pytest.fixture(autouse=True)
def pool(monkeypatch: pytest.MonkeyPatch) -> Pool:
    """A pool that gives tokens."""
    made = Pool()
    monkeypatch.setattr(oauth, "post", made.post)
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    monkeypatch.setenv("USER_POOL_CLIENT_ID", CLIENT)
    monkeypatch.setenv("USER_POOL_DOMAIN_URL", "https://pool.example.com")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    return made


def ask(form: Mapping[str, str]) -> Answer:
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    return send("POST", "/oauth/token", headers=headers, body=urlencode(form))


@pytest.mark.parametrize("sent", [CODE, REFRESH])
def test_tokens_are_given_for_a_form_and_for_json(pool: Pool, sent: dict[str, str]) -> None:
    headers = {"Content-Type": "application/json"}
    for answer in (ask(sent), send("POST", "/oauth/token", headers=headers, body=json.dumps(sent))):
        assert answer.status == 200
        assert answer.body == {name: TOKENS[name] for name in TOKENS if name != "id_token"}
        assert answer.headers["cache-control"] == "no-store"
    assert pool.asked == [("https://pool.example.com/oauth2/token", sent)] * 2


@pytest.mark.parametrize("name", ["code", "redirect_uri", "code_verifier", "grant_type"])
def test_what_is_missing_is_named_and_the_pool_is_not_asked(pool: Pool, name: str) -> None:
    answer = ask({key: text for key, text in CODE.items() if key != name})
    assert (answer.status, answer.body["error"]) == (400, "invalid_request")
    assert name in answer.body["error_description"]
    assert pool.asked == []


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_id": "another"}, "invalid_client"),
        ({"code_verifier": "short"}, "invalid_grant"),
        ({"code_verifier": "ä" * 50}, "invalid_grant"),
        ({"code": "x" * 9000}, "invalid_request"),
    ],
)
def test_what_does_not_fit_is_refused_here(pool: Pool, changes: dict[str, str], word: str) -> None:
    answer = ask(CODE | changes)
    assert (answer.status, answer.body["error"]) == (400, word)
    assert pool.asked == []


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"error": "invalid_grant", "error_description": "<hidden>"}, "invalid_grant"),
        ({"error": "invalid_client"}, "invalid_client"),
        ({"error": "<script>"}, "invalid_grant"),
        ({}, "invalid_grant"),
    ],
)
def test_the_pools_refusal_is_told_in_our_words(
    pool: Pool, said: dict[str, Any], word: str
) -> None:
    pool.answer = (400, said)
    answer = ask(CODE)
    assert (answer.status, answer.body["error"]) == (400, word)
    assert "hidden" not in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize("answer", [(500, {}), (200, {}), (302, {}), (429, {})])
def test_a_pool_that_fails_is_503(pool: Pool, answer: tuple[int, dict[str, Any]]) -> None:
    pool.answer = answer
    refused = ask(REFRESH)
    assert (refused.status, refused.body["error"]) == (503, "temporarily_unavailable")


def test_a_pool_that_does_not_answer_is_503(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: Any) -> Any:
        raise Unavailable("try again")

    monkeypatch.setattr(oauth, "post", down)
    assert ask(CODE).status == 503


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", "[]"),
        ("application/json", "{"),
        ("application/x-www-form-urlencoded", b"\xff\xfe"),
        ("application/x-www-form-urlencoded", "&".join(f"f{n}=1" for n in range(60))),
        ("application/x-www-form-urlencoded", urlencode(CODE) + "&code=again"),
        ("application/x-www-form-urlencoded", ""),
    ],
)
def test_what_is_no_form_is_400(pool: Pool, kind: str, body: str | bytes) -> None:
    answer = send("POST", "/oauth/token", headers={"Content-Type": kind}, body=body)
    assert (answer.status, answer.body["error"]) == (400, "invalid_request")
    assert pool.asked == []
