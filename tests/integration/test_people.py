"""A person's way in: from the directory over the sign-in page to a token, and out again.

The sign-in page is the local stack's; on AWS it is a browser's business, so these tests skip there
what needs it.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from signoff.cli import sign_in as browser
from signoff_local.process import free_port
from tests.support.deployed import Deployed
from tests.support.http import Answer, Http
from tests.support.tenants import Tenant, told
from tests.support.waiting import until

CALLBACK = "http://localhost:8765/callback"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OAUTH = ("/oauth/authorize", "/oauth/token")


@dataclass(frozen=True)
class Signing:
    """Somebody of a tenant who can sign in."""

    stack: Deployed
    http: Http
    username: str
    password: str
    client_id: str

    def authorize(self, verifier: str, **changes: str) -> Answer:
        """Ask to be signed in."""
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "scope": "openid",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "state": "a state & more",
        } | changes
        return self.http.send("GET", f"{OAUTH[0]}?{urllib.parse.urlencode(query)}")

    def fill_in(self, page: str) -> dict[str, str]:
        """Send the sign-in page's form; what the browser is sent back with."""
        parts = urllib.parse.urlsplit(page)
        form = dict(urllib.parse.parse_qsl(parts.query))
        form |= {"username": self.username, "password": self.password}
        answer = self.http.send("POST", "/login", headers=FORM, body=urllib.parse.urlencode(form))
        assert answer.status == 302, answer.text
        back = urllib.parse.urlsplit(answer.headers["location"])
        return dict(urllib.parse.parse_qsl(back.query))

    def code(self, verifier: str) -> str:
        """A code for that verifier."""
        sent = self.authorize(verifier)
        assert sent.status == 302, sent.text
        back = self.fill_in(sent.headers["location"])
        assert back["state"] == "a state & more"
        return back["code"]

    def exchange(self, **form: str) -> Answer:
        """Ask for tokens."""
        sent = urllib.parse.urlencode({"client_id": self.client_id} | form)
        return self.http.send("POST", OAUTH[1], headers=FORM, body=sent)

    def redeem(self, code: str, verifier: str) -> Answer:
        """Ask for tokens for a code."""
        return self.exchange(
            grant_type="authorization_code",
            code=code,
            redirect_uri=CALLBACK,
            code_verifier=verifier,
        )

    def refresh(self, token: str) -> Answer:
        """Ask for new tokens."""
        return self.exchange(grant_type="refresh_token", refresh_token=token)


def add_person(tenant: Tenant, name: str, **fields: Any) -> str:
    """Put somebody into the directory and wait until the pool has them; their name there."""
    tenant.operator.post("/users", {"id": name, "name": name.title(), **fields}, 201)
    pools, username = tenant.stack.aws("cognito-idp"), f"{tenant.slug}/{name}"
    pool = tenant.stack.resource("UserPool")

    def there() -> bool:
        found = pools.list_users(UserPoolId=pool, Filter=f'username = "{username}"')["Users"]
        return bool(found)

    until(there)
    return username


@pytest.fixture
def ann(empty_tenant: Tenant) -> Signing:
    """A new reviewer with a password."""
    tenant = empty_tenant
    if tenant.stack.endpoint_url is None:
        pytest.skip("the sign-in page of AWS is for browsers")
    username = add_person(tenant, "ann", groups=["legal-reviewers"], roles=["approver"])
    password = secrets.token_urlsafe(12)
    tenant.stack.aws("cognito-idp").admin_set_user_password(
        UserPoolId=tenant.stack.resource("UserPool"),
        Username=username,
        Password=password,
        Permanent=True,
    )
    client_id = tenant.stack.resource("UserPoolClient")
    return Signing(tenant.stack, tenant.http, username, password, client_id)


def as_person(ann: Signing, token: str, path: str = "/api/v1/worklists/group") -> Answer:
    """A call with an access token."""
    return ann.http.send("GET", path, headers={"Authorization": f"Bearer {token}"})


def believed(ann: Signing, token: str) -> Callable[[], bool]:
    """Whether the token is taken; the worker may still be noting whose it is."""
    return lambda: as_person(ann, token).status == 200


