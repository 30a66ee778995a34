"""A sealed secret opens for what it belongs to and for nothing else."""

import base64
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from botocore.exceptions import ClientError

from signoff.storage import clients
from signoff.storage.sealed import CannotOpen, forget_opened, seal, unseal
from tests.support.quick_moto import SharedClients, mock_aws
from tests.unit.identity.aws import ENVIRONMENT, forget_clients


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch, socket_disabled: None) -> Iterator[None]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(clients, "_session", cache(SharedClients))
    with mock_aws():
        forget_clients()
        forget_opened()
        made = clients.client("kms").create_key()
        monkeypatch.setenv("SECRETS_KEY_ARN", made["KeyMetadata"]["Arn"])
        yield
    forget_clients()
    forget_opened()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every call that opens something."""
    seen: list[Any] = []
    kms = clients.client("kms")
    decrypt = kms.decrypt
    monkeypatch.setattr(kms, "decrypt", lambda **sent: seen.append(sent) or decrypt(**sent))
    return seen


def test_what_was_sealed_is_opened() -> None:
    text = "whsec_ünïcode"
    closed = seal(text, tenant="acme", webhook="1")
    assert "whsec" not in base64.b64decode(closed).decode("latin-1")
    assert unseal(closed, webhook="1", tenant="acme") == text


@pytest.mark.parametrize("context", [{"tenant": "umbrella"}, {}, {"tenant": "acme", "x": "y"}])
def test_it_opens_nothing_where_it_does_not_belong(context: dict[str, str]) -> None:
    closed = seal("secret", tenant="acme")
    assert unseal(closed, tenant="acme") == "secret"  # remembered now, and for this alone
    with pytest.raises(CannotOpen):
        unseal(closed, **context)


def failing(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    def decrypt(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code}}, "Decrypt")

    monkeypatch.setattr(clients.client("kms"), "decrypt", decrypt)


def test_another_keys_seal_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = seal("secret", tenant="acme")
    failing(monkeypatch, "IncorrectKeyException")  # moto says AccessDeniedException
    with pytest.raises(CannotOpen):
        unseal(closed, tenant="acme")


def test_a_container_opens_a_secret_once_in_five_minutes(
    opened: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = seal("secret", tenant="acme")
    assert {unseal(closed, tenant="acme") for _ in range(3)} == {"secret"}
    assert len(opened) == 1
    now = time.monotonic()
    monkeypatch.setattr("signoff.memory.time.monotonic", lambda: now + 301)
    assert unseal(closed, tenant="acme") == "secret"
    assert len(opened) == 2


def test_what_kms_does_not_take_is_refused_before() -> None:
    with pytest.raises(ValueError, match="4096"):
        seal("ü" * 2_049)
    assert unseal(seal("ü" * 2_048)) == "ü" * 2_048


def test_what_may_pass_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = seal("secret")

    failing(monkeypatch, "ThrottlingException")
    with pytest.raises(ClientError):
        unseal(closed)
