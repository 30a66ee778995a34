"""OAuth 2.0 with PKCE before the user pool: where people are sent, and what a code is worth.

The pool signs people in and issues the tokens. What stands here holds clients to what the contract
promises: the code flow, PKCE with S256 (RFC 7636), our one public client, and redirects to known
addresses alone.
"""

import json
import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from signoff.errors import SignoffError, Unavailable
from signoff.identity import pool
from signoff.identity.scopes import SCOPES

# What the contract's clients ask for is taken and gives nothing: rights follow from roles.
_STANDARD_SCOPES = frozenset({"openid", "profile", "email", "offline_access"})
_POOL_SCOPE = "openid"

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_PRINTABLE = re.compile(r"[\x20-\x7e]*")
_MAX_STATE = 2_048
_MAX_FIELD = 8_192
_MAX_ANSWER = 64 * 1024
# RFC 6749, section 5.2. What else the pool may say is told as the first.
_WORDS = ("invalid_grant", "invalid_request", "invalid_client", "unauthorized_client")


class OAuthRefusal(SignoffError):
    """What OAuth refuses; ``word`` is its code there (RFC 6749, sections 4.1.2.1 and 5.2)."""

    def __init__(self, word: str, message: str) -> None:
        super().__init__(message)
        self.word = word


def authorize(query: Mapping[str, str]) -> str:
    """Where the browser goes: the pool's sign-in page, or back to the client with what is wrong.

    Raises OAuthRefusal where the client or its address is not ours: then nobody is sent anywhere
    (RFC 6749, section 4.1.2.1).
    """
    _check_client(query)
    redirect = query.get("redirect_uri", "")
    if redirect not in _callback_urls():
        raise OAuthRefusal("invalid_request", "redirect_uri is not one of this client's")
    state = query.get("state")
    try:
        _check_wish(query)
    except OAuthRefusal as refusal:
        told = {"error": refusal.word, "error_description": refusal.message}
        if state is not None and _is_state(state):
            told["state"] = state
        joint = "&" if "?" in redirect else "?"
        return f"{redirect}{joint}{urlencode(told)}"
    wanted = {
        "response_type": "code",
        "client_id": query["client_id"],
        "redirect_uri": redirect,
        "scope": _POOL_SCOPE,
        "code_challenge": query["code_challenge"],
        "code_challenge_method": "S256",
    }
    if state is not None:
        wanted["state"] = state
    return f"{pool.sign_in_url()}/oauth2/authorize?{urlencode(wanted)}"


def exchange(form: Mapping[str, str]) -> dict[str, Any]:
    """Tokens for a code with its verifier, or for a refresh token, which is good once.

    Raises OAuthRefusal, and Unavailable where the pool does not answer as it should.
    """
    kind = form.get("grant_type")
    if not kind:
        raise OAuthRefusal("invalid_request", "grant_type is required")
    if kind == "authorization_code":
        sent = _fields(form, "code", "redirect_uri", "client_id", "code_verifier")
        if not _VERIFIER.fullmatch(sent["code_verifier"]):
            raise OAuthRefusal("invalid_grant", "code_verifier has 43 to 128 characters (RFC 7636)")
    elif kind == "refresh_token":
        sent = _fields(form, "refresh_token", "client_id")
    else:
        raise OAuthRefusal(
            "unsupported_grant_type", "grant_type is authorization_code or refresh_token"
        )
    _check_client(sent)
    status, answer = post(f"{pool.sign_in_url()}/oauth2/token", {"grant_type": kind, **sent})
    if status == 200 and isinstance(answer.get("access_token"), str):
        return {
            "access_token": answer["access_token"],
            "refresh_token": answer.get("refresh_token"),
            "expires_in": answer.get("expires_in", 3600),
            "token_type": "Bearer",
        }
    if status in (400, 401):
        word = answer.get("error")
        told = word if word in _WORDS else _WORDS[0]
        raise OAuthRefusal(told, "The code or refresh token is not (or no longer) good")
    raise Unavailable("Nobody can be signed in at the moment; try again")


def post(url: str, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    """Status and JSON of the pool's answer. Once: a code is good for one request.

    Raises Unavailable.
    """
    import urllib3

    timeout = urllib3.Timeout(connect=pool.CONNECT_SECONDS, read=pool.SIGN_IN_SECONDS)
    with urllib3.PoolManager(timeout=timeout, retries=False) as http:
        try:
            answer = http.request(
                "POST",
                url,
                body=urlencode(form),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                preload_content=False,
                redirect=False,
            )
            value = json.loads(answer.read(_MAX_ANSWER))
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise Unavailable("Nobody can be signed in at the moment; try again") from error
    return answer.status, value if isinstance(value, dict) else {}


def _check_client(sent: Mapping[str, str]) -> None:
    ours = pool.client_id()
    if ours is None or sent.get("client_id") != ours:
        raise OAuthRefusal("invalid_client", "client_id is not a client of this stack")


def _check_wish(query: Mapping[str, str]) -> None:
    if not _is_state(query.get("state", "")):
        raise OAuthRefusal("invalid_request", "state is printable ASCII of bounded length")
    if query.get("response_type") != "code":
        raise OAuthRefusal("unsupported_response_type", "response_type is code")
    if query.get("code_challenge_method") != "S256":
        raise OAuthRefusal("invalid_request", "code_challenge_method is S256")
    if not _CHALLENGE.fullmatch(query.get("code_challenge", "")):
        raise OAuthRefusal("invalid_request", "code_challenge is a SHA-256 in base64url (RFC 7636)")
    if set(query.get("scope", "").split()) - _STANDARD_SCOPES - SCOPES.keys():
        raise OAuthRefusal("invalid_scope", "scope names one that does not exist")


def _is_state(state: str) -> bool:
    return len(state) <= _MAX_STATE and _PRINTABLE.fullmatch(state) is not None


def _fields(form: Mapping[str, str], *names: str) -> dict[str, str]:
    for name in names:
        if not form.get(name):
            raise OAuthRefusal("invalid_request", f"{name} is required")
        if len(form[name]) > _MAX_FIELD:
            raise OAuthRefusal("invalid_request", f"{name} is too long")
    return {name: form[name] for name in names}


def _callback_urls() -> frozenset[str]:
    return frozenset(filter(None, os.environ.get("CALLBACK_URLS", "").split(",")))
