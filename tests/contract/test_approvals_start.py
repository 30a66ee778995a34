"""POST /api/v1/workflows/start: which template, which document, for whom, and with what."""

import uuid
from dataclasses import replace

import pytest

from signoff.definitions.publish import publish
from signoff.definitions.store import find_definition
from signoff.identity.principal import Principal
from signoff.identity.scopes import INTEGRATION_SCOPES
from signoff.identity.tenants import create_tenant
from tests.contract.approvals_page import (
    EXPENSE,
    WORKFLOWS,
    a_document,
    advanced,
    instance,
    kinds,
    refused,
    start,
    started,
    tasks,
    user,
)
from tests.contract.flow_page import everything
from tests.support.gateway import Client
from tests.support.stack import Stack, stack
from tests.support.tokens import Pool, pool, put_user

__all__ = ["pool", "stack"]

PURCHASE = """
key: purchase
name: Purchase
initiators: {groups: [buyers]}
parameters:
  type: object
  required: [amount]
  properties:
    amount: {type: number}
    currency: {type: string, default: EUR}
steps:
  - id: buyer
    type: approval
    config:
      candidates: {groups: [controllers]}
      outcomes: {APPROVE: {}, REJECT: {}}
"""


@pytest.fixture
def erp(stack: Stack) -> Client:
    """A program that acts for people, where expenses are approved."""
    stack.publish(EXPENSE)
    return stack.client()


def test_the_answer_is_201_with_the_first_node_its_approvers_and_its_deadline(erp: Client):
    shown = started(erp, "wt_expense", submittedBy="alice")
    assert shown == {
        "instanceId": shown["instanceId"],
        "templateId": "wt_expense",
        "status": "Running",
        "currentNodeId": "manager",
        "currentApprovers": ["bob"],
        "currentGroups": [],
        "slaDeadline": None,
        "error": None,
    }


def test_a_template_by_its_id_its_key_or_its_uuid(stack: Stack, erp: Client):
    head = find_definition(stack.tenant, "expense")
    assert head is not None
    for name in ("wt_expense", "expense", head.definition_id, head.definition_id.upper()):
        assert started(erp, name, submittedBy="alice")["templateId"] == "wt_expense"


def test_the_context_becomes_variables_and_submitted_by_the_initiator(erp: Client):
    document = a_document()
    context = {
        "submittedBy": "alice",
        "urgency": "urgent",
        "comment": "Quarterly payment",
        "costCentre": {"id": 4711, "shares": [0.25, 0.75]},
    }
    shown = started(erp, "wt_expense", document, **context)
    detail = instance(erp, shown["instanceId"])
    assert detail["context"] == context
    assert (detail["submittedBy"], detail["documentId"]) == ("alice", document)
    (task,) = detail["tasks"]
    assert (task["urgency"], task["documentId"]) == ("urgent", document)
    first = detail["history"][0]
    assert (first["type"], first["actorUserId"]) == ("workflow.started", "alice")
    assert first["keyId"] is not None
    assert tasks(erp, status="Pending", assigneeId="bob") == [
        {name: value for name, value in task.items() if name in tasks(erp)[0]}
    ]


def test_without_a_context_the_caller_is_the_initiator(stack: Stack, erp: Client):
    detail = instance(erp, started(erp, "wt_expense")["instanceId"])
    assert detail["submittedBy"].startswith("key:")
    assert detail["context"] == {}
    by_header = stack.client("alice")
    detail = instance(erp, started(by_header, "wt_expense", urgency="normal")["instanceId"])
    assert detail["submittedBy"] == "alice"


def test_who_may_start_it_is_known_to_the_directory_or_asserted(stack: Stack, erp: Client):
    stack.publish(PURCHASE)
    user("ben", "buyers")
    assert started(erp, "wt_purchase", submittedBy="ben", amount=3)["currentNodeId"] == "buyer"
    answer = start(erp, "wt_purchase", submittedBy="alice", amount=3)
    refused(answer, 403, "FORBIDDEN")
    asserting = stack.client(None, "buyers")
    assert started(asserting, "wt_purchase", submittedBy="alice", amount=3)["currentGroups"] == [
        "controllers"
    ]
    by_header = stack.client("ben")
    assert started(by_header, "wt_purchase", amount=3)["status"] == "Running"