def test_a_person_signs_in_works_and_is_let_go(empty_tenant: Tenant, ann: Signing) -> None:
    verifier = secrets.token_urlsafe(48)
    tokens = told(ann.redeem(ann.code(verifier), verifier))
    assert set(tokens) == {"access_token", "refresh_token", "expires_in", "token_type"}
    assert (tokens["expires_in"], tokens["token_type"]) == (3600, "Bearer")
    until(believed(ann, tokens["access_token"]))
    empty_tenant.alice.submit()

    def listed() -> Any:
        """Her list; another container may hold for some seconds more that nobody knows her."""
        answer = as_person(ann, tokens["access_token"])
        return answer.body if answer.status == 200 else None

    assert [task["candidateGroupId"] for task in until(listed)] == ["legal-reviewers"]
    assert as_person(ann, tokens["access_token"], "/api/v1/admin/keys").status == 403

    told(empty_tenant.operator.send("DELETE", "/users/ann"))
    # Containers may know her for a minute more; nobody gives her a new token.
    until(lambda: ann.refresh(tokens["refresh_token"]).status == 400)
    until(lambda: as_person(ann, tokens["access_token"]).status == 401, seconds=90)


def test_a_code_is_good_once_and_with_its_verifier(ann: Signing) -> None:
    verifier = secrets.token_urlsafe(48)
    code = ann.code(verifier)
    wrong = ann.redeem(code, secrets.token_urlsafe(48))
    assert (wrong.status, wrong.body["error"]) == (400, "invalid_grant")
    assert ann.redeem(code, verifier).status == 200
    again = ann.redeem(code, verifier)
    assert (again.status, again.body["error"]) == (400, "invalid_grant")
    nonsense = ann.redeem("nonsense", verifier)
    assert (nonsense.status, nonsense.body["error"]) == (400, "invalid_grant")


def test_a_refresh_token_is_good_once(ann: Signing) -> None:
    verifier = secrets.token_urlsafe(48)
    first = told(ann.redeem(ann.code(verifier), verifier))
    second = told(ann.refresh(first["refresh_token"]))
    assert second["refresh_token"] != first["refresh_token"]
    reused = ann.refresh(first["refresh_token"])
    assert (reused.status, reused.body["error"]) == (400, "invalid_grant")
    until(believed(ann, second["access_token"]))
    assert told(ann.refresh(second["refresh_token"]))["access_token"]


def test_an_access_token_alone_opens_the_api(ann: Signing) -> None:
    verifier = secrets.token_urlsafe(48)
    tokens = told(ann.redeem(ann.code(verifier), verifier))
    until(believed(ann, tokens["access_token"]))
    assert as_person(ann, tokens["refresh_token"]).status == 401
    header, claims, signature = tokens["access_token"].split(".")
    assert as_person(ann, f"{header}.{claims}.{signature[:-8]}AAAAAAAA").status == 401


def test_a_client_without_pkce_gets_no_code(ann: Signing) -> None:
    for changes in ({"code_challenge_method": "plain"}, {"code_challenge": ""}):
        answer = ann.authorize(secrets.token_urlsafe(48), **changes)
        assert answer.status == 302
        assert answer.headers["location"].startswith(f"{CALLBACK}?error=invalid_request")


def test_the_command_line_signs_in_with_a_browser(
    ann: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    visits: list[threading.Thread] = []

    def visit(address: str) -> None:
        """As a browser: follow, fill in, and come back."""
        sent = ann.http.send("GET", address.removeprefix(ann.stack.api_url))
        back = ann.fill_in(sent.headers["location"])
        callback = Http(f"http://127.0.0.1:{port}")
        forged = callback.send("GET", "/callback?code=forged&state=guessed")
        assert forged.status == 200
        callback.send("GET", f"/callback?{urllib.parse.urlencode(back)}")
        callback.close()

    def open_browser(address: str) -> bool:
        visits.append(threading.Thread(target=visit, args=(address,)))
        visits[0].start()
        return True

    port = 8765
    if free_port(port) != port:
        pytest.skip("somebody else listens on the port of the callback")
    monkeypatch.setattr(browser.webbrowser, "open", open_browser)
    tokens = browser.sign_in(ann.stack.api_url, ann.client_id, port, said.append)
    visits[0].join(30)
    assert said[0].startswith("Sign in at ")
    until(believed(ann, str(tokens["access_token"])))
