"""The Approvals API on a whole stack: an invoice from its upload to its second approval."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.support.deployed import Deployed
from tests.support.http import Answer, Http
from tests.support.tenants import FLOWS, PATIENT, ROOT, Person, Tenant, new_tenant, told
from tests.support.waiting import until

WORKFLOWS = "/api/v1/workflows"
DOCUMENTS = "/api/v1/documents"
INVOICES = ROOT / "statemachines" / "invoice-approval.yaml"


@pytest.fixture(scope="module")
def acme(stack_up: Deployed, http: Http) -> Tenant:
    """An organisation with a finance manager and a head of finance."""
    tenant = new_tenant(stack_up, http)
    operator = tenant.operator
    operator.post("/users", {"id": "alice", "name": "Alice"}, 201)
    operator.post("/users", {"id": "dora", "name": "Dora", "roles": ["finance-manager"]}, 201)
    operator.post("/users", {"id": "erin", "name": "Erin"}, 201)
    head = {"name": "Finance", "headId": "erin"}
    answer = operator.send("PUT", "/departments/finance", head)
    assert answer.status in (200, 201), answer
    operator.publish(INVOICES.read_text(encoding="utf-8"))
    return tenant


@pytest.fixture
def erp(acme: Tenant) -> Person:
    """A program, which names people in its bodies and not in headers."""
    return acme.person(None)


def uploaded(erp: Person) -> str:
    """The id of an invoice like no other."""
    boundary = uuid.uuid4().hex
    parts = (
        f"--{boundary}\r\n"
        'Content-Disposition: form-data; name="file"; filename="invoice.txt"\r\n'
        "Content-Type: text/plain\r\n\r\n"
        f"Invoice {uuid.uuid4()}\r\n--{boundary}--\r\n"
    )
    kind = f"multipart/form-data; boundary={boundary}"
    return str(told(erp.post(DOCUMENTS, parts, Content_Type=kind), 201)["data"]["id"])


def started(erp: Person, document: str, **context: Any) -> Any:
    """The instance that was started on a document, for alice."""
    body = {
        "templateId": "wt_invoice_approval",
        "documentId": document,
        "context": {"submittedBy": "alice", **context},
    }
    return told(erp.post(f"{WORKFLOWS}/start", body, **PATIENT), 201)["data"]


def advance(erp: Person, instance: str, action: str, actor: str, **more: Any) -> Answer:
    """Act for a person."""
    body = {"action": action, "actorUserId": actor, **more}
    return erp.post(f"{WORKFLOWS}/instances/{instance}/advance", body, **PATIENT)


def listed(erp: Person, query: str) -> list[Any]:
    """The instances of a list of tasks."""
    answer = told(erp.get(f"{WORKFLOWS}/tasks?{query}"))
    return [task["instanceId"] for task in answer["data"]]


def test_an_invoice_is_approved_twice_and_is_a_flow_as_well(erp: Person):
    document = uploaded(erp)
    instance = started(erp, document, amount=12_500, urgency="normal")
    wi = instance["instanceId"]
    assert (instance["currentNodeId"], instance["currentApprovers"]) == (
        "approval_finance_manager",
        ["dora"],
    )
    assert instance["slaDeadline"] is not None
    assert wi in listed(erp, "status=Pending&assigneeId=dora")
    until(lambda: wi in listed(erp, "status=Pending&slaStatus=ok&limit=200"))
    second = told(advance(erp, wi, "approve", "dora", comment="Within budget"))["data"]
    assert (second["currentNodeId"], second["currentApprovers"]) == (
        "approval_head_of_finance",
        ["erin"],
    )
    assert advance(erp, wi, "approve", "dora").status == 409
    done = told(advance(erp, wi, "approve", "erin"))["data"]
    assert (done["status"], done["outcome"], done["documentId"]) == (
        "Completed",
        "APPROVED",
        document,
    )
    flow = told(erp.get(f"{FLOWS}/{uuid.UUID(wi.removeprefix('wi_'))}"))
    assert (flow["status"], flow["terminalOutcome"]) == ("COMPLETED", "APPROVED")
    until(lambda: wi in listed(erp, "status=Completed&assigneeId=erin"))


def test_changes_are_requested_made_and_the_same_person_rejects(erp: Person):
    wi = started(erp, uploaded(erp))["instanceId"]
    refused = advance(erp, wi, "requestChanges", "dora")
    assert (refused.status, refused.body["errors"][0]["field"]) == (400, "comment")
    asked = told(advance(erp, wi, "requestChanges", "dora", comment="Which order?"))["data"]
    assert asked["currentApprovers"] == ["alice"]
    again = told(advance(erp, wi, "resubmit", "alice", comment="Order 7"))["data"]
    assert again["currentApprovers"] == ["dora"]
    done = told(advance(erp, wi, "reject", "dora", comment="Paid already"))["data"]
    assert done["status"] == "Rejected"


def test_delegated_commented_and_cancelled(erp: Person):
    wi = started(erp, uploaded(erp))["instanceId"]
    moved = told(advance(erp, wi, "delegate", "dora", delegateToUserId="erin"))["data"]
    assert moved["currentApprovers"] == ["erin"]
    said = {"actorUserId": "dora", "comment": "Mind the VAT"}
    told(erp.post(f"{WORKFLOWS}/instances/{wi}/comments", said), 201)
    assert advance(erp, wi, "cancel", "erin").status == 403
    ended = told(advance(erp, wi, "cancel", "alice", comment="Sent twice"))["data"]
    assert ended["status"] == "Cancelled"
    assert wi not in listed(erp, "status=Pending&assigneeId=erin")


def test_what_there_is_not(erp: Person):
    body = {"templateId": "wt_invoice_approval", "documentId": str(uuid.uuid4())}
    answer = erp.post(f"{WORKFLOWS}/start", body)
    assert (answer.status, answer.body["errors"][0]["code"]) == (404, "DOC_NOT_FOUND")
    answer = erp.post(f"{WORKFLOWS}/start", body | {"templateId": "wt_nothing"})
    assert (answer.status, answer.body["errors"][0]["code"]) == (404, "WORKFLOW_NOT_FOUND")
    answer = erp.get(f"{WORKFLOWS}/instances/wi_8a3b9c2d")
    assert (answer.status, answer.body["errors"][0]["code"]) == (404, "WORKFLOW_NOT_FOUND")
    answer = erp.get(f"{WORKFLOWS}/tasks/me")
    assert (answer.status, answer.body["errors"][0]["code"]) == (403, "FORBIDDEN")
    answer = erp.get(f"{WORKFLOWS}/nothing/here")
    assert (answer.status, answer.body["errors"][0]["code"]) == (404, "NOT_FOUND")
