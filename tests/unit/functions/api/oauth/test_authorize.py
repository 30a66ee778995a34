"""GET /oauth/authorize"""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from signoff.identity.scopes import SCOPES
from tests.support.gateway import Answer, send

CLIENT = "4rf2examplepublicclient"
CALLBACK = "https://app.example.com/callback?from=signoff"
GOOD = {
    "response_type": "code",
    "client_id": CLIENT,
    "redirect_uri": CALLBACK,
    "scope": "openid workflows:read",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
    "state": "af0 ifj&",
}


@pytest.fixture(autouse=True)
def stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack's environment."""
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
    monkeypatch.setenv("USER_POOL_CLIENT_ID", CLIENT)
    monkeypatch.setenv("USER_POOL_DOMAIN_URL", "https://pool.example.com")
    monkeypatch.setenv("CALLBACK_URLS", f"http://localhost:8765/callback,{CALLBACK}")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


def ask(**changes: str | None) -> Answer:
    query = {name: text for name, text in (GOOD | changes).items() if text is not None}
    return send("GET", f"/oauth/authorize?{urlencode(query)}")


def told(answer: Answer) -> tuple[str, dict[str, Any]]:
    assert answer.status == 302, answer.text
    parts = urlsplit(answer.headers["location"])
    query = {name: texts[0] for name, texts in parse_qs(parts.query).items()}
    return f"{parts.scheme}://{parts.netloc}{parts.path}", query


def test_the_browser_is_sent_to_the_sign_in_page() -> None:
    address, query = told(ask())
    assert address == "https://pool.example.com/oauth2/authorize"
    assert query == GOOD | {"scope": "openid"}


@pytest.mark.parametrize("scope", [None, "", "openid profile email", " ".join(SCOPES)])
def test_scopes_that_exist_are_taken_and_give_nothing(scope: str | None) -> None:
    assert told(ask(scope=scope))[1]["scope"] == "openid"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"scope": "openid everything"}, "invalid_scope"),
        ({"state": "x" * 2049}, "invalid_request"),
    ],
)
def test_what_is_wrong_goes_back_to_the_client(changes: dict[str, Any], word: str) -> None:
    address, query = told(ask(**changes))
    assert address == "https://app.example.com/callback"
    assert (query["from"], query["error"]) == ("signoff", word)
    assert query.get("state") == (None if "state" in changes else GOOD["state"])


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"client_id": "another"}, "invalid_client"),
        ({"client_id": None}, "invalid_client"),
        ({"redirect_uri": "https://evil.example.com/"}, "invalid_request"),
        ({"redirect_uri": CALLBACK + "&x=1"}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"redirect_uri": ""}, "invalid_request"),
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_the_clients(
    changes: dict[str, Any], word: str
) -> None:
    answer = ask(**changes)
    assert (answer.status, answer.body["error"]) == (400, word)
    assert "location" not in answer.headers


def test_a_local_stack_has_its_page_at_its_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    assert told(ask())[0] == "http://127.0.0.1:4566/oauth2/authorize"
