"""A document's ways through the shipped approval, call by call, answers and history in full."""

from __future__ import annotations

import re
from typing import Any

from tests.support.tenants import FLOWS, PATIENT, WORKLISTS, Tenant, told
from tests.support.waiting import is_in_order, until

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def shown(flow_id: str, task_id: str, state: str, group: str, owner: str | None = None) -> Any:
    """A task as worklists and flows show it."""
    return {
        "taskId": task_id,
        "flowId": flow_id,
        "stateName": state,
        "candidateGroupId": group,
        "status": "CLAIMED" if owner else "PENDING",
        "ownerId": owner,
    }


def test_a_document_is_approved_in_two_stages(empty_tenant: Tenant):
    alice, bob, carol = empty_tenant.alice, empty_tenant.bob, empty_tenant.carol

    submission = {"definitionKey": "document-approval", "documentRef": "contract-118.pdf"}
    answer = alice.post(FLOWS, submission, **PATIENT)
    flow = told(answer, 201)
    assert answer.headers["content-type"] == "application/json"
    flow_id, (task,) = flow["flowId"], flow["pendingTasks"]
    first = task["taskId"]
    assert UUID.fullmatch(flow_id)
    assert UUID.fullmatch(first)
    waiting = shown(flow_id, first, "Submitted", "legal-reviewers")
    running = {
        "flowId": flow_id,
        "definitionKey": "document-approval",
        "currentState": "Submitted",
        "status": "RUNNING",
        "terminalOutcome": None,
        "pendingTasks": [waiting],
    }
    assert flow == running

    assert bob.group_tasks() == carol.group_tasks() == [waiting]
    assert alice.group_tasks() == []
    assert bob.my_tasks() == []

    claimed = shown(flow_id, first, "Submitted", "legal-reviewers", "bob")
    assert told(bob.claim(first)) == claimed
    assert bob.my_tasks() == [claimed]
    assert bob.group_tasks() == carol.group_tasks() == carol.my_tasks() == []
    assert alice.flow(flow_id) | {"history": []} == running | {
        "pendingTasks": [claimed],
        "history": [],
    }

    assert told(bob.release(first)) == waiting
    assert bob.my_tasks() == []
    assert carol.group_tasks() == [waiting]
    told(bob.claim(first))

    answer = bob.decide(first, "APPROVE", comment="Reads well")
    flow = told(answer)
    (task,) = flow["pendingTasks"]
    second = task["taskId"]
    assert second != first
    waiting = shown(flow_id, second, "FinalReview", "legal-reviewers")
    assert flow == running | {"currentState": "FinalReview", "pendingTasks": [waiting]}
    assert bob.my_tasks() == []

    flow = carol.take(second, "APPROVE")
    done = running | {
        "currentState": "Approved",
        "status": "COMPLETED",
        "terminalOutcome": "APPROVED",
        "pendingTasks": [],
    }
    assert flow == done
    assert carol.group_tasks() == carol.my_tasks() == []

    until(lambda: alice.flows(1)[0]["status"] == "COMPLETED")
    (summary,) = told(alice.get(FLOWS))
    assert MOMENT.fullmatch(summary.pop("updatedAt"))
    assert summary == {
        "flowId": flow_id,
        "definitionKey": "document-approval",
        "currentState": "Approved",
        "status": "COMPLETED",
        "terminalOutcome": "APPROVED",
        "documentRef": "contract-118.pdf",
        "submitterId": "alice",
    }
    assert told(bob.get(FLOWS)) == []

    # Nobody needs to be named to read a flow.
    whole = empty_tenant.person(None).flow(flow_id)
    history = whole.pop("history")
    assert whole == done
    assert all(MOMENT.fullmatch(entry["occurredAt"]) for entry in history)
    assert is_in_order([entry.pop("occurredAt") for entry in history])
    started = {
        "definitionKey": "document-approval",
        "documentRef": "contract-118.pdf",
        "submitterId": "alice",
        "initialState": "Submitted",
    }
    approved = {"outcome": "APPROVE", "comment": None}
    group = {"candidateGroupId": "legal-reviewers"}
    assert [(entry["type"], entry["actorId"], entry["detail"]) for entry in history] == [
        ("FLOW_STARTED", "alice", started),
        ("TASK_CREATED", None, {"taskId": first, "stateName": "Submitted"} | group),
        ("TASK_CLAIMED", "bob", {"taskId": first, "ownerId": "bob"}),
        ("TASK_RELEASED", "bob", {"taskId": first}),
        ("TASK_CLAIMED", "bob", {"taskId": first, "ownerId": "bob"}),
        (
            "DECISION_RECORDED",
            "bob",
            {"taskId": first, "actorId": "bob"} | approved | {"comment": "Reads well"},
        ),
        (
            "STATE_TRANSITIONED",
            None,
            {"from": "Submitted", "to": "FinalReview", "trigger": "APPROVE"},
        ),
        ("TASK_CREATED", None, {"taskId": second, "stateName": "FinalReview"} | group),
        ("TASK_CLAIMED", "carol", {"taskId": second, "ownerId": "carol"}),
        ("DECISION_RECORDED", "carol", {"taskId": second, "actorId": "carol"} | approved),
        (
            "STATE_TRANSITIONED",
            None,
            {"from": "FinalReview", "to": "Approved", "trigger": "APPROVE"},
        ),
        ("FLOW_COMPLETED", None, {"terminalOutcome": "APPROVED"}),
    ]