def test_declared_parameters_are_checked_and_their_defaults_shown(stack: Stack):
    stack.publish(PURCHASE)
    buyer = stack.client("ben", "buyers")
    detail = instance(buyer, started(buyer, "wt_purchase", amount=3)["instanceId"])
    assert detail["context"] == {"amount": 3, "currency": "EUR"}
    refused(start(buyer, "wt_purchase"), 400, "VALIDATION_FAILED", "context")
    refused(start(buyer, "wt_purchase", amount="much"), 400, "VALIDATION_FAILED", "context.amount")


def test_a_run_is_the_same_in_the_flow_api_and_the_other_way_round(stack: Stack, erp: Client):
    document = a_document()
    shown = started(erp, "wt_expense", document, submittedBy="alice")
    flow_id = str(uuid.UUID(shown["instanceId"].removeprefix("wi_")))
    flow = erp.get(f"/api/v1/flows/{flow_id}").body
    assert (flow["definitionKey"], flow["status"]) == ("expense", "RUNNING")
    (pending,) = flow["pendingTasks"]
    (task,) = instance(erp, shown["instanceId"])["tasks"]
    assert pending["taskId"] == task["taskId"]
    bob = stack.client("bob")
    decided = bob.post(f"/api/v1/tasks/{task['taskId']}/decision", {"outcome": "approve"})
    assert decided.status == 200, decided
    assert instance(erp, shown["instanceId"])["currentNodeId"] == "controlling"
    alice = stack.client("alice")
    assert [each["flowId"] for each in alice.get("/api/v1/flows").body] == [flow_id]
    carol = stack.client(None, "controllers")
    advanced(carol, shown["instanceId"], "approve", "carol")
    flow = erp.get(f"/api/v1/flows/{flow_id}").body
    assert (flow["status"], flow["terminalOutcome"]) == ("COMPLETED", "APPROVED")
    assert [entry["type"] for entry in flow["history"]].count("DECISION_RECORDED") == 2


@pytest.mark.parametrize("status", ["Processing", "Active"])
def test_a_run_may_start_while_its_document_is_processed(erp: Client, status):
    document = a_document(status=status)
    assert started(erp, "wt_expense", document)["status"] == "Running"


@pytest.mark.parametrize("uploaded", [0, 2])
def test_it_names_the_version_that_stood_when_it_was_started(erp: Client, uploaded):
    sha256 = "ab" * 32 if uploaded else None
    at_first = {"version": uploaded, "latest": 3, "sha256": sha256}
    document = a_document(status="Active" if uploaded else "Processing", **at_first)
    began = started(erp, "wt_expense", document, submittedBy="alice")["instanceId"]
    a_document(document_id=document, status="Active", version=4, latest=4, sha256="cd" * 32)
    advanced(erp, began, "approve", "bob")
    shown = instance(erp, began)
    assert shown["documentVersion"] == (uploaded or 3)
    first = shown["history"][0]
    assert first["type"] == "workflow.started"
    assert first["detail"]["documentVersion"] == (uploaded or 3)
    assert first["detail"]["documentSha256"] == sha256
    later = started(erp, "wt_expense", document, submittedBy="alice")["instanceId"]
    assert instance(erp, later)["documentVersion"] == 4


def test_a_rejected_document_starts_nothing(erp: Client):
    document = a_document(status="Rejected", reason="The file is empty", latest=1)
    answer = start(erp, "wt_expense", document, submittedBy="alice")
    refused(answer, 409, "WORKFLOW_CONFLICT", "documentId")
    assert "The file is empty" in answer.body["errors"][0]["message"]
    assert tasks(erp) == []


@pytest.mark.parametrize(
    "document",
    [
        lambda: str(uuid.uuid4()),
        lambda: a_document(status="Deleted"),
        lambda: a_document(tenant="other"),
    ],
)
def test_a_document_that_there_is_not(erp: Client, document):
    answer = start(erp, "wt_expense", document(), submittedBy="alice")
    refused(answer, 404, "DOC_NOT_FOUND", "documentId")


@pytest.mark.parametrize("template", ["wt_nothing", "nothing", "wt_", str(uuid.UUID(int=7)), "é"])
def test_a_template_that_there_is_not(erp: Client, template):
    answer = start(erp, template, submittedBy="alice")
    refused(answer, 404, "WORKFLOW_NOT_FOUND", "templateId")


