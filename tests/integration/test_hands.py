"""Tasks that come into other hands, through three contracts, on a stack that is up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.http import Answer
from tests.support.tenants import PATIENT, Operator, Tenant, told
from tests.support.waiting import at_once

CHECKED = """
key: checked
name: Checked
steps:
  - id: Check
    type: approval
    config:
      mode: direct
      candidates: {users: [bob]}
      outcomes: {APPROVE: {next: Approved}, REJECT: {next: Rejected}}
  - {id: Approved, type: end, config: {outcome: APPROVED}}
  - {id: Rejected, type: end, config: {outcome: REJECTED}}
"""


@pytest.fixture(scope="module")
def people(operator: Operator) -> None:
    """Whom a task can be delegated to."""
    operator.publish(CHECKED)
    for name in ("alice", "bob", "carol", "dave"):
        operator.post("/users", {"id": name, "name": name.title()}, 201)


@pytest.fixture
def flow(tenant: Tenant, people: None) -> Any:
    """A flow of alice's that waits for bob."""
    return tenant.alice.submit("checked")


def advance(tenant: Tenant, flow: Any, who: str, action: str, **more: Any) -> Answer:
    """What a program tells the Approvals API that somebody does."""
    instance = f"wi_{flow['flowId'].replace('-', '')}"
    body = {"action": action, "actorUserId": who, **more}
    path = f"/api/v1/workflows/instances/{instance}/advance"
    return tenant.person(None).post(path, body, **PATIENT)


def test_changes_are_requested_in_one_contract_and_submitted_in_another(
    tenant: Tenant, operator: Operator, flow: Any
) -> None:
    [asked] = flow["pendingTasks"]
    after = told(advance(tenant, flow, "bob", "requestChanges", comment="The date"))["data"]
    assert (after["status"], after["currentApprovers"]) == ("Running", ["alice"])
    [rework] = [task for task in tenant.alice.my_tasks() if task["flowId"] == flow["flowId"]]
    again = told(tenant.alice.decide(rework["taskId"], "SUBMIT", comment="Mended"))
    assert [task["taskId"] for task in again["pendingTasks"]] == [asked["taskId"]]
    ended = told(tenant.bob.decide(asked["taskId"], "APPROVE"))
    assert ended["terminalOutcome"] == "APPROVED"
    types = [entry["type"] for entry in operator.history(flow["flowId"])]
    assert types == [
        "run.started",
        "step.entered",
        "task.opened",
        "changes.requested",
        "task.opened",
        "task.decided",
        "task.opened",
        "task.decided",
        "step.entered",
        "run.completed",
    ]


def test_a_task_is_delegated_reassigned_and_decided_by_its_last_owner(
    tenant: Tenant, operator: Operator, flow: Any
) -> None:
    [task] = flow["pendingTasks"]
    told(advance(tenant, flow, "bob", "delegate", delegateToUserId="carol"))
    assert advance(tenant, flow, "bob", "approve").status == 403
    assert advance(tenant, flow, "carol", "delegate", delegateToUserId="bob").status == 400
    given = operator.post(f"/tasks/{task['taskId']}/reassign", {"groups": ["office"]})
    assert (given["owner"], given["formerly"]) == (None, ["bob", "carol"])
    erin = tenant.person("erin", "office")
    assert task["taskId"] in {each["taskId"] for each in erin.group_tasks()}
    assert erin.take(task["taskId"], "APPROVE")["terminalOutcome"] == "APPROVED"
    assert advance(tenant, flow, "carol", "approve").status == 409


def test_of_a_decision_a_delegation_and_a_request_at_once_one_is_done(
    tenant: Tenant, operator: Operator, flow: Any
) -> None:
    answers = at_once(
        lambda: advance(tenant, flow, "bob", "approve"),
        lambda: advance(tenant, flow, "bob", "delegate", delegateToUserId="dave"),
        lambda: advance(tenant, flow, "bob", "requestChanges", comment="The name"),
    )
    statuses = sorted(answer.status for answer in answers)
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {403, 409}
    types = [entry["type"] for entry in operator.history(flow["flowId"])]
    done = ("task.decided", "task.delegated", "changes.requested")
    assert sum(types.count(each) for each in done) == 1
