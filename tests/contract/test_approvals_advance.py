"""POST /api/v1/workflows/instances/{instanceId}/advance and /comments: acting for people."""

import pytest

from signoff.identity.scopes import INTEGRATION_SCOPES
from tests.contract.approvals_page import (
    EXPENSE,
    UNKNOWN,
    WORKFLOWS,
    advance,
    advanced,
    instance,
    kinds,
    refused,
    submitted,
    told,
    user,
)
from tests.contract.flow_page import everything
from tests.support.gateway import Client
from tests.support.stack import Stack, stack

__all__ = ["stack"]


@pytest.fixture
def erp(stack: Stack) -> Client:
    """A program that acts for people, where expenses are approved."""
    stack.publish(EXPENSE)
    user("bob")
    user("carol", "controllers")
    user("dan")
    return stack.client()


def test_approving_answers_the_instance_at_its_next_node(stack: Stack, erp: Client):
    wi = submitted(stack)
    after = advanced(erp, wi, "approve", "bob", "Within budget")
    assert (after["status"], after["currentNodeId"]) == ("Running", "controlling")
    assert (after["currentApprovers"], after["currentGroups"]) == ([], ["controllers"])
    first, second = after["tasks"]
    assert (first["status"], first["outcome"], first["assigneeId"]) == (
        "Completed",
        "APPROVE",
        "bob",
    )
    assert (first["comment"], second["status"]) == ("Within budget", "Pending")
    assert instance(erp, wi) == after


def test_both_the_person_and_the_key_are_recorded(stack: Stack, erp: Client):
    after = advanced(erp, submitted(stack), "approve", "bob", "Within budget")
    (decided,) = (e for e in after["history"] if e["type"] == "workflow.task.completed")
    assert decided["actorUserId"] == "bob"
    assert decided["keyId"]
    assert decided["detail"] == {
        "taskId": after["tasks"][0]["taskId"],
        "nodeId": "manager",
        "action": "approve",
        "outcome": "APPROVE",
        "comment": "Within budget",
        "data": None,
        "stepOutcome": "APPROVE",
        "slaDeadline": None,
    }


def test_a_pools_task_is_taken_and_decided_by_a_member_that_the_directory_knows(
    stack: Stack, erp: Client
):
    wi = submitted(stack)
    advanced(erp, wi, "APPROVE", "bob")
    after = advanced(erp, wi, "approve", "carol")
    assert (after["status"], after["outcome"]) == ("Completed", "APPROVED")
    assert (after["currentApprovers"], after["slaDeadline"]) == ([], None)
    assert after["completedAt"] >= after["startedAt"]
    assert kinds(after)[-2:] == ["node.entered", "completed"]


def test_groups_may_be_asserted_beside_the_directory(stack: Stack, erp: Client):
    wi = submitted(stack)
    advanced(erp, wi, "approve", "bob")
    refused(advance(erp, wi, "approve", "dan"), 403, "FORBIDDEN")
    member = stack.client("dan", "controllers")
    assert advanced(member, wi, "approve", "dan")["status"] == "Completed"


def test_somebody_who_was_removed_has_no_groups(stack: Stack, erp: Client):
    user("eve", "controllers", active=False)
    wi = submitted(stack)
    advanced(erp, wi, "approve", "bob")
    refused(advance(erp, wi, "approve", "eve"), 403, "FORBIDDEN")


def test_rejecting_makes_it_rejected(stack: Stack, erp: Client):
    after = advanced(erp, submitted(stack), "reject", "bob", "No receipt")
    assert (after["status"], after["outcome"]) == ("Rejected", "REJECTED")


def test_an_outcome_of_the_nodes_own(stack: Stack, erp: Client):
    wi = submitted(stack)
    advanced(erp, wi, "approve", "bob")
    after = advanced(erp, wi, "onHold", "carol")
    assert (after["currentNodeId"], after["status"]) == ("controlling", "Running")
    assert [task["outcome"] for task in after["tasks"]] == ["APPROVE", "ON_HOLD", None]


@pytest.mark.parametrize("action", ["reject", "requestChanges"])
@pytest.mark.parametrize("comment", [None, "", "   "])
def test_these_need_a_comment(stack: Stack, erp: Client, action, comment):
    wi = submitted(stack)
    before = everything()
    refused(advance(erp, wi, action, "bob", comment), 400, "VALIDATION_FAILED", "comment")
    assert everything() == before


