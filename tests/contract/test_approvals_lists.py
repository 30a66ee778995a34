"""GET /api/v1/workflows/tasks and /tasks/me: what waits for whom, page by page."""

from typing import Any

import pytest

from signoff.identity.scopes import INTEGRATION_SCOPES
from tests.contract.approvals_page import (
    EXPENSE,
    UNKNOWN,
    WORKFLOWS,
    advance,
    advanced,
    fits,
    refused,
    submitted,
    tasks,
)
from tests.support.gateway import Answer, Client
from tests.support.stack import Stack, stack
from tests.support.tokens import Pool, pool, put_user

__all__ = ["pool", "stack"]


@pytest.fixture
def erp(stack: Stack) -> Client:
    """A program that acts for people, where expenses are approved."""
    stack.publish(EXPENSE)
    return stack.client()


def of(found: list[Any], name: str = "instanceId") -> list[Any]:
    """One field of each task."""
    return [task[name] for task in found]


def mine(token: str, query: str = "", **headers: str) -> Answer:
    """The own list of whom the token is."""
    return Client(token).get(f"{WORKFLOWS}/tasks/me{query}", **headers)


def test_the_pages_example_lists_pending_tasks_of_one_person(stack: Stack, erp: Client):
    first, second = submitted(stack), submitted(stack)
    assert of(tasks(erp, status="Pending", assigneeId="bob")) == [first, second]
    assert tasks(erp, status="Pending", assigneeId="carol") == []
    advanced(erp, first, "approve", "bob")
    assert of(tasks(erp, status="Pending", assigneeId="bob")) == [second]
    (done,) = tasks(erp, status="Completed", assigneeId="bob")
    assert (done["instanceId"], done["status"], done["nodeId"]) == (first, "Completed", "manager")


def test_a_group_has_what_its_members_can_take(stack: Stack, erp: Client):
    wi = submitted(stack)
    assert tasks(erp, status="Pending", group="controllers") == []
    advanced(erp, wi, "approve", "bob")
    (task,) = tasks(erp, status="Pending", group="controllers")
    assert (task["assigneeId"], task["candidateGroups"]) == (None, ["controllers"])
    claimed = stack.client("carol", "controllers").post(f"/api/v1/tasks/{task['taskId']}/claim")
    assert claimed.status == 200
    assert tasks(erp, status="Pending", group="controllers") == []
    (taken,) = tasks(erp, group="controllers")
    assert (taken["assigneeId"], taken["status"]) == ("carol", "Pending")


def test_without_a_status_all_tasks_are_listed(stack: Stack, erp: Client):
    wi, other = submitted(stack), submitted(stack)
    advanced(erp, wi, "approve", "bob")
    advanced(erp, other, "cancel", "alice")
    assert sorted(of(tasks(erp), "status")) == ["Cancelled", "Completed", "Pending"]
    assert of(tasks(erp, status="Cancelled")) == [other]
    assert of(tasks(erp, instanceId=wi), "status") == ["Completed", "Pending"]
    assert of(tasks(erp, instanceId=wi, status="Pending"), "nodeId") == ["controlling"]
    assert of(tasks(erp, templateId="wt_expense", status="Pending")) == [wi]
    assert tasks(erp, templateId="wt_document-approval") == []


def test_pages_follow_each_other_to_the_end(stack: Stack, erp: Client):
    made = [submitted(stack) for _ in range(5)]
    for query in ("", "status=Pending&", "status=Pending&assigneeId=bob&"):
        cursor, seen, sizes = "", [], []
        while True:
            answer = erp.get(f"{WORKFLOWS}/tasks?{query}limit=2{cursor}")
            pagination = answer.body["meta"]["pagination"]
            seen += of(answer.body["data"])
            sizes.append(len(answer.body["data"]))
            assert pagination["limit"] == 2
            assert pagination["hasMore"] == (pagination["nextCursor"] is not None)
            if not pagination["hasMore"]:
                break
            cursor = f"&cursor={pagination['nextCursor']}"
        assert (seen, sizes) == (made, [2, 2, 1])


@pytest.mark.parametrize(
    ("query", "status", "code", "field"),
    [
        (f"instanceId={UNKNOWN}", 404, "WORKFLOW_NOT_FOUND", "instanceId"),
        ("instanceId=wi_8a3b9c2d", 404, "WORKFLOW_NOT_FOUND", "instanceId"),
        ("instanceId=8a3b9c2d", 400, "VALIDATION_FAILED", "instanceId"),
        ("templateId=wt_nothing", 404, "WORKFLOW_NOT_FOUND", "templateId"),
        ("status=Open", 400, "VALIDATION_FAILED", "status"),
        ("slaStatus=red", 400, "VALIDATION_FAILED", "slaStatus"),
        ("dueBefore=2027-01-01", 400, "VALIDATION_FAILED", "dueBefore"),
        ("limit=0", 400, "VALIDATION_FAILED", "limit"),
        ("limit=201", 400, "VALIDATION_FAILED", "limit"),
        ("cursor=nonsense", 400, "VALIDATION_FAILED", "cursor"),
    ],
)
def test_what_no_list_can_be_narrowed_by(erp: Client, query, status, code, field):
    refused(erp.get(f"{WORKFLOWS}/tasks?{query}"), status, code, field)


