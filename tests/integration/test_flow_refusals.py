"""Every refusal of the Flow API over the wire: its status, its exact words, in its order."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.http import Answer
from tests.support.tenants import FLOWS, TASKS, WORKLISTS, Person, Tenant, told

UNKNOWN = "c0ffee00-0000-4000-8000-00000000000f"
SUBMISSION = {"definitionKey": "document-approval", "documentRef": "x"}
# Method, path, body and scope of the eight operations, with an id of nothing.
OPERATIONS = {
    "listFlows": ("GET", FLOWS, None, "flows:read"),
    "submitDocument": ("POST", FLOWS, SUBMISSION, "flows:write"),
    "getFlow": ("GET", f"{FLOWS}/{UNKNOWN}", None, "flows:read"),
    "claimTask": ("POST", f"{TASKS}/{UNKNOWN}/claim", None, "tasks:write"),
    "releaseTask": ("POST", f"{TASKS}/{UNKNOWN}/release", None, "tasks:write"),
    "decideTask": (
        "POST",
        f"{TASKS}/{UNKNOWN}/decision",
        {"outcome": "APPROVE"},
        "tasks:write",
    ),
    "listGroupWorklist": ("GET", f"{WORKLISTS}/group", None, "tasks:read"),
    "listMyWorklist": ("GET", f"{WORKLISTS}/mine", None, "tasks:read"),
}
BAD_KEY = "A valid API key or access token is required: Authorization: Bearer …"

each_operation = pytest.mark.parametrize("name", OPERATIONS)


def refused(answer: Answer, status: int, error: str) -> None:
    """The answer is this refusal and nothing else."""
    assert (answer.status, answer.body) == (status, {"error": error})
    assert answer.headers["content-type"] == "application/json"


def call(who: Person, name: str, **headers: str | None) -> Answer:
    method, path, body, _ = OPERATIONS[name]
    return who.send(method, path, body, **headers)


@pytest.fixture(scope="module")
def task(tenant: Tenant) -> str:
    """A task that is PENDING and stays so: every test here is refused."""
    return str(tenant.alice.submit()["pendingTasks"][0]["taskId"])


# ---- who asks


@each_operation
def test_without_a_good_key_it_is_401(tenant: Tenant, name: str):
    for authorization in (None, "Bearer nonsense", "Basic eDp5", f"Bearer wf_{'x' * 43}"):
        answer = call(tenant.alice, name, Authorization=authorization)
        refused(answer, 401, BAD_KEY)
        assert answer.headers["www-authenticate"] == 'Bearer realm="signoff"'


@each_operation
def test_without_the_operations_scope_it_is_403(tenant: Tenant, name: str):
    scope = OPERATIONS[name][3]
    others = {"flows:read", "flows:write", "tasks:read", "tasks:write", "actors:assert"} - {scope}
    limited = tenant.operator.key_with(*others)["secret"]
    answer = call(tenant.person("alice", "initiators", key=limited), name)
    refused(answer, 403, f"This key lacks the scope {scope}")


def test_a_key_that_may_not_name_actors_is_403_with_actor_headers(tenant: Tenant):
    key = tenant.operator.key_with("flows:read", "flows:write", "tasks:read", "tasks:write")
    message = "This key may not name an actor: it lacks the scope actors:assert"
    for name in OPERATIONS:
        refused(call(tenant.person("alice", key=key["secret"]), name), 403, message)
    nobody = tenant.person(None, key=key["secret"])
    refused(call(nobody, "listFlows", X_Actor_Groups="initiators"), 403, message)
    refused(call(nobody, "getFlow"), 404, "Flow not found")


@each_operation
def test_the_actor_header_is_needed_but_for_reading_a_flow(tenant: Tenant, name: str):
    nobody = tenant.person(None, "initiators", "legal-reviewers")
    if name == "getFlow":
        refused(call(nobody, name), 404, "Flow not found")
    else:
        refused(call(nobody, name), 400, "X-Actor-Id header is required")


def test_another_tenants_slug_beside_the_key_is_403(tenant: Tenant):
    assert call(tenant.alice, "listFlows", X_Tenant_Id=tenant.slug).status == 200
    answer = call(tenant.alice, "listFlows", X_Tenant_Id="another")
    refused(answer, 403, "X-Tenant-Id is not the tenant of this key")


# ---- what they ask for


@each_operation
def test_an_id_of_nothing_is_404(tenant: Tenant, name: str):
    if "Task" in name:
        refused(call(tenant.bob, name), 404, "Task not found")
    if name == "getFlow":
        refused(call(tenant.bob, name), 404, "Flow not found")


@pytest.mark.parametrize("absurd", ["x", "123", UNKNOWN[:-1], UNKNOWN + "0", "%F0%9F%98%80"])
def test_an_absurd_id_is_400(tenant: Tenant, absurd: str):
    refused(tenant.bob.get(f"{FLOWS}/{absurd}"), 400, "Invalid flowId")
    for command in ("claim", "release", "decision"):
        # Before the body is looked at.
        refused(tenant.bob.post(f"{TASKS}/{absurd}/{command}", "{"), 400, "Invalid taskId")


def test_submitting_is_refused_in_the_contracts_order(tenant: Tenant):
    stranger = tenant.person("dave", "somebody")

    def submit(definition: str, document: str) -> Answer:
        return stranger.post(FLOWS, {"definitionKey": definition, "documentRef": document})

    refused(submit("nothing", " \t\n"), 422, "documentRef must not be blank")
    refused(submit("nothing", "x"), 404, "Flow definition 'nothing' not found")
    message = "Actor is not a member of the initiator group"
    refused(submit("document-approval", "x"), 403, message)
    assert told(stranger.get(FLOWS)) == []


def test_a_disabled_definition_is_409(tenant: Tenant):
    text = """