def test_what_is_another_tenants_is_nobodys(stack: Stack, erp: Client):
    create_tenant("other", "Other")
    designer = replace(stack.world.caller("designer"), principal=Principal("other", frozenset()))
    theirs = publish(designer, EXPENSE.encode(), "application/yaml").head
    refused(start(erp, theirs.definition_id), 404, "WORKFLOW_NOT_FOUND", "templateId")
    other = Client(stack.new_key(*INTEGRATION_SCOPES, tenant="other"))
    head = find_definition(stack.tenant, "expense")
    assert head is not None
    refused(start(other, head.definition_id), 404, "WORKFLOW_NOT_FOUND", "templateId")
    refused(start(other, "wt_expense", a_document()), 404, "DOC_NOT_FOUND", "documentId")
    assert started(other, "wt_expense", a_document(tenant="other"))["status"] == "Running"
    assert tasks(erp) == []


def test_a_persons_token_starts_for_that_person_alone(stack: Stack, erp: Client, pool: Pool):
    stack.publish(PURCHASE)
    ben = Client(pool.token(put_user("acme", "ben", roles=("approver",), groups=("buyers",))))
    refused(
        start(ben, "wt_purchase", submittedBy="alice", amount=3),
        403,
        "FORBIDDEN",
        "context.submittedBy",
    )
    for context in ({"submittedBy": "ben", "amount": 3}, {"amount": 3}):
        detail = instance(ben, started(ben, "wt_purchase", **context)["instanceId"])
        assert (detail["submittedBy"], detail["history"][0]["keyId"]) == ("ben", None)


def test_a_disabled_template_is_a_conflict(stack: Stack, erp: Client):
    stack.publish(EXPENSE.replace("name: Expense\n", "name: Expense\nenabled: false\n"))
    refused(start(erp, "wt_expense"), 409, "WORKFLOW_CONFLICT")


GOOD = {"templateId": "wt_expense", "documentId": "f47ac10b-58cc-4372-a567-0e02b2c3d479"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"documentId": GOOD["documentId"]}, "templateId"),
        ({"templateId": "wt_expense"}, "documentId"),
        (GOOD | {"templateId": 7}, "templateId"),
        (GOOD | {"documentId": "invoice-7"}, "documentId"),
        (GOOD | {"context": []}, "context"),
        (GOOD | {"context": {"submittedBy": 7}}, "context.submittedBy"),
        (GOOD | {"context": {"submittedBy": " "}}, "context.submittedBy"),
        (GOOD | {"context": {"urgency": "x" * 33}}, "context.urgency"),
        (GOOD | {"context": {"comment": "x" * 4001}}, "context.comment"),
        (GOOD | {"context": {"runId": "mine"}}, "context.runId"),
        (GOOD | {"context": {"notes": "x" * 70_000}}, "context"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(erp: Client, body, field):
    if body.get("documentId") == GOOD["documentId"]:
        a_document(document_id=GOOD["documentId"])
    assert tasks(erp) == []  # the key's use is noted now, and not again within the minute
    before = everything()
    refused(erp.post(f"{WORKFLOWS}/start", body), 400, "VALIDATION_FAILED", field)
    assert everything() == before


def test_a_key_that_may_not_name_people_starts_for_itself_alone(stack: Stack, erp: Client):
    mute = Client(stack.new_key(*(INTEGRATION_SCOPES - {"actors:assert"})))
    answer = start(mute, "wt_expense", submittedBy="alice")
    refused(answer, 403, "FORBIDDEN", "context.submittedBy")
    assert started(mute, "wt_expense")["status"] == "Running"
    reader = Client(stack.new_key("workflows:read", "actors:assert"))
    refused(start(reader, "wt_expense"), 403, "SCOPE_INSUFFICIENT", "Authorization")
    two = stack.client("bob")
    answer = start(two, "wt_expense", submittedBy="alice")
    refused(answer, 400, "VALIDATION_FAILED", "context.submittedBy")


def test_one_idempotency_key_starts_one_instance(erp: Client):
    body = {"templateId": "wt_expense", "documentId": a_document()}
    first, again = (
        erp.post(f"{WORKFLOWS}/start", body, Idempotency_Key="once").body["data"] for _ in range(2)
    )
    assert first == again
    assert len(tasks(erp)) == 1
    assert kinds(instance(erp, first["instanceId"])).count("started") == 1
