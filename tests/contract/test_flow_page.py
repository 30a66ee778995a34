"""The Flow API's page, operation by operation: what is answered when all is well."""

from signoff.definitions.store import find_definition
from tests.contract.flow_page import (
    SUBMISSION,
    UUID,
    alice,
    bob,
    carol,
    claim,
    claim_and_decide,
    decide,
    flow_of,
    group_tasks,
    listed,
    my_tasks,
    release,
    submit,
    told,
)
from tests.support.stack import Stack, stack

__all__ = ["stack"]


def test_submitting_answers_201_with_the_first_state_and_its_task(stack: Stack):
    flow = told(alice(stack).post("/api/v1/flows", SUBMISSION), 201, "FlowStatus")
    assert UUID.fullmatch(flow["flowId"])
    (task,) = flow.pop("pendingTasks")
    assert flow == {
        "flowId": flow["flowId"],
        "definitionKey": "document-approval",
        "currentState": "Submitted",
        "status": "RUNNING",
        "terminalOutcome": None,
    }
    assert UUID.fullmatch(task["taskId"])
    assert task == {
        "taskId": task["taskId"],
        "flowId": flow["flowId"],
        "stateName": "Submitted",
        "candidateGroupId": "legal-reviewers",
        "status": "PENDING",
        "ownerId": None,
    }


def test_the_task_is_in_the_first_list_read_after_the_answer(stack: Stack):
    (task,) = submit(alice(stack))["pendingTasks"]
    assert group_tasks(bob(stack)) == [task]
    assert group_tasks(alice(stack)) == []
    assert my_tasks(bob(stack)) == []


def test_claiming_makes_the_caller_the_owner_and_takes_the_task_from_the_group(stack: Stack):
    (task,) = submit(alice(stack))["pendingTasks"]
    claimed = told(claim(bob(stack), task["taskId"]), 200, "TaskSummary")
    assert claimed == {**task, "status": "CLAIMED", "ownerId": "bob"}
    assert group_tasks(bob(stack)) == []
    assert my_tasks(bob(stack)) == [claimed]
    assert flow_of(bob(stack), task["flowId"])["pendingTasks"] == [claimed]


def test_releasing_gives_it_back(stack: Stack):
    (task,) = submit(alice(stack))["pendingTasks"]
    claim(bob(stack), task["taskId"])
    assert told(release(bob(stack), task["taskId"]), 200, "TaskSummary") == task
    assert group_tasks(bob(stack)) == [task]
    assert my_tasks(bob(stack)) == []
    assert told(claim(carol(stack), task["taskId"]), 200, "TaskSummary")["ownerId"] == "carol"


def test_approving_shows_the_next_state_with_its_task(stack: Stack):
    (first,) = submit(alice(stack))["pendingTasks"]
    flow = claim_and_decide(bob(stack), first["taskId"], "APPROVE", comment="Fine")
    (second,) = flow["pendingTasks"]
    assert (flow["currentState"], flow["status"]) == ("FinalReview", "RUNNING")
    assert second["taskId"] != first["taskId"]
    assert (second["stateName"], second["status"]) == ("FinalReview", "PENDING")
    assert my_tasks(bob(stack)) == []


def test_the_last_approval_completes_the_flow_in_its_terminal_state(stack: Stack):
    flow = submit(alice(stack))
    for _ in range(2):
        flow = claim_and_decide(bob(stack), flow["pendingTasks"][0]["taskId"], "APPROVE")
    assert flow == {
        "flowId": flow["flowId"],
        "definitionKey": "document-approval",
        "currentState": "Approved",
        "status": "COMPLETED",
        "terminalOutcome": "APPROVED",
        "pendingTasks": [],
    }
    assert group_tasks(carol(stack)) == my_tasks(bob(stack)) == []


def test_a_rejection_comes_back_for_rework_and_is_resubmitted(stack: Stack):
    flow = submit(alice(stack))
    flow = claim_and_decide(bob(stack), flow["pendingTasks"][0]["taskId"], "REJECT", comment="No")
    (rework,) = flow["pendingTasks"]
    assert (rework["stateName"], rework["candidateGroupId"]) == ("ReworkRequested", "initiators")
    assert group_tasks(alice(stack)) == [rework]
    flow = claim_and_decide(alice(stack), rework["taskId"], "SUBMIT")
    (again,) = flow["pendingTasks"]
    assert flow["currentState"] == again["stateName"] == "Submitted"
    assert again["taskId"] not in (rework["taskId"],)


def test_abandoning_rework_makes_rejected_reachable(stack: Stack):
    flow = submit(alice(stack))
    flow = claim_and_decide(bob(stack), flow["pendingTasks"][0]["taskId"], "REJECT")
    flow = claim_and_decide(alice(stack), flow["pendingTasks"][0]["taskId"], "ABANDON")
    assert (flow["currentState"], flow["status"]) == ("Rejected", "COMPLETED")
    assert flow["terminalOutcome"] == "REJECTED"


