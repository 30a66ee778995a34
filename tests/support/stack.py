"""The API in this process: ``tests.support.world`` behind the handlers and their gateway.

The fixtures are imported by the test modules that use them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from signoff.definitions.publish import publish
from signoff.identity import authenticate
from signoff.identity.keys import create_key
from signoff.identity.scopes import INTEGRATION_SCOPES
from signoff.identity.tenants import create_tenant
from tests.support.gateway import Client
from tests.support.world import ROOT, TENANT, World, world

SHIPPED = ROOT / "statemachines" / "document-approval.yaml"


@dataclass
class Stack:
    """One tenant with its integration key, and the engine beneath."""

    world: World
    key: str
    tenant: str = TENANT

    def client(self, actor: str | None = None, groups: str | None = None) -> Client:
        """Somebody who calls with the integration key."""
        return Client(self.key, actor, groups)

    def new_key(self, *scopes: str, tenant: str = TENANT) -> str:
        """The secret of a key that holds these scopes alone."""
        return create_key(tenant, "Limited", scopes)[1]

    def publish(self, text: str) -> str:
        """Publish a definition; answers its key."""
        designer = self.world.caller("designer")
        return publish(designer, text.encode(), "application/yaml").head.key


@contextmanager
def running_stack() -> Iterator[Stack]:
    """A stack whose tenant has the shipped definition."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
        authenticate.forget_all()
        with world(monkeypatch) as engine:
            create_tenant(TENANT, "Acme")
            _, secret = create_key(TENANT, "ERP Integration", tuple(INTEGRATION_SCOPES))
            made = Stack(engine, secret)
            made.publish(SHIPPED.read_text(encoding="utf-8"))
            yield made
        authenticate.forget_all()


@pytest.fixture
def stack(socket_disabled: None) -> Iterator[Stack]:
    """A stack of the test's own."""
    with running_stack() as made:
        yield made


@pytest.fixture(scope="module")
def shared_stack() -> Iterator[Stack]:
    """One stack for tests that change nothing in it; not beside ``stack`` in one module."""
    with running_stack() as made:
        yield made
