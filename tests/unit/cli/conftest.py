"""The command line, alone and with a stack behind it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.metrics import base as metrics

from signoff.cli import api
from signoff.entrypoints.observability import logger
from signoff.identity.scopes import ALL_ADMIN
from signoff.storage import clients
from tests.support.quick_moto import mock_aws
from tests.support.stack import Stack, stack
from tests.unit.cli.command_line import URL, GatewayOpener, Signoff, make_signoff
from tests.unit.functions.api.admin.documents import PURCHASE

__all__ = ["stack"]


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A directory without a stack, and an environment without settings."""
    for name in ("SIGNOFF_API_URL", "SIGNOFF_API_KEY", "SIGNOFF_HOME", "SIGNOFF_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def signoff(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Signoff:
    """The command line without a stack."""
    return make_signoff(capsys, monkeypatch)


@pytest.fixture
def admin(stack: Stack, signoff: Signoff, monkeypatch: pytest.MonkeyPatch) -> Iterator[Signoff]:
    """The command line of an administrator."""
    monkeypatch.setenv("SIGNOFF_API_URL", URL)
    monkeypatch.setenv("SIGNOFF_API_KEY", stack.new_key(ALL_ADMIN, "actors:assert"))
    monkeypatch.setattr(api, "_opener", lambda _: GatewayOpener())
    # The functions run in this process: their logs and metrics must not mix with what is written.
    monkeypatch.setattr(metrics, "print", lambda _: None, raising=False)
    level = logger.log_level
    logger.setLevel("CRITICAL")
    yield signoff
    logger.setLevel(level)


@pytest.fixture
def purchase(admin: Signoff, nowhere: Path) -> Path:
    """The file of a definition that is published."""
    path = nowhere / "purchase.yaml"
    path.write_text(PURCHASE, encoding="utf-8")
    result = admin("publish", str(path))
    assert result.code == 0, result.err
    return path


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An account of AWS with nothing in it: its queues."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        clients.client.cache_clear()
        yield clients.client("sqs")
    clients.client.cache_clear()
