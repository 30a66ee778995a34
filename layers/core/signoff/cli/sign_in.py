"""Signing in with a browser: OAuth 2.0 with PKCE and a loopback address (RFC 8252, RFC 7636)."""

import base64
import hashlib
import json
import secrets
import time
import webbrowser
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

from signoff.cli.failures import BadInput, Refused, Unreachable

WAIT_SECONDS = 300.0

_TIMEOUT = 20
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_PAGE = b"<!doctype html><title>Signoff</title><p>You can close this page.</p>"


def sign_in(api_url: str, client_id: str, port: int, say: Callable[[str], None]) -> dict[str, Any]:
    """The answer of ``/oauth/token`` for whoever signs in. Waits ``WAIT_SECONDS`` at most."""
    base = api_url.rstrip("/")
    parts = urlsplit(base)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise BadInput("A token is fetched over https only.", "Check --api-url.")
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    redirect = f"http://localhost:{port}/callback"
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect,
        "scope": "openid",
        "code_challenge": challenge.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "state": state,
    }
    address = f"{base}/oauth/authorize?{urlencode(asked)}"
    try:
        with _Callback(port) as callback:
            say(f"Sign in at {address}")
            opened = webbrowser.open(address)
            how = "" if opened else "No browser could be opened: open the address in one yourself. "
            say(f"{how}Waiting up to {WAIT_SECONDS / 60:g} minutes; Ctrl-C stops.")
            code = callback.code(state)
    except OSError as error:
        raise BadInput(f"Port {port} is taken.", "Choose another with --port.") from error
    return _exchange(
        f"{base}/oauth/token",
        {
            "grant_type": "authorization_code",
            "client_id": client_id,
            "code": code,
            "redirect_uri": redirect,
            "code_verifier": verifier,
        },
    )


class _Callback(HTTPServer):
    """Hears what the browser is sent back with."""

    timeout = 1.0

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.heard: dict[str, list[str]] | None = None

    def code(self, state: str) -> str:
        """The code that came with ``state``; what comes with another is not listened to."""
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            self.handle_request()
            heard, self.heard = self.heard, None
            if heard is None or heard.get("state") != [state]:
                continue
            if "code" in heard:
                return heard["code"][0]
            raise Refused("The sign-in was refused.", "Try again.")
        raise Unreachable("Nobody signed in.", "Try again.")


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Note the query of the callback, and show a page."""
        parts = urlsplit(self.path)
        found = parts.path == "/callback"
        if found and isinstance(self.server, _Callback):
            self.server.heard = parse_qs(parts.query)
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(_PAGE if found else b"")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's
        """Say nothing: a line would show the code."""


def _exchange(url: str, form: dict[str, str]) -> dict[str, Any]:
    request = Request(url, data=urlencode(form).encode(), method="POST")  # noqa: S310 - checked
    try:
        with urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310 - checked above
            tokens: dict[str, Any] = json.loads(answer.read())
            return tokens
    except HTTPError as error:
        raise Refused("The code was not taken for a token.", "Try again.") from error
    except (URLError, TimeoutError, ValueError) as error:
        raise Unreachable(f"{url} cannot be reached.", "Check --api-url.") from error
