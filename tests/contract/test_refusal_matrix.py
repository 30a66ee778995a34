"""Every operation with every credential that must not do: the status, the shape, nothing changed.

Credentials are judged before anything else of a request, so what else is in it does not matter.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import jsonschema
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from signoff import clock
from signoff.entrypoints.operation import Operation
from signoff.identity import authenticate
from signoff.identity.key_changes import revoke_key
from signoff.identity.keys import create_key
from signoff.identity.scopes import GRANTABLE, SCOPES, expand
from signoff.identity.tenants import create_tenant
from tests.contract.every_operation import EVERY, OPERATIONS, ask, codes, everything, refused
from tests.support.gateway import Answer
from tests.support.stack import Stack, running_stack
from tests.support.tokens import CLIENT_ID, ISSUER, Pool, open_pool, put_user

OTHER = "umbrella"


@dataclass
class Callers:
    """Whoever calls; every secret by what is wrong with it."""

    stack: Stack
    pool: Pool
    good: str
    expired: str
    revoked: str
    elsewhere: str
    subjects: dict[str, str]
    limited: dict[tuple[str, ...], str] = field(default_factory=dict)

    def without(self, *scopes: str) -> str:
        """A key that may do everything but what ``scopes`` stand for."""
        if scopes not in self.limited:
            held = {each for each in SCOPES if not expand([each]).intersection(scopes)}
            self.limited[scopes] = create_key(self.stack.tenant, "Limited", held)[1]
        return self.limited[scopes]

    def token(self, user: str, **changes: Any) -> str:
        """An access token of ``user``."""
        return self.pool.token(self.subjects[user], **changes)


@pytest.fixture(scope="module")
def callers() -> Iterator[Callers]:
    """One stack for all tests here, since none of them may change it."""
    with pytest.MonkeyPatch.context() as monkeypatch, running_stack() as stack:
        pool = open_pool(monkeypatch)
        create_tenant(OTHER, "Umbrella")
        everything_ = tuple(GRANTABLE)
        expired, doomed = (
            create_key(stack.tenant, name, everything_, expires_at=clock.after(60))
            for name in ("Expired", "Revoked")
        )
        revoke_key(stack.tenant, doomed[0].key_id)
        subjects = {
            "admin": put_user(stack.tenant, "adam", roles=("admin",)),
            "approver": put_user(stack.tenant, "anna", roles=("approver",)),
            "auditor": put_user(stack.tenant, "otto", roles=("auditor",)),
            "nobody": put_user(stack.tenant, "nora"),
            "removed": put_user(stack.tenant, "rita", roles=("admin",), active=False),
        }
        good = create_key(stack.tenant, "Everything", everything_)[1]
        elsewhere = create_key(
            stack.tenant, "Elsewhere", everything_, allowed=["198.51.100.0/24", "2001:db8::/32"]
        )
        yield Callers(stack, pool, good, expired[1], doomed[1], elsewhere[1], subjects)


@pytest.fixture(autouse=True)
def unchanged(callers: Callers) -> Iterator[None]:
    """Nothing is written to either table during a test; a new container for each."""
    for operation in OPERATIONS.values():  # keys that a test needs are made before it
        callers.without(*operation.scopes)
    callers.without("actors:assert")
    authenticate.forget_all()
    before = everything()
    yield
    assert everything() == before


def each_is_refused(
    send: Callable[[Operation], Answer],
    status: int | Callable[[Operation], int],
    allowed: set[str],
    names: list[str] = EVERY,
) -> None:
    """Send a request to every operation: what each refuses wrongly is told together."""
    wrong = []
    for name in names:
        operation = OPERATIONS[name]
        try:
            answer = send(operation)
            refused(operation, answer, status if isinstance(status, int) else status(operation))
            assert codes(answer) <= allowed, f"{name}: {answer.text}"
        except (AssertionError, jsonschema.ValidationError) as error:
            wrong.append(f"{name}: {error}"[:400])
    assert not wrong, "\n".join(wrong)


def test_there_are_operations_of_every_contract() -> None:
    assert len(EVERY) >= 25
    assert {"flow", "admin"} <= {operation.face.name for operation in OPERATIONS.values()}


# ---- 401: who is it?


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        f"Bearer wf_{'x' * 43}",
        f"Basic {base64.b64encode(b'admin:admin').decode()}",
        f"wf_{'x' * 43}",
        "Bearer a.b.c",
        "Bearer null",
        f"Bearer {'x' * 9_000}",
        "Bearer wf_\u00e9" + "x" * 42,
    ],
    ids=lambda value: repr(value)[:24],
)
def test_without_a_credential_that_exists(authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    each_is_refused(
        lambda operation: ask(operation, bearer=None, headers=headers), 401, {"UNAUTHORIZED"}
    )


def test_with_a_key_whose_time_is_over(callers: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now.replace(year=now.year + 1))
    each_is_refused(lambda operation: ask(operation, bearer=callers.expired), 401, {"KEY_EXPIRED"})


def test_with_a_revoked_key(callers: Callers) -> None:
    each_is_refused(lambda operation: ask(operation, bearer=callers.revoked), 401, {"KEY_REVOKED"})


def test_with_a_key_that_may_not_be_used_from_here(callers: Callers) -> None:
    each_is_refused(
        lambda operation: ask(operation, bearer=callers.elsewhere), 403, {"IP_NOT_ALLOWED"}
    )


_FOREIGN = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _unsigned(callers: Callers) -> str:
    _, claims, _ = callers.token("admin").split(".")
    header = json.dumps({"alg": "none", "kid": "the-pools-key"}).encode()
    return f"{base64.urlsafe_b64encode(header).decode().rstrip('=')}.{claims}.eA"


def _confused(callers: Callers) -> str:
    """Signed with the pool's public numbers as a shared secret."""
    claims = jwt.decode(callers.token("admin"), options={"verify_signature": False})
    secret = str(callers.pool.key.public_key().public_numbers().n)
    return jwt.encode(claims, secret, algorithm="HS256", headers={"kid": "the-pools-key"})


