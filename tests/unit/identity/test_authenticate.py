"""Which credentials are believed, for how long, and what every refusal says."""

from typing import Any

import pytest

from signoff import memory
from signoff.errors import Forbidden, KeyExpired, KeyRevoked, Unauthenticated
from signoff.identity import known_keys
from signoff.identity.authenticate import authenticate
from signoff.identity.key_changes import revoke_key
from signoff.identity.keys import create_key
from signoff.identity.known_keys import (
    BAD_CREDENTIALS,
    KNOWN_LIMIT,
    KNOWN_SECONDS,
    UNKNOWN_LIMIT,
    UNKNOWN_SECONDS,
)
from signoff.identity.scopes import ADMIN_SCOPES
from signoff.memory import Memory


class Clock:
    """A monotonic clock that a test turns forward."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(memory, "time", clock)
    return clock


def login(secret: str, tenant: str | None = None) -> Any:
    return authenticate(f"Bearer {secret}", tenant, "192.0.2.1")


def unknown(number: int = 0) -> str:
    return f"wf_{number:043d}"


def test_a_good_key_becomes_a_principal(aws: None) -> None:
    key, secret = create_key("acme", "ERP", ["flows:read", "admin:*"])
    principal = login(secret)
    assert principal.tenant == "acme"
    assert (principal.key_id, principal.key_name) == (key.key_id, "ERP")
    assert principal.scopes == ADMIN_SCOPES | {"flows:read"}


@pytest.mark.parametrize("form", ["Bearer {}", "bearer {}", "BEARER   {} "])
def test_the_scheme_is_read_without_regard_to_case(aws: None, form: str) -> None:
    _, secret = create_key("acme", "ERP", ["flows:read"])
    assert authenticate(form.format(secret), None, None).tenant == "acme"


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Basic wf_x", unknown(), "Bearer wf_short", "Bearer 🔑" * 9],
)
def test_what_cannot_be_a_key_is_refused_without_a_read(
    reads: list[Any], header: str | None
) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        authenticate(header, None, None)
    assert refusal.value.message == BAD_CREDENTIALS
    assert reads == []


def test_a_key_that_does_not_exist_is_refused_in_the_same_words(aws: None) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        login(unknown())
    assert refusal.value.message == BAD_CREDENTIALS


def test_a_key_is_read_once_a_minute(reads: list[Any], watch: Clock) -> None:
    _, secret = create_key("acme", "ERP", ["flows:read"])
    for _ in range(3):
        login(secret)
    assert len(reads) == 1
    watch.seconds += KNOWN_SECONDS - 1
    login(secret)
    assert len(reads) == 1
    watch.seconds += 1
    login(secret)
    assert len(reads) == 2


def test_use_does_not_prolong_what_is_remembered(reads: list[Any], watch: Clock) -> None:
    _, secret = create_key("acme", "ERP", ["flows:read"])
    login(secret)
    watch.seconds += KNOWN_SECONDS - 1
    login(secret)
    watch.seconds += 1
    login(secret)
    assert len(reads) == 2


def test_an_unknown_key_is_read_once_in_a_few_seconds(reads: list[Any], watch: Clock) -> None:
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            login(unknown())
    assert len(reads) == 1
    watch.seconds += UNKNOWN_SECONDS
    with pytest.raises(Unauthenticated):
        login(unknown())
    assert len(reads) == 2


def test_guesses_do_not_push_good_keys_out(reads: list[Any]) -> None:
    _, secret = create_key("acme", "ERP", ["flows:read"])
    login(secret)
    for number in range(UNKNOWN_LIMIT + 5):
        with pytest.raises(Unauthenticated):
            login(unknown(number))
    reads.clear()
    login(secret)
    assert reads == []
    assert len(known_keys._unknown) == UNKNOWN_LIMIT


def test_the_memory_is_bounded_and_drops_the_least_used() -> None:
    kept: Memory[int] = Memory(2, KNOWN_SECONDS)
    kept.keep("a", 1)
    kept.keep("b", 2)
    assert kept.find("a") is not None
    kept.keep("c", 3)
    assert len(kept) == 2
    assert kept.find("b") is None
    assert kept.find("a").value == 1
    assert KNOWN_LIMIT < 10_000


def test_one_keys_principal_never_serves_another(aws: None) -> None:
    secrets = {
        tenant: create_key(tenant, f"Key of {tenant}", ["flows:read"])[1]
        for tenant in ("acme", "umbrella", "initech")
    }
    for _ in range(2):
        for tenant, secret in secrets.items():
            assert login(secret).tenant == tenant


def test_a_revoked_key_is_refused(aws: None) -> None:
    key, secret = create_key("acme", "ERP", ["flows:read"])
    revoke_key("acme", key.key_id)
    with pytest.raises(KeyRevoked):
        login(secret)


def test_a_revocation_is_believed_within_a_minute(aws: None, watch: Clock) -> None:
    key, secret = create_key("acme", "ERP", ["flows:read"])
    login(secret)
    revoke_key("acme", key.key_id)
    watch.seconds += KNOWN_SECONDS
    with pytest.raises(KeyRevoked):
        login(secret)


def test_a_remembered_key_expires_on_time(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from signoff import clock

    _, secret = create_key("acme", "ERP", ["flows:read"], expires_at="2099-01-01T00:00:00Z")
    login(secret)
    later = clock.now().replace(year=2099, month=1, day=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(KeyExpired):
        login(secret)


def test_the_tenant_header_may_be_left_out_or_name_the_keys_own(aws: None) -> None:
    _, secret = create_key("acme", "ERP", ["flows:read"])
    assert login(secret, None) == login(secret, "acme") == login(secret, " acme ")


@pytest.mark.parametrize("tenant", ["umbrella", "", "ACME"])
def test_another_tenant_in_the_header_is_refused(aws: None, tenant: str) -> None:
    _, secret = create_key("acme", "ERP", ["flows:read"])
    with pytest.raises(Forbidden) as refusal:
        login(secret, tenant)
    assert refusal.value.field == "X-Tenant-Id"


def test_a_refusal_is_logged_with_its_address_and_without_the_key(
    aws: None, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Unauthenticated):
        login(unknown(7))
    assert "192.0.2.1" in caplog.text
    assert unknown(7) not in caplog.text
