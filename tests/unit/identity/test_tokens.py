"""Which access tokens are believed: those of our pool, for our client, in their time; no other."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
import sys
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from signoff.errors import Forbidden, Unauthenticated, Unavailable
from signoff.identity import jwks
from signoff.identity.authenticate import authenticate, forget_all
from signoff.identity.known_keys import BAD_CREDENTIALS
from signoff.identity.people import KNOWN_SECONDS, NOT_IN_DIRECTORY
from signoff.identity.principal import Principal
from signoff.identity.scopes import ROLE_SCOPES
from signoff.identity.tokens import BAD_TOKEN, EXPIRED
from tests.support.sam import ROOT
from tests.support.tokens import ISSUER, KEY_ID, Pool, pool, put_user
from tests.unit.identity.test_authenticate import Clock, watch

__all__ = ["pool", "watch"]

STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FAR_AHEAD = 4_102_444_800  # the first second of 2100


def login(token: str, tenant: str | None = None) -> Principal:
    return authenticate(f"Bearer {token}", tenant, "192.0.2.1")


def refusal_of(token: str) -> str:
    with pytest.raises(Unauthenticated) as refusal:
        login(token)
    assert type(refusal.value) is Unauthenticated
    return refusal.value.message


def packed(value: Any) -> str:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def public_pem(pool: Pool) -> bytes:
    return pool.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def test_a_users_token_becomes_who_the_directory_says(aws: None, pool: Pool) -> None:
    subject = put_user("acme", "bob", groups=("legal-reviewers",), roles=("approver", "buyer"))
    principal = login(pool.token(subject))
    assert (principal.tenant, principal.id, principal.key_id) == ("acme", "user:bob", None)
    assert principal.user is not None
    assert principal.user.groups == ("legal-reviewers",)
    assert principal.scopes == ROLE_SCOPES["approver"]


def test_an_administrator_is_one_of_the_administrators(aws: None, pool: Pool) -> None:
    subject = put_user("acme", "adam", groups=("finance", "administrators"), roles=("admin",))
    principal = login(pool.token(subject))
    assert principal.user is not None
    assert principal.user.groups == ("finance", "administrators")
    assert principal.scopes == ROLE_SCOPES["admin"]


def test_nothing_in_the_token_gives_rights(aws: None, pool: Pool) -> None:
    subject = put_user("acme", "bob", roles=())
    claims = {"scope": "admin:keys", "cognito:groups": ["administrators"], "tenant": "umbrella"}
    principal = login(pool.token(subject, **claims))
    assert (principal.tenant, principal.scopes) == ("acme", frozenset())
    assert principal.user is not None
    assert principal.user.groups == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": ISSUER + "x"},
        {"iss": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Another"},
        {"iss": None},
        {"client_id": "another-client"},
        {"client_id": None},
        {"client_id": ["4rf2examplepublicclient"]},
        {"token_use": "id"},
        {"token_use": None},
        {"sub": None},
        {"sub": ""},
        {"exp": None},
        {"exp": "soon"},
        {"iat": None},
        {"iat": FAR_AHEAD},
        {"iat": "now"},
        {"nbf": FAR_AHEAD},
    ],
    ids=lambda changes: "-".join(f"{name}={value}" for name, value in changes.items())[:40],
)
def test_a_claim_that_does_not_fit_is_refused(
    aws: None, pool: Pool, changes: dict[str, Any]
) -> None:
    subject = put_user("acme", "bob")
    assert login(pool.token(subject))
    assert refusal_of(pool.token(changes.get("sub") or subject, **changes)) == BAD_TOKEN


def test_an_expired_token_is_told_so(aws: None, pool: Pool) -> None:
    subject = put_user("acme", "bob")
    now = int(time.time())
    assert refusal_of(pool.token(subject, iat=now - 3601, exp=now - 1)) == EXPIRED


def test_an_expired_forgery_is_told_nothing(aws: None, pool: Pool) -> None:
    put_user("acme", "bob", subject="s")
    assert refusal_of(pool.token("s", key=STRANGER, exp=int(time.time()) - 1)) == BAD_TOKEN


def test_a_strangers_signature_is_refused(aws: None, pool: Pool) -> None:
    put_user("acme", "bob", subject="s")
    assert refusal_of(pool.token("s", key=STRANGER)) == BAD_TOKEN
    assert refusal_of(pool.token("s", key=STRANGER, kid="mine")) == BAD_TOKEN


def test_a_token_does_not_choose_its_algorithm(aws: None, pool: Pool) -> None:
    put_user("acme", "bob", subject="s")
    good = pool.token("s")
    _, claims, signature = good.split(".")
    unsigned = packed({"alg": "none", "kid": KEY_ID})
    assert refusal_of(f"{unsigned}.{claims}.") == BAD_CREDENTIALS
    assert refusal_of(f"{unsigned}.{claims}.{signature}") == BAD_TOKEN
    # The public key, which everybody has, taken for an HMAC's secret.
    header = packed({"alg": "HS256", "typ": "JWT", "kid": KEY_ID})
    forged = hmac.new(public_pem(pool), f"{header}.{claims}".encode(), hashlib.sha256).digest()
    assert refusal_of(f"{header}.{claims}.{packed(forged)}") == BAD_TOKEN
    for other in ("RS512", "PS256"):
        again = jwt.encode(
            jwt.decode(good, options={"verify_signature": False}),
            pool.key,
            algorithm=other,
            headers={"kid": KEY_ID},
        )
        assert refusal_of(again) == BAD_TOKEN


def test_a_changed_token_is_refused(aws: None, pool: Pool) -> None:
    put_user("acme", "bob", subject="s")
    put_user("acme", "adam", subject="admin", roles=("admin",))
    header, _, signature = pool.token("s").split(".")
    _, claims, _ = pool.token("admin", key=STRANGER).split(".")
    assert refusal_of(f"{header}.{claims}.{signature}") == BAD_TOKEN


@pytest.mark.parametrize("token", ["a.b.c", "eyJ9.eyJ9.eyJ9", f"{'e' * 3000}.{'a' * 3000}.x"])
def test_what_only_looks_like_a_token_is_refused(aws: None, pool: Pool, token: str) -> None:
    assert refusal_of(token) == BAD_TOKEN
    assert pool.fetches == []


@pytest.mark.parametrize("token", ["a.b", "a.b.c.d", "a..c", "ä.b.c", "x" * 9000 + ".b.c"])
def test_what_cannot_be_a_token_is_not_looked_at(aws: None, pool: Pool, token: str) -> None:
    assert refusal_of(token) == BAD_CREDENTIALS


def test_headers_of_other_types_are_refused(aws: None, pool: Pool) -> None:
    for header in ({"alg": "RS256"}, {"alg": "RS256", "kid": 7}, ["RS256"], 3, {"alg": None}):
        assert refusal_of(f"{packed(header)}.{packed({'sub': 's'})}.{packed(b's')}") == BAD_TOKEN


def test_a_user_who_is_not_there_is_refused(aws: None, pool: Pool) -> None:
    put_user("acme", "rob", subject="gone", active=False)
    assert refusal_of(pool.token("gone")) == NOT_IN_DIRECTORY
    assert refusal_of(pool.token("never")) == NOT_IN_DIRECTORY


def test_a_pointer_left_behind_leads_to_nobody(aws: None, pool: Pool) -> None:
    put_user("acme", "bob", subject="old")
    put_user("acme", "bob", subject="new")
    assert refusal_of(pool.token("old")) == NOT_IN_DIRECTORY
    assert login(pool.token("new")).id == "user:bob"


def test_a_removed_user_is_refused_within_a_minute(aws: None, pool: Pool, watch: Clock) -> None:
    put_user("acme", "bob", subject="s")
    token = pool.token("s")
    assert login(token)
    put_user("acme", "bob", subject="s", active=False)
    watch.seconds += KNOWN_SECONDS
    assert refusal_of(token) == NOT_IN_DIRECTORY


def test_a_change_of_roles_holds_within_a_minute(aws: None, pool: Pool, watch: Clock) -> None:
    put_user("acme", "bob", subject="s", roles=("admin",))
    token = pool.token("s")
    assert "admin:keys" in login(token).scopes
    put_user("acme", "bob", subject="s", roles=("auditor",))
    watch.seconds += KNOWN_SECONDS
    assert login(token).scopes == ROLE_SCOPES["auditor"]


def test_one_users_principal_never_serves_another(aws: None, pool: Pool) -> None:
    for tenant in ("acme", "umbrella"):
        for name in ("bob", "carol"):
            put_user(tenant, name, subject=f"{tenant}-{name}")
    tokens = {
        (tenant, name): pool.token(f"{tenant}-{name}")
        for tenant in ("acme", "umbrella")
        for name in ("bob", "carol")
    }
    for _ in range(2):
        for (tenant, name), token in tokens.items():
            principal = login(token)
            assert (principal.tenant, principal.id) == (tenant, f"user:{name}")


def test_a_user_is_read_once_a_minute(reads: list[Any], pool: Pool, watch: Clock) -> None:
    put_user("acme", "bob", subject="s")
    for _ in range(3):
        login(pool.token("s"))
    assert reads == [("SUBJECT#s", "USER"), ("T#acme#USERS", "bob")]
    watch.seconds += KNOWN_SECONDS
    login(pool.token("s"))
    assert len(reads) == 4


def test_the_tenant_header_is_the_users_own(aws: None, pool: Pool) -> None:
    put_user("acme", "bob", subject="s")
    assert login(pool.token("s"), "acme")
    with pytest.raises(Forbidden) as refusal:
        login(pool.token("s"), "umbrella")
    assert refusal.value.field == "X-Tenant-Id"


def test_without_a_pool_no_token_is_good(
    aws: None, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("USER_POOL_ISSUER")
    assert refusal_of(pool.token("s")) == BAD_TOKEN


# ---------------------------------------------------------------------- the pool's keys


def test_the_keys_are_fetched_once(aws: None, pool: Pool) -> None:
    put_user("acme", "bob", subject="s")
    for _ in range(3):
        login(pool.token("s"))
    assert pool.fetches == [f"{ISSUER}/.well-known/jwks.json"]


def test_a_local_stack_has_them_at_its_own_address(
    aws: None, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_user("acme", "bob", subject="s")
    from signoff.identity import pool as addresses

    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566/")
    assert addresses.keys_url() == (
        "http://127.0.0.1:4566/eu-central-1_Example/.well-known/jwks.json"
    )


def test_unknown_keys_do_not_make_a_flood_of_fetches(
    aws: None, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Clock()
    monkeypatch.setattr(jwks, "time", watch)
    put_user("acme", "bob", subject="s")
    login(pool.token("s"))
    for number in range(20):
        refusal_of(pool.token("s", key=STRANGER, kid=f"guess-{number}"))
    assert len(pool.fetches) == 1
    watch.seconds += jwks.AGAIN_SECONDS + 1
    for number in range(20):
        refusal_of(pool.token("s", key=STRANGER, kid=f"guess-{number}"))
    assert len(pool.fetches) == 2


def test_a_pool_that_does_not_answer_is_not_the_callers_fault(aws: None, pool: Pool) -> None:
    put_user("acme", "bob", subject="s")
    pool.down = True
    for _ in range(3):
        with pytest.raises(Unavailable):
            login(pool.token("s"))
    assert len(pool.fetches) == 1


def test_known_keys_are_believed_while_the_pool_does_not_answer(
    aws: None, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Clock()
    monkeypatch.setattr(jwks, "time", watch)
    put_user("acme", "bob", subject="s")
    login(pool.token("s"))
    pool.down = True
    watch.seconds += jwks.FRESH_SECONDS + 1
    assert login(pool.token("s")).id == "user:bob"
    assert len(pool.fetches) == 2
    watch.seconds += jwks.STALE_SECONDS
    with pytest.raises(Unavailable):
        login(pool.token("s"))


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"[]", b"{}", b'{"keys": 3}', b'{"keys": [{"kty": "RSA"}]}']
)
def test_an_answer_that_is_no_set_of_keys_opens_nothing(
    aws: None, pool: Pool, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    forget_all()
    monkeypatch.setattr(jwks, "fetch", lambda _: content)
    with pytest.raises(Unavailable):
        login(pool.token("s"))


def test_an_api_keys_request_does_not_import_what_verifies_tokens() -> None:
    program = (
        "import sys; import api.admin.list_keys, api.flows.claim_task; "
        "from signoff.identity.authenticate import authenticate\n"
        "from signoff.errors import SignoffError\n"
        "try: authenticate('Bearer x', None, None)\n"
        "except SignoffError: pass\n"
        "print([name for name in ('jwt', 'cryptography') if name in sys.modules])"
    )
    path = [str(ROOT / "functions"), str(ROOT / "layers" / "core")]
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {path}; {program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines()[-1] == "[]"