def _tampered(callers: Callers) -> str:
    """Another subject under the same signature."""
    head, _, signature = callers.token("nobody").split(".")
    _, claims, _ = callers.token("admin").split(".")
    return f"{head}.{claims}.{signature}"


FORGED: dict[str, Callable[[Callers], str]] = {
    "without a signature": _unsigned,
    "the algorithm changed": _confused,
    "the claims changed": _tampered,
    "another key": lambda callers: callers.token("admin", key=_FOREIGN),
    "an unknown key id": lambda callers: callers.token("admin", kid="somebody-elses"),
    "another issuer": lambda callers: callers.token("admin", iss=f"{ISSUER}x"),
    "another client": lambda callers: callers.token("admin", client_id=f"{CLIENT_ID}x"),
    "no client": lambda callers: callers.token("admin", client_id=None),
    "an id token": lambda callers: callers.token("admin", token_use="id"),
    "expired": lambda callers: callers.token("admin", exp=1_700_000_000),
    "without an end": lambda callers: callers.token("admin", exp=None),
    "of the future": lambda callers: callers.token("admin", iat=4_000_000_000),
    "an unknown person": lambda callers: callers.pool.token("nobody-at-all"),
    "a removed person": lambda callers: callers.token("removed"),
}


@pytest.mark.parametrize("forgery", FORGED)
def test_with_a_token_that_must_not_be_believed(callers: Callers, forgery: str) -> None:
    token = FORGED[forgery](callers)
    each_is_refused(lambda operation: ask(operation, bearer=token), 401, {"UNAUTHORIZED"})


# ---- 403: may they?