key: switched-off
name: Switched off
enabled: false
steps:
  - {id: Check, type: task, config: {candidates: {groups: [x]}}}
"""
    tenant.operator.publish(text)
    answer = tenant.alice.post(FLOWS, {"definitionKey": "switched-off", "documentRef": "x"})
    refused(answer, 409, "Flow definition 'switched-off' is disabled")


def test_claiming_is_refused_in_the_contracts_order(tenant: Tenant):
    outsider = tenant.person("mallory", "others")
    flow = tenant.alice.submit()
    task = flow["pendingTasks"][0]["taskId"]
    refused(outsider.claim(task), 403, "Not in candidate group")
    told(tenant.bob.claim(task))
    refused(outsider.claim(task), 403, "Not in candidate group")
    refused(tenant.carol.claim(task), 409, "Task is not claimable")
    refused(tenant.bob.claim(task), 409, "Task is not claimable")
    (shown,) = tenant.bob.flow(flow["flowId"])["pendingTasks"]
    assert shown["ownerId"] == "bob"


def test_releasing_and_deciding_look_at_the_status_before_the_owner(tenant: Tenant):
    bob, carol = tenant.bob, tenant.carol
    task = tenant.alice.submit()["pendingTasks"][0]["taskId"]
    for who in (bob, carol):
        refused(who.release(task), 409, "Task is not releasable")
        refused(who.decide(task, "APPROVE"), 409, "Task is not in a decidable state")
    told(bob.claim(task))
    refused(carol.release(task), 403, "Not the task owner")
    refused(carol.decide(task, "APPROVE"), 403, "Not the task owner")
    # An outcome that the state does not have comes before either.
    message = "Invalid outcome: MAYBE"
    refused(carol.decide(task, "MAYBE"), 422, message)
    message = "Invalid outcome: SUBMIT"
    refused(bob.decide(task, "SUBMIT"), 422, message)
    told(bob.release(task))
    refused(bob.decide(task, "APPROVE"), 409, "Task is not in a decidable state")


def test_deciding_twice_and_on_a_finished_flow_is_409(tenant: Tenant):
    flow = tenant.alice.submit()
    first = flow["pendingTasks"][0]["taskId"]
    second = tenant.bob.take(first, "APPROVE")["pendingTasks"][0]["taskId"]
    refused(tenant.bob.decide(first, "REJECT"), 409, "Task is not in a decidable state")
    tenant.bob.take(second, "APPROVE")
    before = tenant.bob.flow(flow["flowId"])
    for task in (first, second):
        refused(tenant.bob.decide(task, "REJECT"), 409, "Task is not in a decidable state")
        refused(tenant.bob.release(task), 409, "Task is not releasable")
        refused(tenant.bob.claim(task), 409, "Task is not claimable")
    assert tenant.bob.flow(flow["flowId"]) == before


# ---- what cannot be read


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (None, "The body is not valid JSON"),
        ("{", "The body is not valid JSON"),
        (b"\xff\xfe", "The body is not valid JSON"),
        ('{"outcome": NaN}', "The body is not valid JSON"),
        ('{"outcome": "\\ud800"}', "The body is not valid JSON"),
        ("[" * 5_000 + "]" * 5_000, "The body is not valid JSON"),
        ("[]", "The body must be a JSON object"),
        ("3", "The body must be a JSON object"),
        ("null", "The body must be a JSON object"),
        ({}, "outcome is required"),
        ({"comment": "x"}, "outcome is required"),
        ({"outcome": 3}, "outcome: Input should be a valid string"),
        ({"outcome": None}, "outcome: Input should be a valid string"),
        ({"outcome": "APPROVE", "comment": ["x"]}, "comment: Input should be a valid string"),
        ({"outcome": "APPROVE", "data": "x"}, "data: Input should be an object"),
    ],
)
def test_a_decision_that_cannot_be_read_is_400(tenant: Tenant, task: str, body: Any, message: str):
    refused(tenant.bob.post(f"{TASKS}/{task}/decision", body), 400, message)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "definitionKey is required"),
        ({"documentRef": "x"}, "definitionKey is required"),
        ({"definitionKey": "document-approval"}, "documentRef is required"),
        (SUBMISSION | {"documentRef": None}, "documentRef: Input should be a valid string"),
        (SUBMISSION | {"definitionKey": 1}, "definitionKey: Input should be a valid string"),
    ],
)
def test_a_submission_that_cannot_be_read_is_400(tenant: Tenant, body: Any, message: str):
    refused(tenant.alice.post(FLOWS, body), 400, message)


@pytest.mark.parametrize("path", [FLOWS, f"{TASKS}/{UNKNOWN}/decision"])
def test_a_body_of_more_than_a_megabyte_is_413(tenant: Tenant, path: str):
    body = {**SUBMISSION, "outcome": "APPROVE", "padding": "x" * 1_000_000}
    refused(tenant.alice.post(path, body), 413, "The body is larger than 1,000,000 bytes")


def test_values_that_are_too_long_are_422(tenant: Tenant, task: str):
    told_long = "documentRef: String should have at most 4096 characters"
    refused(tenant.alice.post(FLOWS, SUBMISSION | {"documentRef": "ä" * 4_097}), 422, told_long)
    told_long = "definitionKey: String should have at most 256 characters"
    answer = tenant.alice.post(FLOWS, SUBMISSION | {"definitionKey": "x" * 900_000})
    refused(answer, 422, told_long)
    told_long = "outcome: String should have at most 64 characters"
    refused(tenant.bob.decide(task, "x" * 65), 422, told_long)
    told_long = "comment: String should have at most 4000 characters"
    refused(tenant.bob.decide(task, "APPROVE", comment="x" * 4_001), 422, told_long)
    told_long = "data must be at most 16384 bytes of JSON"
    refused(tenant.bob.decide(task, "APPROVE", data={"a": "x" * 16_384}), 422, told_long)


@pytest.mark.parametrize(
    "key", ["", " ", "../x", "K#document-approval", "document-approval\n", "🖋"]
)
def test_an_absurd_definition_key_is_404(tenant: Tenant, key: str):
    answer = tenant.alice.post(FLOWS, SUBMISSION | {"definitionKey": key})
    refused(answer, 404, f"Flow definition '{key}' not found")


@pytest.mark.parametrize("path", [FLOWS, f"{WORKLISTS}/group", f"{WORKLISTS}/mine"])
def test_a_page_that_cannot_be_is_400(tenant: Tenant, path: str):
    for limit in ("0", "201", "-1", "x", "1.5"):
        answer = tenant.alice.get(f"{path}?limit={limit}")
        refused(answer, 400, "limit must be a whole number from 1 to 200")
    for cursor in ("x", "e30", "eyJhIjoxfQ", "%F0%9F%98%80", "a" * 8_000):
        answer = tenant.alice.get(f"{path}?cursor={cursor}")
        refused(answer, 400, "cursor is not one that this API gave out")


# ---- nothing there


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/nothing", "/api/v1/tasks", "/nothing/🖋"])
def test_an_unknown_path_is_404(tenant: Tenant, path: str):
    for method in ("GET", "POST", "DELETE"):
        refused(tenant.alice.send(method, path), 404, "Not found")


def test_an_unknown_method_is_405(tenant: Tenant):
    expected = {
        ("DELETE", FLOWS): "GET, POST",
        ("PUT", f"{FLOWS}/{UNKNOWN}"): "GET",
        ("GET", f"{TASKS}/{UNKNOWN}/claim"): "POST",
        ("POST", f"{WORKLISTS}/mine"): "GET",
    }
    for (method, path), allowed in expected.items():
        answer = tenant.alice.send(method, path)
        refused(answer, 405, "Method not allowed")
        assert answer.headers["allow"] == allowed


def test_what_was_refused_left_no_trace(tenant: Tenant, task: str):
    (entry,) = [each for each in tenant.bob.group_tasks() if each["taskId"] == task]
    flow = tenant.bob.flow(entry["flowId"])
    assert [each["type"] for each in flow["history"]] == ["FLOW_STARTED", "TASK_CREATED"]
