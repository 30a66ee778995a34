"""What an approver sends back through another contract, the submitter does through this one."""

from typing import Any

from signoff.identity.principal import Actor
from signoff.tasks.act import act_on_run
from tests.support.stack import Stack, stack

__all__ = ["stack"]

FLOWS = "/api/v1/flows"


def submitted(stack: Stack) -> dict[str, Any]:
    """A flow of alice's whose approver wants changes."""
    sent = {"definitionKey": "document-approval", "documentRef": "x.pdf"}
    flow: dict[str, Any] = stack.client("alice", "initiators").post(FLOWS, sent).body
    bob = Actor("bob", ("legal-reviewers",))
    key = stack.world.caller("key:key-1")
    act_on_run(key, flow["flowId"], bob, "requestChanges", comment="The date is wrong")
    return flow


def test_the_submitter_finds_the_rework_and_submits_it(stack: Stack) -> None:
    flow = submitted(stack)
    alice, bob = stack.client("alice", "initiators"), stack.client("bob", "legal-reviewers")
    [rework] = alice.get("/api/v1/worklists/mine").body
    assert rework == {
        "taskId": rework["taskId"],
        "flowId": flow["flowId"],
        "stateName": "Submitted",
        "candidateGroupId": "alice",
        "status": "CLAIMED",
        "ownerId": "alice",
    }
    assert bob.get("/api/v1/worklists/mine").body == []
    assert alice.get(f"{FLOWS}/{flow['flowId']}").body["pendingTasks"] == [rework]
    decision = f"/api/v1/tasks/{rework['taskId']}/decision"
    assert alice.post(decision, {"outcome": "APPROVE"}).status == 422
    assert alice.post(f"/api/v1/tasks/{rework['taskId']}/release").status == 409
    assert bob.post(decision, {"outcome": "SUBMIT"}).status == 403
    answer = alice.post(decision, {"outcome": "submit", "comment": "Mended"}, Idempotency_Key="k")
    [again] = answer.body["pendingTasks"]
    assert (again["ownerId"], again["status"]) == ("bob", "CLAIMED")
    assert again["taskId"] == flow["pendingTasks"][0]["taskId"]
    repeated = alice.post(decision, {"outcome": "submit", "comment": "Mended"}, Idempotency_Key="k")
    assert repeated.body == answer.body
    assert alice.post(decision, {"outcome": "SUBMIT"}).status == 409
    assert (
        bob.post(f"/api/v1/tasks/{again['taskId']}/decision", {"outcome": "APPROVE"}).status == 200
    )


def test_its_history_says_who_wanted_what(stack: Stack) -> None:
    flow = submitted(stack)
    history = stack.client("alice").get(f"{FLOWS}/{flow['flowId']}").body["history"]
    requested, opened = history[-2:]
    assert (requested["type"], requested["actorId"]) == ("CHANGES_REQUESTED", "bob")
    assert requested["detail"]["comment"] == "The date is wrong"
    assert opened["type"] == "TASK_CREATED"
    assert opened["detail"]["taskId"] == requested["detail"]["reworkTaskId"]
