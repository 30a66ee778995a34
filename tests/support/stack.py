"""A whole Signoff in this process: moto's tables, compiled machines, the handlers behind a gateway.

Fixtures here are imported by the test modules that use them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import yaml
from moto import mock_aws

from signoff.clock import timestamp
from signoff.definition.model import Definition
from signoff.definitions import store as definitions
from signoff.definitions.head import DefinitionHead, PublishedVersion, pointer_key
from signoff.identity import authenticate
from signoff.identity.keys import create_key
from signoff.identity.scopes import INTEGRATION_SCOPES
from signoff.identity.tenants import create_tenant
from signoff.runs import nudge, reconcile
from signoff.storage import clients, store
from signoff.storage.transaction import Transaction
from tests.support import sam
from tests.support.gateway import Client
from tests.support.machines import Machines

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "STATE_TABLE": "StateTable",
    "HISTORY_TABLE": "HistoryTable",
    "EVENT_BUS": "signoff",
    "STACK_NAME": "signoff",
    "POWERTOOLS_METRICS_DISABLED": "true",
}


@dataclass
class Stack:
    """The running system: one tenant, its integration key, and its machines."""

    tenant: str
    key: str
    machines: Machines

    def client(self, actor: str | None = None, groups: str | None = None) -> Client:
        """Somebody who calls with the integration key."""
        return Client(self.key, actor, groups)

    def new_key(self, *scopes: str) -> str:
        """A key of the tenant that holds these scopes alone."""
        return create_key(self.tenant, "Limited", scopes)[1]

    def publish(self, source: str | dict[str, Any]) -> DefinitionHead:
        """Publish version 1 of a definition written in YAML or as data."""
        document = yaml.safe_load(source) if isinstance(source, str) else source
        definition = Definition.model_validate(document)
        head = _head(self.tenant, definition)
        self.machines.publish(head.machine_arn, definition)
        _keep(head, definition)
        return head


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, socket_disabled: None) -> Iterator[Stack]:
    """A stack with the shipped definition and nothing else."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        forget()
        for table in ("StateTable", "HistoryTable"):
            create_table(table)
        made = start_stack("acme")
        monkeypatch.setattr(nudge, "client", made.client_of)
        monkeypatch.setattr(reconcile, "client", made.client_of)
        yield made.stack
        made.stack.machines.close()
    forget()


@dataclass(frozen=True)
class Started:
    """A stack, and the clients that its engine gets."""

    stack: Stack

    def client_of(self, service: str) -> Any:
        """Ours for Step Functions, the container's own for everything else."""
        return self.stack.machines if service == "stepfunctions" else clients.client(service)


def start_stack(tenant: str) -> Started:
    """A tenant with its integration key and the shipped definition."""
    create_tenant(tenant, tenant.title())
    _, secret = create_key(tenant, "ERP Integration", tuple(INTEGRATION_SCOPES))
    stack = Stack(tenant, secret, Machines())
    shipped = sam.ROOT / "statemachines" / "document-approval.yaml"
    stack.publish(shipped.read_text(encoding="utf-8"))
    return Started(stack)


def forget() -> None:
    """Drop what a container remembers."""
    for cached in (clients.client, clients._session, store.state, store.history):
        cached.cache_clear()
    authenticate.forget_all()
    definitions.forget_versions()


def create_table(logical_id: str) -> None:
    """The table as template.yaml describes it, named by its logical id."""
    wanted = sam.template()["Resources"][logical_id]["Properties"]
    names = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
    settings = {name: wanted[name] for name in names if name in wanted}
    clients.client("dynamodb").create_table(TableName=logical_id, **settings)


def _head(tenant: str, definition: Definition) -> DefinitionHead:
    groups = definition.initiators.groups if definition.initiators else None
    arn = "arn:aws:states:eu-central-1:123456789012:stateMachine:signoff"
    return DefinitionHead(
        definition_id=str(uuid4()),
        tenant=tenant,
        key=definition.key,
        name=definition.name,
        description=definition.description,
        category=definition.category,
        version=1,
        enabled=definition.enabled,
        initiator_groups=tuple(groups) if groups else None,
        machine_arn=f"{arn}-{tenant}_{definition.key}:1",
        digest="0" * 64,
        created_at=timestamp(),
        published_at=timestamp(),
        published_by="key:test",
    )


def _keep(head: DefinitionHead, definition: Definition) -> None:
    version = PublishedVersion(
        definition_id=head.definition_id,
        tenant=head.tenant,
        key=head.key,
        version=1,
        name=head.name,
        document=definition.model_dump(mode="json", by_alias=True, exclude_none=True),
        machine_arn=head.machine_arn,
        digest=head.digest,
        published_at=head.published_at,
        published_by=head.published_by,
    )
    partition, sort = pointer_key(head.tenant, head.definition_id)
    kept = Transaction()
    kept.put(store.state(), head.to_item())
    kept.put(store.state(), version.to_item())
    kept.put(store.state(), {"PK": partition, "SK": sort, "key": head.key})
    kept.commit()
