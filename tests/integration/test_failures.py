"""When a step's own logic fails: error paths, repetitions, FAILED runs and their retry."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.tenants import Operator, Tenant, told
from tests.support.waiting import until

PATHS = """
key: paths
name: Error paths of everything automatic
parameters: {type: object, properties: {amount: {}, due: {}, list: {type: array}}}
steps:
  - id: Compute
    type: transform
    onError: BadNumber
    config: {set: {number: "{% $number(amount) %}"}}
  - id: Choose
    type: condition
    onError: BadChoice
    config:
      branches:
        - {when: "{% number < 0 and $error('negative') %}", next: Pause}
      otherwise: Pause
  - id: Pause
    type: wait
    onError: BadWait
    config: {until: "{{due}}"}
  - id: Halves
    type: map
    onError: BadItem
    config:
      items: "{{list}}"
      steps: [{id: Halve, type: transform, config: {set: {half: "{% item / 2 %}"}}}]
  - {id: Done, type: end, config: {outcome: DONE, result: "{% Halves.half %}"}}
  - {id: BadNumber, type: end, config: {outcome: BAD_NUMBER, result: "{{error}}"}}
  - {id: BadChoice, type: end, config: {outcome: BAD_CHOICE, result: "{{error}}"}}
  - {id: BadWait, type: end, config: {outcome: BAD_WAIT, result: "{{error}}"}}
  - {id: BadItem, type: end, config: {outcome: BAD_ITEM, result: "{{error}}"}}
"""

# A branch fails while people of the other one are being asked.
BROKEN_BRANCH = """
key: broken-branch
name: A branch breaks
parameters: {type: object, properties: {due: {}}}
steps:
  - id: Both
    type: parallel
    onError: Repair
    config:
      branches:
        - id: people
          steps: [{id: Ask, type: task, config: {candidates: {groups: [peers]}}}]
        - id: machine
          steps:
            - {id: Go, type: task, config: {mode: direct, candidates: {users: [ann]}}}
            - {id: Pause, type: wait, config: {until: "{{due}}"}}
  - {id: Done, type: end, config: {outcome: DONE}}
  - id: Repair
    type: task
    config: {mode: direct, candidates: {users: [ben]}}
  - {id: Repaired, type: end, config: {outcome: REPAIRED, result: "{% error.step %}"}}
"""

# The helper can be switched off and on, which is how these tests break and mend things.
HELPER = """
key: helper
name: Helper
enabled: %s
steps:
  - {id: Help, type: end, config: {outcome: HELPED, result: "{%% 42 %%}"}}
"""
NEEDY = """
key: needy
name: In need of a helper
steps:
  - id: First
    type: approval
    config: {candidates: {groups: [peers]}, outcomes: {OK: {}}}
  - id: Sub
    type: workflow
    config: {definition: helper}
  - id: Last
    type: approval
    config: {mode: direct, candidates: {users: [ann]}, outcomes: {OK: {}}}
  - {id: Done, type: end, config: {outcome: DONE, result: "{% Sub.result %}"}}
"""


def switch(operator: Operator, state: str) -> None:
    """Publish the helper enabled ("true") or not."""
    operator.publish(HELPER % state)


def entries(operator: Operator, run_id: str, type_: str) -> list[Any]:
    """The details of a run's history entries of that type."""
    history = operator.history(run_id)
    return [entry["detail"] for entry in history if entry["type"] == type_]


# ---- onError


@pytest.mark.parametrize(
    ("amount", "due", "items", "outcome", "step"),
    [
        ("4", "2020-01-01T00:00:00Z", [1, 2], "DONE", None),
        ("four", "2020-01-01T00:00:00Z", [], "BAD_NUMBER", "Compute"),
        ("-1", "2020-01-01T00:00:00Z", [], "BAD_CHOICE", "Choose"),
        ("4", "tomorrow", [], "BAD_WAIT", "Pause"),
        ("4", "2990-01-01T00:00:00Z", [], "BAD_WAIT", "Pause"),
        ("4", "2020-01-01T00:00:00Z", [1, "two"], "BAD_ITEM", "Halves"),
    ],
)
def test_an_error_leads_where_the_definition_says(
    operator: Operator, amount: str, due: str, items: list[Any], outcome: str, step: str | None
):
    operator.publish(PATHS)
    run = operator.start("paths", amount=amount, due=due, list=items)
    run = operator.becomes(run["id"], "COMPLETED")
    assert run["outcome"] == outcome
    if step is None:
        assert run["result"] == [0.5, 1]
    else:
        assert run["result"]["step"] == step
        assert run["result"]["error"]
        assert run["result"]["cause"]


