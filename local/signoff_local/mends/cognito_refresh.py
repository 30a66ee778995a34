"""A refresh token is good once: each use answers with the next one.

AWS does so for app clients with RefreshTokenRotation, and refuses the former one when the grace
period is over (Amazon Cognito Developer Guide, "Refresh token rotation"); ours has none.

Emulator: it does not know RefreshTokenRotation. A refresh token is good again and again, and no new
one is answered.

To see it: tests/local/test_cognito.py. To delete when: ministack passes it.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from signoff_local import emulator

RELIES_ON = {
    "services.cognito:_oauth2_token": "e0739e03b5e3",
    "services.cognito:_oauth2_refresh_api_issued_token": "531793e63adf",
    "services.cognito:_refresh_token_revoked": "21522b9b21ca",
    "services.cognito:_token_claims": "f36cb7fb045b",
    "services.cognito:_fake_token": "7e26f28e0883",
}


def apply() -> None:
    """Rotate what ``/oauth2/token`` takes; the only client of our stack has rotation."""
    cognito = emulator.module("services.cognito")
    theirs = cognito._oauth2_token

    def exchange(data: Any, query: Any, raw_body: bytes = b"", headers: Any = None) -> Any:
        form = {name: texts[0] for name, texts in parse_qs(raw_body.decode("latin-1")).items()}
        status, sent, body = theirs(data, query, raw_body, headers)
        if form.get("grant_type") != "refresh_token" or status != 200:
            return status, sent, body
        former = form["refresh_token"]
        claims = cognito._token_claims(former)
        following = cognito._fake_token(
            claims["sub"],
            claims["iss"].rpartition("/")[2],
            claims["client_id"],
            "refresh",
            origin_jti=claims.get("origin_jti", ""),
            scope=claims.get("scope"),
        )
        cognito._revoked_tokens.add(former)
        entry = cognito._refresh_tokens.pop(former, None)
        if entry is not None:
            cognito._refresh_tokens[following] = entry
        answer = json.loads(body) | {"refresh_token": following}
        return status, sent, json.dumps(answer).encode()

    cognito._oauth2_token = exchange
