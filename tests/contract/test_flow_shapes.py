"""The Flow API over definitions that are not the shipped one: the issue's decisions."""

from signoff.runs.cancel import cancel_run
from tests.contract.flow_page import (
    alice,
    claim,
    claim_and_decide,
    decide,
    flow_of,
    group_tasks,
    listed,
    my_tasks,
    refused,
    release,
    submit,
    told,
    until_pending,
)
from tests.support.stack import Stack, stack
from tests.support.waiting import until

__all__ = ["stack"]

DIRECT = """
key: direct
name: Put to one person
steps:
  - id: Sign
    type: approval
    config:
      mode: direct
      candidates: {users: [dora]}
      outcomes: {sign: {}, decline: {next: Declined}}
  - id: Signed
    type: end
    config: {outcome: SIGNED}
  - id: Declined
    type: end
    config: {outcome: DECLINED}
"""

PARALLEL = """
key: both
name: Both at once
steps:
  - id: review
    type: parallel
    config:
      branches:
        - id: legal
          steps:
            - id: LegalCheck
              type: approval
              config:
                candidates: {groups: [legal]}
                outcomes: {APPROVE: {}}
        - id: finance
          steps:
            - id: FinanceCheck
              type: approval
              config:
                candidates: {groups: [finance]}
                outcomes: {APPROVE: {}}
"""

QUORUM = """
key: board
name: Two of three
steps:
  - id: Vote
    type: approval
    config:
      mode: direct
      candidates: {users: [ann, ben, cid]}
      quorum: {yes: 2, no: 2}
      otherwise: Tie
      outcomes: {"yes": {next: Passed}, "no": {next: Tie}}
  - id: Passed
    type: end
    config: {outcome: PASSED}
  - id: Tie
    type: end
    config: {outcome: TIE}
"""

FORM = """
key: form
name: A form to fill
steps:
  - id: Fill
    type: task
    config:
      candidates: {groups: [clerks]}
      form:
        type: object
        required: [amount]
        properties: {amount: {type: number}}
      outcomes: {done: {}}
"""


def test_a_named_assignee_owns_the_task_from_its_birth(stack: Stack):
    stack.publish(DIRECT)
    (task,) = submit(alice(stack), "direct")["pendingTasks"]
    dora = stack.client("dora")
    assert task["status"] == "CLAIMED"
    assert task["ownerId"] == task["candidateGroupId"] == "dora"
    assert my_tasks(dora) == [task]
    refused(release(dora, task["taskId"]), 409, "Task is not releasable")
    refused(claim(stack.client("eve", "dora"), task["taskId"]), 403)
    flow = told(decide(dora, task["taskId"], "sign"), 200, "FlowStatus")
    assert (flow["currentState"], flow["terminalOutcome"]) == ("Signed", "SIGNED")


def test_an_outcome_may_be_written_in_any_case(stack: Stack):
    stack.publish(DIRECT)
    (task,) = submit(alice(stack), "direct")["pendingTasks"]
    flow = told(decide(stack.client("dora"), task["taskId"], "DECLINE"), 200, "FlowStatus")
    assert flow["terminalOutcome"] == "DECLINED"


def test_of_parallel_branches_the_first_open_one_is_the_current_state(stack: Stack):
    stack.publish(PARALLEL)
    flow = submit(alice(stack), "both")
    lena, fred = stack.client("lena", "legal"), stack.client("fred", "finance")
    flow = until_pending(lena, flow["flowId"], 2)  # the branches begin at once, not together
    assert [task["stateName"] for task in flow["pendingTasks"]] == ["LegalCheck", "FinanceCheck"]
    assert flow["currentState"] == "LegalCheck"
    tasks = {task["stateName"]: task["taskId"] for task in flow["pendingTasks"]}
    flow = claim_and_decide(lena, tasks["LegalCheck"], "APPROVE")
    assert (flow["currentState"], flow["status"]) == ("FinanceCheck", "RUNNING")
    flow = claim_and_decide(fred, tasks["FinanceCheck"], "APPROVE")
    assert (flow["status"], flow["terminalOutcome"]) == ("COMPLETED", "COMPLETED")


def test_a_quorum_still_short_of_its_count_answers_at_once_and_keeps_its_state(stack: Stack):
    stack.publish(QUORUM)
    flow = submit(alice(stack), "board")
    tasks = {task["ownerId"]: task["taskId"] for task in flow["pendingTasks"]}
    assert set(tasks) == {"ann", "ben", "cid"}
    answer = decide(stack.client("ann"), tasks["ann"], "yes")
    flow = told(answer, 200, "FlowStatus")
    assert (flow["currentState"], flow["status"]) == ("Vote", "RUNNING")
    assert {task["ownerId"] for task in flow["pendingTasks"]} == {"ben", "cid"}
    flow = told(decide(stack.client("ben"), tasks["ben"], "yes"), 200, "FlowStatus")
    assert (flow["status"], flow["terminalOutcome"]) == ("COMPLETED", "PASSED")
    assert my_tasks(stack.client("cid")) == []
    refused(decide(stack.client("cid"), tasks["cid"], "no"), 409)


def test_form_data_travels_with_the_decision_and_is_in_its_history(stack: Stack):
    stack.publish(FORM)
    (task,) = submit(alice(stack), "form")["pendingTasks"]
    clerk = stack.client("carl", "clerks")
    claim(clerk, task["taskId"])
    refused(decide(clerk, task["taskId"], "done", data={"amount": "much"}), 422)
    refused(decide(clerk, task["taskId"], "done", data={"amount": 1, "x": "y" * 70_000}), 422)
    refused(decide(clerk, task["taskId"], "done", data=[1]), 400)
    told(decide(clerk, task["taskId"], "done", data={"amount": 12.5}), 200, "FlowStatus")
    history = flow_of(clerk, task["flowId"])["history"]
    (decided,) = [each["detail"] for each in history if each["type"] == "DECISION_RECORDED"]
    assert decided["data"] == {"amount": 12.5}


def test_a_cancelled_flow_says_so_and_has_no_task(stack: Stack):
    flow = submit(alice(stack))
    cancel_run(stack.world.caller("operator"), flow["flowId"], "No longer needed")
    shown = flow_of(alice(stack), flow["flowId"])
    assert (shown["status"], shown["pendingTasks"]) == ("CANCELLED", [])
    assert "FLOW_CANCELLED" in [each["type"] for each in shown["history"]]
    assert group_tasks(stack.client("bob", "legal-reviewers")) == []
    (summary,) = listed(alice(stack).get("/api/v1/flows"))
    assert summary["status"] == "CANCELLED"
    refused(claim(stack.client("bob", "legal-reviewers"), flow["pendingTasks"][0]["taskId"]), 409)


def test_a_flow_whose_logic_failed_says_so(stack: Stack):
    stack.publish(
        """
key: broken
name: Divides by nothing
steps:
  - id: Wait
    type: wait
    config: {duration: "{% documentRef %}"}
"""
    )
    # Nobody need wait for what comes next: it is for the worker to say that it has failed.
    body = {"definitionKey": "broken", "documentRef": "not a duration"}
    answer = alice(stack).post("/api/v1/flows", body, Prefer="respond-async")
    flow = told(answer, 201, "FlowStatus")
    until(lambda: stack.world.machines.ended)
    stack.world.reconcile_all()
    shown = flow_of(alice(stack), flow["flowId"])
    assert (shown["status"], shown["terminalOutcome"]) == ("FAILED", None)
    assert shown["history"][-1]["type"] == "FLOW_FAILED"
