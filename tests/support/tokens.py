"""Access tokens of a user pool that is nowhere: made here, believed by the code under test.

Take the fixture ``pool``, put a user in the directory
with ``put_user``, and send ``pool.token(subject)`` as the bearer.
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from signoff.directory.user import User, subject_key
from signoff.identity import jwks
from signoff.storage.store import state
from signoff.storage.transaction import Transaction

ISSUER = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example"
CLIENT_ID = "4rf2examplepublicclient"
KEY_ID = "the-pools-key"


@dataclass
class Pool:
    """A pool with one key; ``fetches`` are the addresses that its keys were asked for at."""

    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    fetches: list[str] = field(default_factory=list)
    down: bool = False

    def token(self, subject: str, *, key: Any = None, kid: str = KEY_ID, **changes: Any) -> str:
        """An access token as Cognito makes it; a claim that is changed to None is left out."""
        now = int(time.time())
        claims = {
            "sub": subject,
            "iss": ISSUER,
            "client_id": CLIENT_ID,
            "token_use": "access",
            "scope": "openid",
            "auth_time": now,
            "iat": now,
            "exp": now + 3600,
            "jti": str(uuid.uuid4()),
            "username": "acme/somebody",
        } | changes
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, key or self.key, algorithm="RS256", headers={"kid": kid})

    def jwks(self, url: str) -> bytes:
        """What is at the pool's address."""
        self.fetches.append(url)
        if self.down:
            raise OSError("no answer")
        numbers = self.key.public_key().public_numbers()
        key = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": KEY_ID}
        return json.dumps(
            {"keys": [key | {"n": _number(numbers.n), "e": _number(numbers.e)}]}
        ).encode()


_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def open_pool(monkeypatch: pytest.MonkeyPatch) -> Pool:
    """A pool whose tokens are believed until the test ends."""
    pool = Pool(_KEY)
    monkeypatch.setenv("USER_POOL_ISSUER", ISSUER)
    monkeypatch.setenv("USER_POOL_CLIENT_ID", CLIENT_ID)
    monkeypatch.setattr(jwks, "fetch", pool.jwks)
    jwks.KEYS.forget()
    return pool


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Pool:
    """A pool of the test's own."""
    return open_pool(monkeypatch)


def put_user(tenant: str, user_id: str, **fields: Any) -> str:
    """Write a user who can sign in, as the directory and its worker do; answers the subject."""
    moment = "2026-11-21T15:42:05.901Z"
    subject = str(fields.pop("subject", None) or uuid.uuid4())
    user = User(tenant, user_id, user_id.title(), None, moment, moment, subject=subject, **fields)
    pk, sk = subject_key(subject)
    writing = Transaction()
    writing.put(state(), user.to_item())
    writing.put(state(), {"PK": pk, "SK": sk, "tenant": tenant, "userId": user_id})
    writing.commit()
    return subject


def _number(value: int) -> str:
    content = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