def test_requested_changes_come_to_the_initiator_and_back_to_the_same_approver(
    stack: Stack, erp: Client
):
    wi = submitted(stack)
    asked = advanced(erp, wi, "requestChanges", "bob", "Which project?")
    assert (asked["status"], asked["currentApprovers"]) == ("Running", ["alice"])
    assert "task.changesRequested" in kinds(asked)
    refused(advance(erp, wi, "approve", "bob"), 409, "WORKFLOW_CONFLICT")
    message = refused(advance(erp, wi, "approve", "alice"), 400, "VALIDATION_FAILED", "action")
    assert "submit, resubmit, complete, delegate, cancel" in message
    assert instance(erp, wi) == asked
    again = advanced(erp, wi, "resubmit", "alice", "Project 7")
    assert again["currentApprovers"] == ["bob"]
    assert advanced(erp, wi, "approve", "bob")["currentNodeId"] == "controlling"


def test_delegating_moves_the_task_and_the_delegator_may_still_comment(stack: Stack, erp: Client):
    wi = submitted(stack)
    after = advanced(erp, wi, "delegate", "bob", delegateToUserId="dan")
    assert after["currentApprovers"] == ["dan"]
    assert after["tasks"][0]["formerAssigneeIds"] == ["bob"]
    message = refused(advance(erp, wi, "approve", "bob"), 403, "FORBIDDEN")
    assert message == "Their task has gone on to dan"
    said = erp.post(
        f"{WORKFLOWS}/instances/{wi}/comments", {"actorUserId": "bob", "comment": "Mind the VAT"}
    )
    entry = told(said, 201, "InstanceEntry")
    assert (entry["type"], entry["actorUserId"]) == ("workflow.commented", "bob")
    assert entry["detail"] == {"comment": "Mind the VAT"}
    assert instance(erp, wi)["history"][-1] == entry
    assert advanced(erp, wi, "approve", "dan")["currentNodeId"] == "controlling"
    refused(advance(erp, wi, "approve", "bob"), 409, "WORKFLOW_CONFLICT")


@pytest.mark.parametrize("to", [None, "", "bob", "nobody-we-know"])
def test_delegating_to_nobody_or_oneself_is_refused(stack: Stack, erp: Client, to):
    wi = submitted(stack)
    answer = advance(erp, wi, "delegate", "bob", delegateToUserId=to)
    refused(answer, 400, "VALIDATION_FAILED", "delegateToUserId")


def test_the_initiator_may_cancel_and_nobody_else(stack: Stack, erp: Client):
    wi = submitted(stack)
    refused(advance(erp, wi, "cancel", "bob", "No"), 403, "FORBIDDEN")
    after = advanced(erp, wi, "cancel", "alice", "Paid otherwise")
    assert (after["status"], after["outcome"]) == ("Cancelled", None)
    assert after["tasks"][0]["status"] == "Cancelled"
    refused(advance(erp, wi, "approve", "bob"), 409, "WORKFLOW_CONFLICT")


def test_who_is_no_approver_and_what_is_decided(stack: Stack, erp: Client):
    wi = submitted(stack)
    refused(advance(erp, wi, "approve", "dan"), 403, "FORBIDDEN")
    advanced(erp, wi, "approve", "bob")
    refused(advance(erp, wi, "approve", "bob"), 409, "WORKFLOW_CONFLICT")
    advanced(erp, wi, "reject", "carol", "Too much")
    refused(advance(erp, wi, "approve", "carol"), 409, "WORKFLOW_CONFLICT")
    refused(advance(erp, wi, "approve", "dan"), 409, "WORKFLOW_CONFLICT")


def test_an_unknown_action_names_those_that_there_are(stack: Stack, erp: Client):
    message = refused(
        advance(erp, submitted(stack), "praise", "bob"), 400, "VALIDATION_FAILED", "action"
    )
    assert message.endswith("there are APPROVE, REJECT, requestChanges, delegate")


def test_what_is_done_and_what_one_does_are_one_word(stack: Stack, erp: Client):
    wi = submitted(stack)
    after = advanced(erp, wi, "approved", "bob")
    assert after["tasks"][0]["outcome"] == "APPROVE"
    assert advanced(erp, wi, "approve", "carol")["status"] == "Completed"
    other = submitted(stack)
    refused(advance(erp, other, "rejected", "bob"), 400, "VALIDATION_FAILED", "comment")
    assert advanced(erp, other, "Rejected", "bob", "No receipt")["status"] == "Rejected"