@pytest.mark.parametrize("tenant", [OTHER, "", "nobody-has-it", "acme#", "ACME", "\u0430cme"])
@pytest.mark.parametrize("who", ["key", "person"])
def test_with_the_name_of_another_tenant(callers: Callers, tenant: str, who: str) -> None:
    bearer = callers.good if who == "key" else callers.token("admin")
    each_is_refused(
        lambda operation: ask(operation, bearer=bearer, headers={"X-Tenant-Id": tenant}),
        # The Approvals API's page has 400 for it (fact sheet, section 4).
        lambda operation: 400 if operation.face.name == "approvals" else 403,
        {"FORBIDDEN", "TENANT_NOT_FOUND"},
    )


def test_with_a_key_that_lacks_the_scope(callers: Callers) -> None:
    def send(operation: Operation) -> Answer:
        answer = ask(operation, bearer=callers.without(*operation.scopes))
        assert operation.credentials == "user" or operation.scope in answer.text
        return answer

    each_is_refused(send, 403, {"SCOPE_INSUFFICIENT", "FORBIDDEN"})


def test_with_the_token_of_a_person_without_a_role(callers: Callers) -> None:
    each_is_refused(
        lambda operation: ask(operation, bearer=callers.token("nobody")),
        403,
        {"SCOPE_INSUFFICIENT", "FORBIDDEN"},
    )


def test_with_the_token_of_an_approver_where_everybodys_tasks_are_shown(callers: Callers) -> None:
    each_is_refused(
        lambda operation: ask(operation, bearer=callers.token("approver")),
        403,
        {"FORBIDDEN"},
        ["listTasks"],
    )


def test_auditors_read_everything_and_change_nothing(callers: Callers) -> None:
    """Everything but what is one's own to do: what people read, an auditor does."""
    wrong = []
    for name in EVERY:
        operation = OPERATIONS[name]
        answer = ask(operation, bearer=callers.token("auditor"))
        expected = (200, 400, 404) if operation.method == "GET" else (403,)
        if answer.status not in expected:
            wrong.append(f"{name}: {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)


def test_with_a_key_where_a_persons_token_is_needed(callers: Callers) -> None:
    for_people = [name for name in EVERY if OPERATIONS[name].credentials == "user"]
    each_is_refused(
        lambda operation: ask(operation, bearer=callers.good, headers={"X-Actor-Id": "adam"}),
        403,
        {"FORBIDDEN"},
        for_people,
    )


@pytest.mark.parametrize(
    "headers", [{"X-Actor-Id": "nora"}, {"X-Actor-Id": "adam", "X-Actor-Groups": "board"}]
)
def test_a_persons_token_speaks_for_nobody_else(callers: Callers, headers: dict[str, str]) -> None:
    each_is_refused(
        lambda operation: ask(operation, bearer=callers.token("admin"), headers=headers),
        403,
        {"FORBIDDEN"},
    )


@pytest.mark.parametrize("headers", [{"X-Actor-Id": "adam"}, {"X-Actor-Groups": "board"}])
def test_a_key_that_may_not_name_anybody_names_nobody(
    callers: Callers, headers: dict[str, str]
) -> None:
    key = callers.without("actors:assert")
    each_is_refused(
        lambda operation: ask(operation, bearer=key, headers=headers), 403, {"FORBIDDEN"}
    )


@pytest.mark.parametrize("kind", ["key", "user"])
def test_a_good_credential_is_let_in(callers: Callers, kind: str) -> None:
    """The refusals above are for the credentials, then: these get past them everywhere."""
    bearer = callers.good if kind == "key" else callers.token("admin")
    headers = {"X-Actor-Id": "adam"}
    for name in EVERY:
        operation = OPERATIONS[name]
        if operation.method == "GET" and operation.credentials in ("any", kind):
            answer = ask(operation, bearer=bearer, headers=headers)
            assert answer.status in (200, 400, 404), f"{name}: {answer.text[:200]}"