def test_what_a_broken_branch_asked_for_is_taken_back(tenant: Tenant):
    operator, ann, peer = tenant.operator, tenant.person("ann"), tenant.person("eve", "peers")
    operator.publish(BROKEN_BRANCH)
    run = operator.start("broken-branch", due="never")
    tasks = operator.stands_at(run["id"], "Ask", "Go")
    told(peer.claim(tasks["Ask"]["id"]))
    told(ann.decide(tasks["Go"]["id"], "complete"))
    repair = operator.stands_at(run["id"], "Repair")["Repair"]
    assert peer.my_tasks() == peer.group_tasks() == []
    answer = peer.decide(tasks["Ask"]["id"], "complete")
    assert (answer.status, answer.body) == (409, {"error": "Task is not in a decidable state"})
    told(tenant.person("ben").decide(repair["id"], "complete"))
    run = operator.becomes(run["id"], "COMPLETED")
    assert (run["outcome"], run["result"]) == ("REPAIRED", "Both")
    assert [each["reason"] for each in entries(operator, run["id"], "task.closed")] == ["abandoned"]


# ---- retry of a step


def test_a_step_is_tried_again_until_it_works(operator: Operator):
    text = """
key: patient
name: Patient
steps:
  - id: Sub
    type: workflow
    retry: {attempts: 20, interval: PT2S, backoff: 1}
    config: {definition: helper}
  - {id: Done, type: end, config: {outcome: DONE, result: "{% Sub.result %}"}}
"""
    switch(operator, "true")
    operator.publish(text)
    switch(operator, "false")
    body = {"definition": "patient"}
    run = operator.post("/runs", body, 201, Prefer="respond-async")
    assert run["status"] == "RUNNING"
    switch(operator, "true")
    run = operator.becomes(run["id"], "COMPLETED")
    assert (run["result"], run["attempt"]) == (42, 1)


def test_a_step_that_never_works_takes_the_error_path_when_its_attempts_are_over(
    operator: Operator,
):
    text = """
key: thrice
name: Thrice
parameters: {type: object, properties: {due: {}}}
steps:
  - id: Pause
    type: wait
    retry: {attempts: 2, interval: PT1S, backoff: 1}
    onError: Late
    config: {until: "{{due}}"}
  - {id: Done, type: end, config: {outcome: DONE}}
  - {id: Late, type: end, config: {outcome: LATE, result: "{{error}}"}}
"""
    operator.publish(text)
    run = operator.becomes(operator.start("thrice", due="soon")["id"], "COMPLETED")
    assert run["outcome"] == "LATE"
    assert (run["result"]["step"], run["result"]["error"]) == ("Pause", "StepFailed")
    # The message alone, of what Step Functions has: of a function, JSON with a traceback.
    cause = run["result"]["cause"]
    assert cause.startswith("Pause: wait takes an ISO 8601 duration (PT2H, P3D) or")
    assert "Traceback" not in cause


# ---- FAILED, and retry of a run


def test_a_run_whose_logic_failed_says_why_and_goes_on_from_there(tenant: Tenant):
    operator, peer = tenant.operator, tenant.person("eve", "peers")
    switch(operator, "true")
    operator.publish(NEEDY)
    switch(operator, "false")
    flow = tenant.person("alice").submit("needy")
    run_id = flow["flowId"]
    peer.take(flow["pendingTasks"][0]["taskId"], "OK", comment="fine")
    run = operator.becomes(run_id, "FAILED")
    reason = {
        "error": "StepFailed",
        "cause": "there is no enabled definition 'helper' to start",
    }
    assert run["error"] | {"step": ""} == reason | {"step": ""}
    (failed,) = entries(operator, run_id, "run.failed")
    assert failed | {"step": ""} == reason | {"step": ""}
    shown = tenant.person("alice").flow(run_id)
    assert (shown["status"], shown["pendingTasks"]) == ("FAILED", [])
    assert shown["history"][-1]["type"] == "FLOW_FAILED"

    # Mended nothing, it fails again.
    operator.post(f"/runs/{run_id}/retry")
    until(lambda: len(entries(operator, run_id, "run.failed")) == 2)
    assert operator.run(run_id)["status"] == "FAILED"

    switch(operator, "true")
    operator.post(f"/runs/{run_id}/retry")
    last = operator.stands_at(run_id, "Last")["Last"]
    told(tenant.person("ann").decide(last["id"], "OK"))
    run = operator.becomes(run_id, "COMPLETED")
    assert (run["result"], run["attempt"], run["error"]) == (42, 3, None)
    # Nobody was asked twice.
    assert len(entries(operator, run_id, "task.opened")) == 2
    assert len(entries(operator, run_id, "task.decided")) == 2