def test_a_rejected_document_comes_back_and_is_resubmitted(tenant: Tenant):
    alice, bob, carol = tenant.alice, tenant.bob, tenant.carol
    flow = alice.submit()
    flow = bob.take(flow["pendingTasks"][0]["taskId"], "APPROVE")
    flow = bob.take(flow["pendingTasks"][0]["taskId"], "REJECT", comment="Clause 7 is missing")
    assert (flow["currentState"], flow["status"]) == ("ReworkRequested", "RUNNING")
    (rework,) = flow["pendingTasks"]
    assert rework["candidateGroupId"] == "initiators"

    flow = carol.take(rework["taskId"], "SUBMIT")
    assert flow["currentState"] == "Submitted"
    (again,) = flow["pendingTasks"]
    flow = bob.take(again["taskId"], "REJECT")
    flow = alice.take(flow["pendingTasks"][0]["taskId"], "SUBMIT")
    flow = bob.take(flow["pendingTasks"][0]["taskId"], "APPROVE")
    flow = bob.take(flow["pendingTasks"][0]["taskId"], "APPROVE")
    assert (flow["status"], flow["terminalOutcome"]) == ("COMPLETED", "APPROVED")

    history = alice.flow(flow["flowId"])["history"]
    states = [each["detail"]["to"] for each in history if each["type"] == "STATE_TRANSITIONED"]
    review, rework_ = "Submitted", "ReworkRequested"
    assert states == ["FinalReview", rework_, review, rework_, review, "FinalReview", "Approved"]
    # Each visit asks anew.
    created = [each["detail"]["taskId"] for each in history if each["type"] == "TASK_CREATED"]
    assert len(set(created)) == len(created) == 7


def test_an_abandoned_document_is_rejected(tenant: Tenant):
    flow = tenant.alice.submit()
    flow = tenant.bob.take(flow["pendingTasks"][0]["taskId"], "REJECT")
    flow = tenant.alice.take(flow["pendingTasks"][0]["taskId"], "ABANDON")
    assert flow["pendingTasks"] == []
    assert (flow["currentState"], flow["status"], flow["terminalOutcome"]) == (
        "Rejected",
        "COMPLETED",
        "REJECTED",
    )


def test_the_task_is_in_the_first_list_read_after_the_start_always(tenant: Tenant):
    alice, bob = tenant.alice, tenant.person("dora", "legal-reviewers")
    submission = {"definitionKey": "document-approval", "documentRef": "quick"}
    before = len(bob.group_tasks())
    for number in range(30):
        flow = told(alice.post(FLOWS, submission, **PATIENT), 201)
        (task,) = flow["pendingTasks"]
        listed = bob.group_tasks()
        assert task in listed
        assert len(listed) == before + number + 1


def test_the_next_task_is_in_the_first_list_read_after_a_decision(tenant: Tenant):
    alice, carol = tenant.alice, tenant.carol
    task = alice.submit()["pendingTasks"][0]["taskId"]
    for outcome in ("REJECT", "SUBMIT") * 5:
        told(carol.claim(task))
        flow = told(carol.decide(task, outcome))
        (following,) = flow["pendingTasks"]
        assert following in carol.group_tasks()
        task = following["taskId"]


def test_a_comment_and_a_lower_case_outcome_are_taken(tenant: Tenant):
    task = tenant.alice.submit()["pendingTasks"][0]["taskId"]
    flow = tenant.bob.take(task, "approve", comment="", unknown={"field": [1]})
    assert flow["currentState"] == "FinalReview"
    decided = tenant.bob.flow(flow["flowId"])["history"][3]
    assert decided["detail"]["outcome"] == "APPROVE"


def test_a_definition_is_named_by_its_id_as_well(tenant: Tenant):
    (definition,) = tenant.operator.get("/definitions")
    flow = tenant.alice.submit(definition["id"])
    assert flow["definitionKey"] == "document-approval"


def test_two_flows_about_one_document_are_two_flows(empty_tenant: Tenant):
    flows = [empty_tenant.alice.submit(document="twice") for _ in range(2)]
    listed = empty_tenant.alice.flows(2)
    assert {flow["flowId"] for flow in listed} == {flow["flowId"] for flow in flows}
    assert len(told(empty_tenant.bob.get(f"{WORKLISTS}/group"))) == 2
