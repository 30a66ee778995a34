"""Runs within runs, on a stack that is up."""

from __future__ import annotations

from tests.support.tenants import Operator, Tenant, told

CHILD = """
key: child
name: Child
parameters: {type: object, required: [limit], properties: {limit: {type: number}}}
steps:
  - id: Inner
    type: approval
    config: {mode: direct, candidates: {users: [ann]}, outcomes: {OK: {}}}
  - {id: Fine, type: end, config: {outcome: FINE, result: "{% limit + 1 %}"}}
"""
PARENT = """
key: parent
name: Parent
parameters: {type: object, properties: {amount: {}}}
steps:
  - id: Sub
    type: workflow
    onError: Failed
    config: {definition: child, variables: {limit: "{{amount}}"}}
  - id: Sign
    type: approval
    config: {mode: direct, candidates: {users: [ben]}, outcomes: {OK: {}}}
  - {id: Done, type: end, config: {outcome: DONE, result: "{{Sub}}"}}
  - {id: Failed, type: end, config: {outcome: FAILED, result: "{{error}}"}}
"""


def test_a_sub_workflow_gives_back_its_result(tenant: Tenant):
    operator = tenant.operator
    operator.publish(CHILD)
    operator.publish(PARENT)
    run = operator.start("parent", amount=40)
    assert (run["currentState"], run["openTasks"]) == ("Sub", [])
    (child,) = [each for each in operator.get("/runs") if each["definitionKey"] == "child"]
    child = operator.run(child["id"])
    assert child["parent"] == run["id"]
    assert child["initiator"] == run["initiator"]
    told(tenant.person("ann").decide(operator.stands_at(child["id"], "Inner")["Inner"]["id"], "OK"))
    child = operator.becomes(child["id"], "COMPLETED")
    assert (child["outcome"], child["result"]) == ("FINE", 41)
    told(tenant.person("ben").decide(operator.stands_at(run["id"], "Sign")["Sign"]["id"], "OK"))
    run = operator.becomes(run["id"], "COMPLETED")
    assert run["result"] == {"outcome": "FINE", "result": 41, "runId": child["id"]}


def test_a_sub_workflow_that_is_cancelled_takes_the_error_path(tenant: Tenant):
    operator = tenant.operator
    operator.publish(CHILD)
    operator.publish(PARENT)
    run = operator.start("parent", amount=1)
    child = next(each for each in operator.get("/runs") if each["definitionKey"] == "child")
    operator.post(f"/runs/{child['id']}/cancel", {"reason": "not wanted"})
    run = operator.becomes(run["id"], "COMPLETED")
    assert run["outcome"] == "FAILED"
    assert run["result"]["step"] == "Sub"
    assert run["result"]["error"] == "ChildFailed"
    assert tenant.person("ann").my_tasks() == []


def test_cancelling_a_parent_cancels_its_children(tenant: Tenant):
    operator = tenant.operator
    operator.publish(CHILD)
    operator.publish(PARENT)
    run = operator.start("parent", amount=1)
    child = next(each for each in operator.get("/runs") if each["definitionKey"] == "child")
    operator.stands_at(child["id"], "Inner")
    operator.post(f"/runs/{run['id']}/cancel")
    operator.becomes(child["id"], "CANCELLED")
    assert tenant.person("ann").my_tasks() == []
    assert operator.run(run["id"])["status"] == "CANCELLED"


def test_variables_that_a_child_does_not_take_are_its_parents_failure(operator: Operator):
    operator.publish(CHILD)
    operator.publish(PARENT)
    run = operator.becomes(operator.start("parent", amount="much")["id"], "COMPLETED")
    assert (run["outcome"], run["result"]["step"]) == ("FAILED", "Sub")
    assert run["result"]["error"] == "StepFailed"
    assert "variables.limit does not fit" in run["result"]["cause"]


def test_children_are_nested_five_deep_and_no_deeper(operator: Operator):
    text = """
key: %s
name: Deep
steps:
  - {id: Down, type: workflow, onError: Bottom, config: {definition: %s}}
  - {id: Done, type: end, config: {outcome: DONE, result: "{%% Down.result + 1 %%}"}}
  - {id: Bottom, type: end, config: {outcome: BOTTOM, result: "{%% 1 %%}"}}
"""
    operator.publish("{key: ping, name: Ping, steps: [{id: a, type: end, config: {outcome: A}}]}")
    operator.publish(text % ("pong", "ping"))
    operator.publish(text % ("ping", "pong"))
    run = operator.becomes(operator.start("ping")["id"], "COMPLETED")
    assert run["result"] == 6
