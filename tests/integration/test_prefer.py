"""``Prefer``: how long the answer to a command may wait for what comes next (RFC 7240)."""

from __future__ import annotations

import pytest

from tests.support.tenants import FLOWS, TASKS, Tenant, told
from tests.support.waiting import until

SUBMISSION = {"definitionKey": "document-approval", "documentRef": "x"}
# It ends before the longest wait does.
PAUSE = """
key: pause
name: A pause first
steps:
  - {id: Think, type: wait, config: {duration: PT15S}}
  - {id: Sign, type: task, config: {candidates: {groups: [x]}}}
"""

ITEMS = """
key: items
name: One item after another
steps:
  - id: Each
    type: map
    config:
      items: "{% ['a', 'b', 'c'] %}"
      concurrency: 1
      steps: [{id: Item, type: task, config: {mode: direct, candidates: {users: [ann]}}}]
"""


def test_respond_async_answers_at_once_with_what_is_committed(tenant: Tenant):
    answer = tenant.alice.post(FLOWS, SUBMISSION, Prefer="respond-async")
    flow = told(answer, 201)
    assert answer.headers["preference-applied"] == "respond-async"
    assert (flow["status"], flow["currentState"]) == ("RUNNING", "Submitted")

    def first_task() -> str | None:
        tasks = tenant.bob.flow(flow["flowId"])["pendingTasks"]
        return tasks[0]["taskId"] if tasks else None

    task = until(first_task)
    told(tenant.bob.claim(task))
    decision = {"outcome": "APPROVE"}
    path = f"{TASKS}/{task}/decision"
    answer = tenant.bob.post(path, decision, Prefer="respond-async")
    assert told(answer)["status"] == "RUNNING"
    assert answer.headers["preference-applied"] == "respond-async"
    until(lambda: tenant.bob.flow(flow["flowId"])["currentState"] == "FinalReview")


@pytest.mark.parametrize(
    ("prefer", "applied"),
    [("wait=10", "wait=10"), ("respond-async, wait=20", "wait=20"), ("WAIT=999", "wait=20")],
)
def test_a_wait_that_is_asked_for_is_applied(tenant: Tenant, prefer: str, applied: str):
    answer = tenant.alice.post(FLOWS, SUBMISSION, Prefer=prefer)
    assert answer.headers["preference-applied"] == applied
    assert len(told(answer, 201)["pendingTasks"]) == 1


@pytest.mark.parametrize("prefer", [None, "wait=soon", "return=minimal", "", ";;,=", "wait=-1"])
def test_what_is_no_wait_is_ignored(tenant: Tenant, prefer: str | None):
    answer = tenant.alice.post(FLOWS, SUBMISSION, Prefer=prefer)
    told(answer, 201)
    assert "preference-applied" not in answer.headers


def test_a_pause_ends_the_wait(tenant: Tenant):
    tenant.operator.publish(PAUSE)
    # Had the wait gone on, the answer would show the task that comes after the pause.
    flow = told(
        tenant.alice.post(FLOWS, SUBMISSION | {"definitionKey": "pause"}, Prefer="wait=20"), 201
    )
    assert (flow["currentState"], flow["pendingTasks"]) == ("Think", [])


def test_the_answer_waits_for_the_next_item_of_a_map(tenant: Tenant):
    tenant.operator.publish(ITEMS)
    ann = tenant.person("ann")
    flow = tenant.alice.submit("items")
    for number in range(3):
        (task,) = flow["pendingTasks"]
        path = f"{TASKS}/{task['taskId']}/decision"
        flow = told(ann.post(path, {"outcome": "complete"}, Prefer="wait=20"))
        assert len(flow["pendingTasks"]) == (0 if number == 2 else 1)
        assert task not in flow["pendingTasks"]
    assert flow["status"] == "COMPLETED"


def test_the_shortest_wait_answers_with_what_is_committed(tenant: Tenant):
    answer = tenant.alice.post(FLOWS, SUBMISSION, Prefer="wait=0")
    assert told(answer, 201)["status"] == "RUNNING"
    assert answer.headers["preference-applied"] == "wait=0"