def test_a_run_that_failed_beside_open_tasks_asks_again_after_a_retry(tenant: Tenant):
    text = """
key: beside
name: Beside
steps:
  - id: Both
    type: parallel
    config:
      branches:
        - id: people
          steps: [{id: Ask, type: task, config: {candidates: {groups: [beside]}}}]
        - id: machine
          steps:
            - {id: Go, type: task, config: {mode: direct, candidates: {users: [gil]}}}
            - {id: Sub, type: workflow, config: {definition: helper}}
  - {id: Done, type: end, config: {outcome: DONE}}
"""
    operator, peer = tenant.operator, tenant.person("eve", "beside")
    switch(operator, "true")
    operator.publish(text)
    switch(operator, "false")
    run_id = operator.start("beside")["id"]
    tasks = operator.stands_at(run_id, "Ask", "Go")
    told(tenant.person("gil").decide(tasks["Go"]["id"], "complete"))
    operator.becomes(run_id, "FAILED")
    assert peer.group_tasks() == []

    switch(operator, "true")
    operator.post(f"/runs/{run_id}/retry")
    asked = operator.stands_at(run_id, "Ask")["Ask"]
    # The same task, and what was decided stays decided.
    assert asked["id"] == tasks["Ask"]["id"]
    assert tenant.person("gil").my_tasks() == []
    peer.take(asked["id"], "complete")
    # The sub-workflow beside it may still run, and nobody waits for a join with a sibling open.
    operator.becomes(run_id, "COMPLETED")
    assert len(entries(operator, run_id, "task.decided")) == 2


def test_a_child_that_failed_fails_its_parent_and_is_retried_with_it(tenant: Tenant):
    parent = """
key: over
name: Over
steps:
  - {id: Middle, type: workflow, config: {definition: needy}}
  - {id: Done, type: end, config: {outcome: DONE, result: "{% Middle.result %}"}}
"""
    operator, peer = tenant.operator, tenant.person("eve", "peers")
    switch(operator, "true")
    operator.publish(NEEDY)
    operator.publish(parent)
    switch(operator, "false")
    run_id = operator.start("over")["id"]
    (child,) = [
        each["id"]
        for each in operator.get("/runs?status=RUNNING")
        if each["definitionKey"] == "needy"
    ]
    peer.take(operator.stands_at(child, "First")["First"]["id"], "OK")
    run = operator.becomes(run_id, "FAILED")
    assert run["error"]["error"] == "ChildFailed"
    assert run["error"]["cause"] == "there is no enabled definition 'helper' to start"

    switch(operator, "true")
    operator.post(f"/runs/{run_id}/retry")
    told(tenant.person("ann").decide(operator.stands_at(child, "Last")["Last"]["id"], "OK"))
    assert operator.becomes(run_id, "COMPLETED")["result"] == 42
    assert operator.run(child)["status"] == "COMPLETED"
    assert len(entries(operator, child, "task.opened")) == 2


@pytest.mark.parametrize("command", ["retry", "cancel"])
def test_what_a_run_is_not_in_the_state_for_is_409(tenant: Tenant, command: str):
    operator = tenant.operator
    flow = tenant.alice.submit()
    flow = tenant.bob.take(flow["pendingTasks"][0]["taskId"], "REJECT")
    if command == "retry":
        assert operator.send("POST", f"/runs/{flow['flowId']}/retry", {}).status == 409
    tenant.alice.take(flow["pendingTasks"][0]["taskId"], "ABANDON")
    answer = operator.send("POST", f"/runs/{flow['flowId']}/{command}", {})
    assert answer.status == 409
    assert answer.body["errors"][0]["code"] == "WORKFLOW_CONFLICT"
    assert operator.run(flow["flowId"])["status"] == "COMPLETED"


def test_a_cancelled_run_takes_its_tasks_along_and_can_be_cancelled_again(tenant: Tenant):
    operator = tenant.operator
    flow = tenant.alice.submit()
    task = flow["pendingTasks"][0]["taskId"]
    told(tenant.bob.claim(task))
    for _ in range(2):
        run = operator.post(f"/runs/{flow['flowId']}/cancel", {"reason": "sent twice"})
        assert (run["status"], run["openTasks"]) == ("CANCELLED", [])
    assert task not in [each["taskId"] for each in tenant.bob.my_tasks()]
    answer = tenant.bob.decide(task, "APPROVE")
    assert (answer.status, answer.body) == (409, {"error": "Task is not in a decidable state"})
    (cancelled,) = entries(operator, flow["flowId"], "run.cancelled")
    assert cancelled == {"reason": "sent twice"}
    shown = tenant.alice.flow(flow["flowId"])
    assert (shown["status"], shown["terminalOutcome"]) == ("CANCELLED", None)
    assert [each["type"] for each in shown["history"][-2:]] == ["FLOW_CANCELLED", "TASK_CLOSED"]