@pytest.mark.parametrize("part", ["advance", "comments"])
@pytest.mark.parametrize(
    ("wi", "status", "code", "field"),
    [
        (UNKNOWN, 404, "WORKFLOW_NOT_FOUND", "instanceId"),
        ("wi_8a3b9c2d", 404, "WORKFLOW_NOT_FOUND", "instanceId"),
        ("8a3b9c2d", 400, "VALIDATION_FAILED", "instanceId"),
    ],
)
def test_instances_that_there_are_not(erp: Client, part, wi, status, code, field):
    body = {"action": "approve", "actorUserId": "bob", "comment": "x"}
    refused(erp.post(f"{WORKFLOWS}/instances/{wi}/{part}", body), status, code, field)


@pytest.mark.parametrize("part", ["advance", "comments"])
def test_a_key_that_may_not_name_people_is_refused(stack: Stack, erp: Client, part):
    body = {"action": "approve", "actorUserId": "bob", "comment": "x"}
    url = f"{WORKFLOWS}/instances/{submitted(stack)}/{part}"
    mute = Client(stack.new_key(*(INTEGRATION_SCOPES - {"actors:assert"})))
    refused(mute.post(url, body), 403, "FORBIDDEN", "actorUserId")
    reader = Client(stack.new_key("workflows:read", "actors:assert"))
    refused(reader.post(url, body), 403, "SCOPE_INSUFFICIENT", "Authorization")
    two = stack.client("alice")
    refused(two.post(url, body), 400, "VALIDATION_FAILED", "actorUserId")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"action": "approve"}, "actorUserId"),
        ({"actorUserId": "bob"}, "action"),
        ({"action": "approve", "actorUserId": ""}, "actorUserId"),
        ({"action": "approve", "actorUserId": "  "}, "actorUserId"),
        ({"action": "approve", "actorUserId": "b\u0000b"}, "actorUserId"),
        ({"action": 1, "actorUserId": "bob"}, "action"),
        ({"action": "approve", "actorUserId": "bob", "comment": "x" * 4001}, "comment"),
        ({"action": "approve", "actorUserId": "bob", "data": {"x": "y" * 17_000}}, "data"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(stack: Stack, erp: Client, body, field):
    url = f"{WORKFLOWS}/instances/{submitted(stack)}/advance"
    refused(erp.post(url, body), 400, "VALIDATION_FAILED", field)


def test_who_is_in_no_way_part_of_it_may_not_comment(stack: Stack, erp: Client):
    url = f"{WORKFLOWS}/instances/{submitted(stack)}/comments"
    body = {"actorUserId": "dan", "comment": "Me too"}
    refused(erp.post(url, body), 403, "FORBIDDEN")
    refused(
        erp.post(url, {"actorUserId": "bob", "comment": " "}), 400, "VALIDATION_FAILED", "comment"
    )


def test_a_command_sent_again_is_answered_again_and_done_once(stack: Stack, erp: Client):
    wi = submitted(stack)
    url = f"{WORKFLOWS}/instances/{wi}/advance"
    body = {"action": "approve", "actorUserId": "bob"}
    first = erp.post(url, body, Idempotency_Key="slack-4711")
    again = erp.post(url, body, Idempotency_Key="slack-4711")
    assert (again.status, again.body["data"]) == (200, first.body["data"])
    assert kinds(instance(erp, wi)).count("task.completed") == 1


def test_another_tenants_instance_is_nobodys(stack: Stack, erp: Client):
    wi = submitted(stack)
    other = Client(stack.new_key(*INTEGRATION_SCOPES, tenant="other"))
    refused(advance(other, wi, "approve", "bob"), 404, "WORKFLOW_NOT_FOUND", "instanceId")
    refused(other.get(f"{WORKFLOWS}/instances/{wi}"), 404, "WORKFLOW_NOT_FOUND", "instanceId")
    refused(
        other.get(f"{WORKFLOWS}/tasks?instanceId={wi}"), 404, "WORKFLOW_NOT_FOUND", "instanceId"
    )


def test_a_foreign_tenants_name_is_400(stack: Stack, erp: Client):
    url = f"{WORKFLOWS}/instances/{submitted(stack)}"
    for slug in ("other", "", "acme2"):
        refused(erp.get(url, X_Tenant_Id=slug), 400, "TENANT_NOT_FOUND", "X-Tenant-Id")
    assert erp.get(url, X_Tenant_Id="acme").status == 200