def test_another_tenants_tasks_are_nowhere(stack: Stack, erp: Client):
    submitted(stack)
    other = Client(stack.new_key(*INTEGRATION_SCOPES, tenant="other"))
    for query in ("", "status=Pending", "status=Pending&assigneeId=bob", "assigneeId=bob"):
        assert other.get(f"{WORKFLOWS}/tasks?{query}").body["data"] == []


def test_ones_own_list_is_for_a_persons_token(stack: Stack, erp: Client, pool: Pool):
    first, second = submitted(stack), submitted(stack)
    advanced(erp, first, "approve", "bob")
    bob = pool.token(put_user("acme", "bob", groups=("controllers",), roles=("approver",)))
    answer = mine(bob)
    assert answer.status == 200, answer
    found = [fits(task, "WorkflowTask") for task in answer.body["data"]]
    # his own, and the one that his group can take; nothing has a deadline, so by age
    assert of(found) == [second, first]
    assert of(found, "assigneeId") == ["bob", None]
    assert mine(bob, "?dueBefore=2027-01-01T00:00:00Z").body["data"] == []
    assert of(mine(bob, "?templateId=wt_expense&limit=1").body["data"]) == [second]
    assert mine(bob, X_Actor_Id="bob").status == 200
    refused(mine(bob, X_Actor_Id="alice"), 403, "FORBIDDEN", "X-Actor-Id")


def test_a_key_has_no_list_of_its_own_and_a_person_not_the_tenants(
    stack: Stack, erp: Client, pool: Pool
):
    refused(mine(stack.key), 403, "FORBIDDEN", "Authorization")
    refused(mine(stack.key, X_Actor_Id="bob"), 403, "FORBIDDEN", "Authorization")
    bob = pool.token(put_user("acme", "bob", roles=("approver",)))
    told = refused(Client(bob).get(f"{WORKFLOWS}/tasks"), 403, "FORBIDDEN", "Authorization")
    assert "tasks/me" in told
    clerk = pool.token(put_user("acme", "clerk"))
    refused(mine(clerk), 403, "SCOPE_INSUFFICIENT", "Authorization")


@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_who_reads_every_run_lists_everybodys_tasks(
    stack: Stack, erp: Client, pool: Pool, role: str
):
    wi = submitted(stack)
    reader = Client(pool.token(put_user("acme", "olga", roles=(role,))))
    assert of(tasks(reader, status="Pending", assigneeId="bob")) == [wi]


def test_a_persons_token_acts_for_that_person_alone(stack: Stack, erp: Client, pool: Pool):
    wi = submitted(stack)
    bob = Client(pool.token(put_user("acme", "bob", roles=("approver",))))
    refused(advance(bob, wi, "approve", "carol"), 403, "FORBIDDEN", "actorUserId")
    after = advanced(bob, wi, "approve", "bob")
    (decided,) = (e for e in after["history"] if e["type"] == "workflow.task.completed")
    assert (decided["actorUserId"], decided["keyId"]) == ("bob", None)
    carol = Client(
        pool.token(put_user("acme", "carol", roles=("approver",), groups=("controllers",)))
    )
    assert advanced(carol, wi, "approve", "carol")["status"] == "Completed"
    said = {"actorUserId": "carol", "comment": "Done"}
    assert carol.post(f"{WORKFLOWS}/instances/{wi}/comments", said).status == 201
    refused(bob.post(f"{WORKFLOWS}/instances/{wi}/comments", said), 403, "FORBIDDEN", "actorUserId")


def test_no_good_credential_gets_anywhere(stack: Stack, pool: Pool):
    good = put_user("acme", "bob", roles=("approver",))
    for token in (
        "nonsense",
        f"wf_{'A' * 43}",
        pool.token("11111111-2222-4333-8444-555555555555"),
        pool.token(good, exp=1),
        pool.token(good, iss="https://elsewhere.example"),
    ):
        for path in ("tasks/me", "tasks", f"instances/{UNKNOWN}"):
            refused(Client(token).get(f"{WORKFLOWS}/{path}"), 401, "UNAUTHORIZED")
