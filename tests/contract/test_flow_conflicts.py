"""The Flow API's conflicts and ownership: what an answer depends on once there are tasks."""

from typing import Any

import pytest

from signoff.identity.key_changes import revoke_key
from signoff.identity.keys import create_key
from signoff.identity.scopes import INTEGRATION_SCOPES
from signoff.identity.tenants import create_tenant
from tests.contract.flow_page import (
    alice,
    bob,
    carol,
    claim,
    claim_and_decide,
    decide,
    everything,
    flow_of,
    listed,
    refused,
    release,
    submit,
)
from tests.support.gateway import Client
from tests.support.stack import Stack, stack

__all__ = ["stack"]


def test_a_revoked_key_is_401(stack: Stack):
    key, secret = create_key(stack.tenant, "Short-lived", tuple(INTEGRATION_SCOPES))
    revoke_key(stack.tenant, key.key_id)
    refused(Client(secret, "alice").get("/api/v1/flows"), 401)


def test_another_tenants_flow_and_task_are_404(stack: Stack):
    flow = submit(alice(stack))
    create_tenant("other", "Other")
    foreign = Client(
        create_key("other", "Foreign", tuple(INTEGRATION_SCOPES))[1], "bob", "legal-reviewers"
    )
    task = flow["pendingTasks"][0]["taskId"]
    before = everything()
    refused(foreign.get(f"/api/v1/flows/{flow['flowId']}"), 404, "Flow not found")
    refused(claim(foreign, task), 404, "Task not found")
    refused(release(foreign, task), 404, "Task not found")
    refused(decide(foreign, task, "APPROVE"), 404, "Task not found")
    assert listed(foreign.get("/api/v1/worklists/group")) == []
    assert everything() == before


def test_claiming_is_refused_in_the_contracts_order(stack: Stack):
    (task,) = submit(alice(stack))["pendingTasks"]
    outsider = stack.client("mallory", "others")
    refused(claim(outsider, task["taskId"]), 403, "Not in candidate group")
    claim(bob(stack), task["taskId"])
    # group before status: an outsider does not learn that it is taken
    refused(claim(outsider, task["taskId"]), 403, "Not in candidate group")
    refused(claim(carol(stack), task["taskId"]), 409, "Task is not claimable")
    refused(claim(bob(stack), task["taskId"]), 409, "Task is not claimable")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (release, "Task is not releasable"),
        (lambda who, task: decide(who, task, "APPROVE"), "Task is not in a decidable state"),
    ],
    ids=["release", "decide"],
)
def test_status_comes_before_ownership(stack: Stack, command: Any, message: str):
    (task,) = submit(alice(stack))["pendingTasks"]
    outsider = stack.client("mallory", "others")
    refused(command(outsider, task["taskId"]), 409, message)
    refused(command(bob(stack), task["taskId"]), 409, message)
    claim(bob(stack), task["taskId"])
    refused(command(outsider, task["taskId"]), 403, "Not the task owner")
    refused(command(carol(stack), task["taskId"]), 403, "Not the task owner")
    flow = flow_of(bob(stack), task["flowId"])
    assert flow["pendingTasks"][0]["ownerId"] == "bob"


def test_an_outcome_that_the_state_does_not_have_is_422(stack: Stack):
    (task,) = submit(alice(stack))["pendingTasks"]
    claim(bob(stack), task["taskId"])
    before = everything()
    for outcome in ("MAYBE", "SUBMIT", "", " ", "🖋"):
        answer = decide(bob(stack), task["taskId"], outcome)
        refused(answer, 422)
        assert answer.body["error"].startswith(f"Invalid outcome: {outcome}")
    refused(decide(bob(stack), task["taskId"], "x" * 65), 422)
    refused(bob(stack).post(f"/api/v1/tasks/{task['taskId']}/decision", {"comment": "?"}), 400)
    assert everything() == before


def test_deciding_twice_and_on_a_finished_flow_is_409(stack: Stack):
    flow = submit(alice(stack))
    (first,) = flow["pendingTasks"]
    flow = claim_and_decide(bob(stack), first["taskId"], "APPROVE")
    (second,) = flow["pendingTasks"]
    refused(decide(bob(stack), first["taskId"], "APPROVE"), 409, "Task is not in a decidable state")
    claim_and_decide(bob(stack), second["taskId"], "APPROVE")
    before = everything()
    for task in (first["taskId"], second["taskId"]):
        refused(decide(bob(stack), task, "REJECT"), 409, "Task is not in a decidable state")
        refused(release(bob(stack), task), 409, "Task is not releasable")
        refused(claim(bob(stack), task), 409, "Task is not claimable")
    assert everything() == before


def test_a_released_task_cannot_be_decided_by_its_former_owner(stack: Stack):
    (task,) = submit(alice(stack))["pendingTasks"]
    claim(bob(stack), task["taskId"])
    release(bob(stack), task["taskId"])
    refused(decide(bob(stack), task["taskId"], "APPROVE"), 409)
