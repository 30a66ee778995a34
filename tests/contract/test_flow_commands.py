"""Commands of the Flow API sent twice, and told how long to wait."""

from signoff.history.store import read_history
from tests.contract.flow_page import SUBMISSION, alice, bob, listed, refused, submit, told
from tests.support.stack import Stack, stack

__all__ = ["stack"]


def test_a_submission_sent_twice_under_one_key_is_one_flow(stack: Stack):
    first = alice(stack).post("/api/v1/flows", SUBMISSION, Idempotency_Key='"k"')
    again = alice(stack).post("/api/v1/flows", SUBMISSION, Idempotency_Key="k")
    assert told(first, 201, "FlowStatus") == told(again, 201, "FlowStatus")
    assert len(listed(alice(stack).get("/api/v1/flows"))) == 1


def test_another_body_under_the_key_is_422_and_starts_nothing(stack: Stack):
    alice(stack).post("/api/v1/flows", SUBMISSION, Idempotency_Key="k")
    other = {**SUBMISSION, "documentRef": "another"}
    refused(alice(stack).post("/api/v1/flows", other, Idempotency_Key="k"), 422)
    assert len(listed(alice(stack).get("/api/v1/flows"))) == 1


def test_each_person_has_keys_of_their_own(stack: Stack):
    first = alice(stack).post("/api/v1/flows", SUBMISSION, Idempotency_Key="k")
    other = stack.client("carol", "initiators").post(
        "/api/v1/flows", SUBMISSION, Idempotency_Key="k"
    )
    assert first.body["flowId"] != other.body["flowId"]


def test_task_commands_sent_twice_answer_alike_and_happen_once(stack: Stack):
    (task,) = submit(alice(stack))["pendingTasks"]
    base = f"/api/v1/tasks/{task['taskId']}"
    decision = {"outcome": "APPROVE"}
    for path, body in (("claim", None), ("release", None), ("claim", None), ("decision", decision)):
        key = f"{path}-{len(read_history(stack.tenant, task['flowId']).items)}"
        first = bob(stack).post(f"{base}/{path}", body, Idempotency_Key=key)
        again = bob(stack).post(f"{base}/{path}", body, Idempotency_Key=key)
        assert first.status == again.status == 200
        assert first.text == again.text
    types = [entry.type for entry in read_history(stack.tenant, task["flowId"]).items]
    assert types.count("task.claimed") == 2
    assert types.count("task.released") == types.count("task.decided") == 1


def test_a_refused_command_may_be_tried_again_under_its_key(stack: Stack):
    (task,) = submit(alice(stack))["pendingTasks"]
    path = f"/api/v1/tasks/{task['taskId']}/decision"
    refused(bob(stack).post(path, {"outcome": "APPROVE"}, Idempotency_Key="k"), 409)
    bob(stack).post(f"/api/v1/tasks/{task['taskId']}/claim")
    told(bob(stack).post(path, {"outcome": "APPROVE"}, Idempotency_Key="k"), 200, "FlowStatus")


def test_a_client_that_will_not_wait_gets_the_committed_state(stack: Stack):
    answer = alice(stack).post("/api/v1/flows", SUBMISSION, Prefer="respond-async")
    flow = told(answer, 201, "FlowStatus")
    assert answer.headers["preference-applied"] == "respond-async"
    assert (flow["currentState"], flow["status"]) == ("Submitted", "RUNNING")


def test_a_client_that_waits_is_told_how_long_was_agreed(stack: Stack):
    answer = alice(stack).post("/api/v1/flows", SUBMISSION, Prefer="wait=60")
    assert answer.headers["preference-applied"] == "wait=20"
    assert len(told(answer, 201, "FlowStatus")["pendingTasks"]) == 1
