"""``Idempotency-Key``: a command that is sent again is answered again and not done again."""

from __future__ import annotations

import uuid
from functools import partial

import pytest

from tests.support.http import Answer
from tests.support.tenants import FLOWS, PATIENT, TASKS, Person, Tenant, told
from tests.support.waiting import at_once

SUBMISSION = {"definitionKey": "document-approval", "documentRef": "once"}


def submit(who: Person, key: str, **more: str) -> Answer:
    return who.post(FLOWS, SUBMISSION | more, Idempotency_Key=key, **PATIENT)


def fresh() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def alice(tenant: Tenant) -> Person:
    """A submitter of whom nobody knows anything yet."""
    return tenant.person(f"alice-{fresh()}", "initiators")


def flows_of(who: Person, count: int) -> list[str]:
    return [flow["flowId"] for flow in who.flows(count)]


def test_a_repetition_gets_the_same_answer_and_makes_nothing(alice: Person):
    key = fresh()
    first = submit(alice, key)
    assert first.status == 201
    for form in (key, f'"{key}"', f" {key} "):
        again = submit(alice, form)
        assert (again.status, again.text) == (first.status, first.text)
    assert flows_of(alice, 1) == [first.body["flowId"]]


def test_the_answer_is_that_of_then_though_the_flow_has_moved(tenant: Tenant, alice: Person):
    key = fresh()
    first = submit(alice, key)
    tenant.bob.take(first.body["pendingTasks"][0]["taskId"], "APPROVE")
    again = submit(alice, key)
    assert again.text == first.text
    assert again.body["currentState"] == "Submitted"


def test_the_same_request_written_otherwise_is_the_same_request(alice: Person):
    key = fresh()
    first = submit(alice, key)
    spaced = '{ "documentRef" : "\\u006fnce", "definitionKey": "document-approval" }'
    again = alice.post(FLOWS, spaced, Idempotency_Key=key)
    assert (again.status, again.text) == (201, first.text)


def test_another_body_or_path_under_the_key_is_422(tenant: Tenant, alice: Person):
    key = fresh()
    first = submit(alice, key)
    other = submit(alice, key, documentRef="another")
    assert other.body == {"error": "Idempotency-Key was used for another request"}
    assert other.status == 422
    assert flows_of(alice, 1) == [first.body["flowId"]]

    bob, tasks = tenant.bob, [first.body["pendingTasks"][0]["taskId"]]
    tasks.append(submit(alice, fresh()).body["pendingTasks"][0]["taskId"])
    told(bob.post(f"{TASKS}/{tasks[0]}/claim", Idempotency_Key=key))
    answer = bob.post(f"{TASKS}/{tasks[1]}/claim", Idempotency_Key=key)
    assert answer.body == {"error": "Idempotency-Key was used for another request"}
    assert answer.status == 422


def test_claim_release_and_decision_are_repeated_as_well(tenant: Tenant, alice: Person):
    bob, flow = tenant.bob, submit(alice, fresh()).body
    task = flow["pendingTasks"][0]["taskId"]
    decision = {"outcome": "APPROVE", "comment": "once"}
    for command, body in (
        ("claim", None),
        ("release", None),
        ("claim", None),
        ("decision", decision),
    ):
        key = f'"{fresh()}"'
        path = f"{TASKS}/{task}/{command}"
        answers = [bob.post(path, body, Idempotency_Key=key) for _ in range(2)]
        assert answers[0].status == 200
        assert answers[0].text == answers[1].text
        # Without the key the command is another one, and comes too late.
        assert bob.post(path, body).status == 409
    types = [entry["type"] for entry in bob.flow(flow["flowId"])["history"]]
    assert types.count("TASK_CLAIMED") == 2
    assert types.count("TASK_RELEASED") == 1
    assert types.count("DECISION_RECORDED") == 1


def test_a_key_belongs_to_an_actor_an_api_key_and_an_operation(tenant: Tenant, alice: Person):
    key = fresh()
    first = submit(alice, key).body
    # Another person, and another program of the same person.
    beth = tenant.person(f"beth-{fresh()}", "initiators")
    scopes = ("flows:read", "flows:write", "actors:assert")
    secret = tenant.operator.key_with(*scopes)["secret"]
    second_program = tenant.person(alice.id, "initiators", key=secret)
    flows = {submit(who, key).body["flowId"] for who in (alice, beth, second_program)}
    assert len(flows) == 3
    assert first["flowId"] in flows
    # Another operation.
    task = first["pendingTasks"][0]["taskId"]
    carol = tenant.person(alice.id, "legal-reviewers")
    assert told(carol.post(f"{TASKS}/{task}/claim", Idempotency_Key=key))["status"] == "CLAIMED"


def test_a_refusal_is_not_kept(tenant: Tenant, alice: Person):
    key = fresh()
    outsider = tenant.person(alice.id)
    assert submit(outsider, key).status == 403
    assert submit(outsider, key).status == 403
    assert submit(alice, key).status == 201


@pytest.mark.parametrize("key", ["", '""', "x" * 256])
def test_a_key_that_is_none_is_400(alice: Person, key: str):
    answer = submit(alice, key)
    assert answer.body == {"error": "Idempotency-Key must have 1 to 255 characters"}
    assert answer.status == 400
    assert flows_of(alice, 0) == []


def test_many_at_once_under_one_key_make_one_flow(alice: Person):
    before: list[str] = []
    for number in range(3):
        key = fresh()
        answers = at_once(*[partial(submit, alice, key)] * 6)
        assert {answer.status for answer in answers} <= {201, 409}
        made = [answer for answer in answers if answer.status == 201]
        assert len({answer.text for answer in made}) == 1
        for answer in answers:
            if answer.status == 409:
                message = "The first request with this Idempotency-Key is still running"
                assert answer.body == {"error": message}
        flows = flows_of(alice, number + 1)
        assert flows == [made[0].body["flowId"], *before]
        before = flows
        assert submit(alice, key).text == made[0].text