def test_the_history_is_oldest_first_with_details(stack: Stack):
    flow = submit(alice(stack), document="contract-118.pdf")
    (first,) = flow["pendingTasks"]
    claim(bob(stack), first["taskId"])
    release(bob(stack), first["taskId"])
    flow = claim_and_decide(bob(stack), first["taskId"], "APPROVE", comment="Fine")
    (second,) = flow["pendingTasks"]
    claim_and_decide(carol(stack), second["taskId"], "APPROVE")
    history = flow_of(alice(stack), flow["flowId"])["history"]
    one = {"taskId": first["taskId"]}
    two = {"taskId": second["taskId"]}
    group = {"candidateGroupId": "legal-reviewers"}
    decided = {"outcome": "APPROVE", "comment": "Fine", "actorId": "bob"}
    started = {
        "definitionKey": "document-approval",
        "documentRef": "contract-118.pdf",
        "submitterId": "alice",
        "initialState": "Submitted",
    }
    moved = {"from": "Submitted", "to": "FinalReview", "trigger": "APPROVE"}
    finished = {"from": "FinalReview", "to": "Approved", "trigger": "APPROVE"}
    assert [(each["type"], each["actorId"], each["detail"]) for each in history] == [
        ("FLOW_STARTED", "alice", started),
        ("TASK_CREATED", None, {**one, **group, "stateName": "Submitted"}),
        ("TASK_CLAIMED", "bob", {**one, "ownerId": "bob"}),
        ("TASK_RELEASED", "bob", one),
        ("TASK_CLAIMED", "bob", {**one, "ownerId": "bob"}),
        ("DECISION_RECORDED", "bob", {**one, **decided}),
        ("STATE_TRANSITIONED", None, moved),
        ("TASK_CREATED", None, {**two, **group, "stateName": "FinalReview"}),
        ("TASK_CLAIMED", "carol", {**two, "ownerId": "carol"}),
        ("DECISION_RECORDED", "carol", {**two, **decided, "comment": None, "actorId": "carol"}),
        ("STATE_TRANSITIONED", None, finished),
        ("FLOW_COMPLETED", None, {"terminalOutcome": "APPROVED"}),
    ]
    times = [each["occurredAt"] for each in history]
    assert times == sorted(times)


def test_a_flow_is_read_without_an_actor(stack: Stack):
    flow = submit(alice(stack))
    assert flow_of(stack.client(), flow["flowId"])["pendingTasks"] == flow["pendingTasks"]


def test_my_submissions_are_mine_alone_last_changed_first(stack: Stack):
    first, second = submit(alice(stack), document="one"), submit(alice(stack), document="two")
    submit(carol(stack), document="three")
    claim_and_decide(bob(stack), first["pendingTasks"][0]["taskId"], "APPROVE")
    flows = listed(alice(stack).get("/api/v1/flows"))
    assert [flow["documentRef"] for flow in flows] == ["one", "two"]
    assert flows[0] == {
        "flowId": first["flowId"],
        "definitionKey": "document-approval",
        "currentState": "FinalReview",
        "status": "RUNNING",
        "terminalOutcome": None,
        "documentRef": "one",
        "submitterId": "alice",
        "updatedAt": flows[0]["updatedAt"],
    }
    assert flows[1]["flowId"] == second["flowId"]
    assert flows[0]["updatedAt"] > flows[1]["updatedAt"]


def test_the_same_document_twice_is_two_flows(stack: Stack):
    assert submit(alice(stack))["flowId"] != submit(alice(stack))["flowId"]


def test_unknown_fields_of_a_body_are_ignored(stack: Stack):
    answer = alice(stack).post("/api/v1/flows", {**SUBMISSION, "priority": "high", "x": {"y": []}})
    task = told(answer, 201, "FlowStatus")["pendingTasks"][0]["taskId"]
    claim(bob(stack), task)
    told(decide(bob(stack), task, "APPROVE", reason="?"), 200, "FlowStatus")


def test_a_comment_may_be_absent_null_or_anything(stack: Stack):
    flow = submit(alice(stack))
    comments = [None, "", "Ünïcode 山 👩🏽‍⚖️ \u0000 \n \u202e"]
    for comment, outcome in zip(comments, ("REJECT", "SUBMIT", "REJECT"), strict=True):
        flow = claim_and_decide(
            carol(stack), flow["pendingTasks"][0]["taskId"], outcome, comment=comment
        )
    history = flow_of(stack.client(), flow["flowId"])["history"]
    decided = [each["detail"] for each in history if each["type"] == "DECISION_RECORDED"]
    assert [each["comment"] or None for each in decided] == [None, None, comments[2]]


def test_a_definition_may_be_named_by_its_uuid(stack: Stack):
    head = find_definition(stack.tenant, "document-approval")
    assert head is not None
    flow = submit(alice(stack), head.definition_id)
    assert flow["definitionKey"] == "document-approval"


def test_an_id_in_capitals_is_the_same_id(stack: Stack):
    (task,) = submit(alice(stack))["pendingTasks"]
    assert told(claim(bob(stack), task["taskId"].upper()), 200, "TaskSummary")["ownerId"] == "bob"
    assert flow_of(bob(stack), task["flowId"].upper())["flowId"] == task["flowId"]
