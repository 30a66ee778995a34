"""The Approvals API's page, example by example, on the definition that ships."""

from datetime import datetime, timedelta

import pytest

from signoff.directory.absences import read_absence
from signoff.directory.departments import put_department
from signoff.directory.users import create_user, edit_user
from tests.contract.approvals_page import (
    WORKFLOWS,
    a_document,
    advance,
    advanced,
    fits,
    instance,
    kinds,
    refused,
    started,
    tasks,
    told,
)
from tests.support.gateway import Client
from tests.support.stack import Stack, stack
from tests.support.world import ROOT

__all__ = ["stack"]

INVOICES = (ROOT / "statemachines" / "invoice-approval.yaml").read_text(encoding="utf-8")
DOCUMENT = "f47ac10b-58cc-4372-a567-0e02b2c3d479"
EXAMPLE = {
    "templateId": "wt_invoice_approval",
    "documentId": DOCUMENT,
    "context": {
        "submittedBy": "user_abc123",
        "urgency": "normal",
        "comment": "Quarterly payment to Acme Ltd",
    },
}


@pytest.fixture
def erp(stack: Stack) -> Client:
    """The page's program: with a key and a tenant, and no header beside."""
    stack.publish(INVOICES)
    create_user("acme", "user_abc123", name="Abc")
    create_user("acme", "user_def456", name="Def", roles=("finance-manager",))
    create_user("acme", "user_head", name="Head")
    put_department("acme", "finance", name="Finance", head="user_head")
    a_document(document_id=DOCUMENT)
    return Client(stack.key, headers={"X-Tenant-Id": "acme"})


def test_start_a_workflow(erp: Client):
    data = told(erp.post(f"{WORKFLOWS}/start", EXAMPLE), 201, "Instance")
    assert data["templateId"] == "wt_invoice_approval"
    assert data["status"] == "Running"
    assert data["currentNodeId"] == "approval_finance_manager"
    assert data["currentApprovers"] == ["user_def456"]
    detail = instance(erp, data["instanceId"])
    started_at = datetime.fromisoformat(detail["tasks"][0]["assignedAt"])
    due = datetime.fromisoformat(data["slaDeadline"])
    assert due - started_at == timedelta(hours=48)


def test_query_workflow_state(erp: Client):
    wi = told(erp.post(f"{WORKFLOWS}/start", EXAMPLE), 201, "Instance")["instanceId"]
    detail = instance(erp, wi)
    assert (detail["instanceId"], detail["documentId"]) == (wi, DOCUMENT)
    assert (detail["submittedBy"], detail["completedAt"]) == ("user_abc123", None)
    assert detail["context"] == EXAMPLE["context"] | {"amount": None}
    (task,) = detail["tasks"]
    assert (task["slaStatus"], task["urgency"], task["nodeName"]) == (
        "ok",
        "normal",
        "Approval by a finance manager",
    )
    refused(erp.get(f"{WORKFLOWS}/instances/wi_8a3b9c2d"), 404, "WORKFLOW_NOT_FOUND", "instanceId")


def test_approve_via_api(erp: Client):
    wi = told(erp.post(f"{WORKFLOWS}/start", EXAMPLE), 201, "Instance")["instanceId"]
    body = {
        "action": "approve",
        "actorUserId": "user_def456",
        "comment": "Approved per Q2 budget",
    }
    answer = erp.post(f"{WORKFLOWS}/instances/{wi}/advance", body)
    data = told(answer, 200, "InstanceDetail")
    assert (data["status"], data["outcome"]) == ("Completed", "APPROVED")
    assert kinds(data)[-1] == "completed"
    refused(erp.post(f"{WORKFLOWS}/instances/{wi}/advance", body), 409, "WORKFLOW_CONFLICT")


def test_reject_via_api(erp: Client):
    wi = told(erp.post(f"{WORKFLOWS}/start", EXAMPLE), 201, "Instance")["instanceId"]
    refused(advance(erp, wi, "reject", "user_def456"), 400, "VALIDATION_FAILED", "comment")
    assert advanced(erp, wi, "reject", "user_def456", "Twice")["status"] == "Rejected"


def test_request_changes_and_delegate(erp: Client):
    wi = told(erp.post(f"{WORKFLOWS}/start", EXAMPLE), 201, "Instance")["instanceId"]
    asked = advanced(erp, wi, "requestChanges", "user_def456", "Which order?")
    assert asked["currentApprovers"] == ["user_abc123"]
    again = advanced(erp, wi, "resubmit", "user_abc123", "Order 7")
    assert again["currentApprovers"] == ["user_def456"]
    moved = advanced(erp, wi, "delegate", "user_def456", delegateToUserId="user_head")
    assert moved["currentApprovers"] == ["user_head"]
    assert advanced(erp, wi, "approve", "user_head")["status"] == "Completed"


def test_list_all_pending_tasks(erp: Client):
    wi = told(erp.post(f"{WORKFLOWS}/start", EXAMPLE), 201, "Instance")["instanceId"]
    answer = erp.get(f"{WORKFLOWS}/tasks?status=Pending&assigneeId=user_def456")
    assert answer.status == 200
    (task,) = answer.body["data"]
    fits(task, "WorkflowTask")
    assert (task["instanceId"], task["assigneeId"]) == (wi, "user_def456")
    assert tasks(erp, status="Pending", slaStatus="ok", templateId="wt_invoice_approval") == [task]
    assert tasks(erp, status="Pending", slaStatus="breached") == []


def test_above_the_threshold_the_head_of_finance_approves_too(erp: Client):
    small = started(erp, "wt_invoice_approval", submittedBy="user_abc123", amount=10_000)
    large = started(erp, "wt_invoice_approval", submittedBy="user_abc123", amount=10_000.01)
    done = advanced(erp, small["instanceId"], "approve", "user_def456")
    assert done["status"] == "Completed"
    second = advanced(erp, large["instanceId"], "approve", "user_def456")
    assert (second["currentNodeId"], second["currentApprovers"]) == (
        "approval_head_of_finance",
        ["user_head"],
    )
    assert second["slaDeadline"] is not None
    assert advanced(erp, large["instanceId"], "approve", "user_head")["outcome"] == "APPROVED"


def test_an_urgent_one_is_due_in_four_hours(erp: Client):
    shown = started(erp, "wt_invoice_approval", submittedBy="user_abc123", urgency="urgent")
    (task,) = instance(erp, shown["instanceId"])["tasks"]
    due = datetime.fromisoformat(task["slaDeadline"])
    assert due - datetime.fromisoformat(task["assignedAt"]) == timedelta(hours=4)


def test_nobody_approves_an_invoice_of_their_own(erp: Client):
    shown = started(erp, "wt_invoice_approval", submittedBy="user_def456")
    assert (shown["currentApprovers"], shown["currentGroups"]) == ([], ["administrators"])
    assert "node.unattended" in kinds(instance(erp, shown["instanceId"]))


def test_whoever_is_away_is_replaced_and_stays_visible(erp: Client):
    away = read_absence(None, None, "user_head")
    edit_user("acme", "user_def456", {"absence": away})
    shown = started(erp, "wt_invoice_approval", submittedBy="user_abc123")
    assert shown["currentApprovers"] == ["user_head"]
    (task,) = instance(erp, shown["instanceId"])["tasks"]
    assert task["formerAssigneeIds"] == ["user_def456"]
