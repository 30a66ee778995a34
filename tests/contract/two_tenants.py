"""Two tenants with everything in each that an operation can be about.

Whatever belongs to Acme is called something with a zebra in it, so that what leaks can be seen.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from signoff.clock import timestamp
from signoff.definitions.publish import publish
from signoff.entrypoints.operation import Operation
from signoff.identity.keys import create_key
from signoff.identity.principal import Actor, Caller, Principal
from signoff.identity.scopes import GRANTABLE, SCOPES
from signoff.identity.tenants import create_tenant
from signoff.notifications.suppressions import address_id, suppress
from signoff.storage.store import state
from signoff.storage.transaction import Transaction
from signoff.webhooks.delivery import Attempt, Delivery, delivery_id
from tests.contract.every_operation import EVERY, OPERATIONS, ask, parameters_of
from tests.support.gateway import Answer, Client
from tests.support.stack import Stack, running_stack
from tests.support.tokens import Pool, open_pool, put_user

IN_PATH = [name for name in EVERY if parameters_of(OPERATIONS[name])]

OTHER = "umbrella"

DEFINITION = """
key: {key}
name: {name}
steps:
  - id: Review
    type: approval
    config:
      mode: direct
      candidates: {{users: [{user}]}}
      outcomes: {{APPROVE: {{next: Done}}, REJECT: {{next: Done}}}}
  - {{id: Done, type: end, config: {{outcome: APPROVED}}}}
"""


@dataclass
class Side:
    """One tenant: a key, a person with every role, and the ids of what it has."""

    tenant: str
    key: str
    subject: str
    person: str
    ids: dict[str, Any]


@dataclass
class Two:
    """Both tenants, with everything in each that an operation can be about."""

    acme: Side
    umbrella: Side
    pool: Pool

    def bearer(self, side: Side, operation: Operation) -> str:
        """Who may do everything in a tenant, of the kind that the operation asks for."""
        return self.pool.token(side.subject) if operation.credentials == "user" else side.key

    def ask(self, side: Side, name: str, ids: dict[str, Any], **more: Any) -> Answer:
        """Ask for an operation in the name of the tenant's person."""
        operation = OPERATIONS[name]
        headers = {"X-Actor-Id": side.person} if operation.credentials != "user" else {}
        bearer = self.bearer(side, operation)
        return ask(operation, bearer=bearer, ids=ids, headers=headers, **more)


def furnish(stack: Stack, tenant: str, word: str) -> Side:
    """A tenant with one of each thing that there is, and people."""
    person = f"{word}-person"
    subject = put_user(tenant, person, roles=("admin", "designer", "approver"))
    _, secret = create_key(tenant, f"{word} everything", tuple(GRANTABLE))
    spare, _ = create_key(tenant, f"{word} spare", ("flows:read",))
    designer = Caller(Principal(tenant, frozenset(SCOPES), "key-1", "tests"), Actor("designer"))
    text = DEFINITION.format(key=f"{word}-approval", name=f"{word} approval", user=person)
    head = publish(designer, text.encode(), "application/yaml").head
    client = Client(secret, person)
    department = client_put(client, f"/api/v1/admin/departments/{word}-department", word)
    assert department.status == 201, department.text
    upload = ask(OPERATIONS["uploadDocument"], bearer=secret, headers={"X-Actor-Id": person})
    assert upload.status == 201, upload.text
    document = upload.body["data"]["id"]
    started = client.post(
        "/api/v1/admin/runs",
        {"definition": head.key, "documentRef": f"{word}.pdf", "variables": {"secret": word}},
    )
    assert started.status == 201, started.text
    run = started.body["data"]
    address = f"{word}@example.com"
    suppress(tenant, address, "bounce", "General")
    (task,) = run["openTasks"]
    return Side(
        tenant,
        secret,
        subject,
        person,
        {
            "runId": run["id"],
            "flowId": run["id"],
            "instanceId": f"wi_{uuid.UUID(run['id']).hex}",
            "taskId": task["id"],
            "documentId": document,
            "keyId": spare.key_id,
            "addressId": address_id(tenant, address),
            **webhook(client, tenant, word),
            "definition": head.definition_id,
            "definitionKey": head.key,
            "templateId": f"wt_{head.key}",
            "department": f"{word}-department",
            **dict.fromkeys(
                ("userId", "actorUserId", "delegateToUserId", "managerId", "headId"), person
            ),
            **dict.fromkeys(("assigneeId", "initiator", "owner", "actor"), person),
            "subject": run["id"],
            "via": spare.key_id,
        },
    )


def webhook(client: Client, tenant: str, word: str) -> dict[str, str]:
    """A webhook with a delivery that was given up."""
    sent = {
        "url": f"https://{word}.example.com/",
        "eventTypes": ["workflow.*"],
        "description": word,
    }
    made = client.post("/api/v1/admin/webhooks", sent)
    assert made.status == 201, made.text
    webhook_id, at = made.body["data"]["id"], timestamp()
    delivery = Delivery(
        tenant=tenant,
        subscription_id=webhook_id,
        delivery_id=delivery_id(f"evt_{word}", at, webhook_id),
        event_id=f"evt_{word}",
        event_type="workflow.completed",
        event_at=at,
        entry=("T#none", "1"),
        created_at=at,
        format="papyrus",
        expires_at=int(time.time()) + 3600,
        status="FAILED",
        tried=(Attempt(at, 12, 500, answer=f"{word} is broken"),),
        attempts=1,
        ended_at=at,
    )
    batch = Transaction()
    batch.put(state(), delivery.to_item())
    batch.commit()
    return {"webhookId": webhook_id, "deliveryId": delivery.delivery_id}


def client_put(client: Client, path: str, word: str) -> Answer:
    """Make a department."""
    return ask(
        OPERATIONS["putDepartment"],
        bearer=client.key,
        ids={"department": path.rpartition("/")[2], "name": f"{word} department"},
    )


@contextmanager
def two_tenants() -> Iterator[Two]:
    """Both, in one set of tables."""
    with pytest.MonkeyPatch.context() as monkeypatch, running_stack() as stack:
        pool = open_pool(monkeypatch)
        create_tenant(OTHER, "Umbrella")
        acme = furnish(stack, stack.tenant, "zebra")
        umbrella = furnish(stack, OTHER, "parasol")
        yield Two(acme, umbrella, pool)
