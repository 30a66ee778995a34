"""The Flow API's refusals: which, in which order, in whose words, and that nothing is written."""

from collections.abc import Iterator
from typing import Any

import pytest

from signoff.identity.keys import create_key
from signoff.identity.scopes import INTEGRATION_SCOPES
from tests.contract.flow_page import (
    SUBMISSION,
    UNKNOWN_ID,
    alice,
    bob,
    claim,
    decide,
    everything,
    listed,
    refused,
    release,
)
from tests.support.gateway import Client, endpoints, send
from tests.support.stack import Stack, shared_stack

__all__ = ["shared_stack"]

FLOW_OPERATIONS = sorted(
    (method, path)
    for (method, path), handler in endpoints().items()
    if handler.operation.face.name == "flow"
)
BODIES = {"/api/v1/flows": SUBMISSION, "/api/v1/tasks/{taskId}/decision": {"outcome": "APPROVE"}}
TASK_COMMANDS = ("claim", "release", "decision")


def call(who: Client, method: str, path: str, **headers: str) -> Any:
    url = path.replace("{flowId}", UNKNOWN_ID).replace("{taskId}", UNKNOWN_ID)
    if method == "GET":
        return who.get(url, **headers)
    return who.post(url, BODIES.get(path), **headers)


@pytest.fixture
def stack(shared_stack: Stack) -> Stack:
    """One stack for all tests here, since none of them may change it."""
    return shared_stack


@pytest.fixture
def unchanged(stack: Stack) -> Iterator[None]:
    """Nothing is written to either table during the test."""
    before = everything()
    yield
    assert everything() == before


# ---- credentials


@pytest.mark.parametrize(("method", "path"), FLOW_OPERATIONS)
@pytest.mark.parametrize("key", ["", "nonsense", "wf_" + "x" * 43])
@pytest.mark.usefixtures("unchanged")
def test_without_a_good_key_everything_is_401(stack: Stack, method: str, path: str, key: str):
    answer = call(Client(key), method, path)
    refused(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_without_an_authorization_header_it_is_401(stack: Stack):
    refused(send("GET", "/api/v1/flows", headers={"X-Actor-Id": "alice"}), 401)


@pytest.mark.parametrize(("method", "path"), FLOW_OPERATIONS)
def test_without_the_operations_scope_it_is_403(stack: Stack, method: str, path: str):
    needed = endpoints()[method, path].operation.scope
    others = sorted(INTEGRATION_SCOPES - {needed})
    limited = Client(create_key(stack.tenant, "Limited", others)[1], "alice", "initiators")
    before = everything()
    refused(call(limited, method, path), 403, f"This key lacks the scope {needed}")
    assert everything() == before


@pytest.mark.parametrize(("method", "path"), FLOW_OPERATIONS)
def test_a_key_that_may_not_assert_actors_is_403_with_actor_headers(stack, method, path):
    others = sorted(INTEGRATION_SCOPES - {"actors:assert"})
    limited = Client(create_key(stack.tenant, "Limited", others)[1], "alice")
    refused(call(limited, method, path), 403)


def test_another_tenants_slug_is_403(stack: Stack):
    refused(alice(stack).get("/api/v1/flows", X_Tenant_Id="other"), 403)
    assert listed(alice(stack).get("/api/v1/flows", X_Tenant_Id=stack.tenant)) == []


# ---- headers


@pytest.mark.parametrize(("method", "path"), FLOW_OPERATIONS)
@pytest.mark.usefixtures("unchanged")
def test_the_actor_header_is_needed_before_anything_else_is_looked_at(stack, method, path):
    if path == "/api/v1/flows/{flowId}":
        return
    nobody = stack.client()
    refused(call(nobody, method, path), 400, "X-Actor-Id header is required")
    refused(call(nobody, method, path, X_Actor_Id=" "), 400, "X-Actor-Id header is required")


# ---- ids


@pytest.mark.parametrize("command", TASK_COMMANDS)
@pytest.mark.parametrize("task", ["x", "123", UNKNOWN_ID[:-1], UNKNOWN_ID + "0", "%F0%9F%98%80"])
@pytest.mark.usefixtures("unchanged")
def test_a_malformed_task_id_is_400_before_the_body(stack: Stack, command: str, task: str):
    refused(bob(stack).post(f"/api/v1/tasks/{task}/{command}", "{"), 400, "Invalid taskId")


@pytest.mark.parametrize("flow", ["x", "0", UNKNOWN_ID + "0", "a" * 5_000])
def test_a_malformed_flow_id_is_400(stack: Stack, flow: str):
    refused(bob(stack).get(f"/api/v1/flows/{flow}"), 400, "Invalid flowId")


@pytest.mark.usefixtures("unchanged")
def test_an_unknown_id_is_404(stack: Stack):
    refused(claim(bob(stack), UNKNOWN_ID), 404, "Task not found")
    refused(release(bob(stack), UNKNOWN_ID), 404, "Task not found")
    refused(decide(bob(stack), UNKNOWN_ID, "APPROVE"), 404, "Task not found")
    refused(bob(stack).get(f"/api/v1/flows/{UNKNOWN_ID}"), 404, "Flow not found")


# ---- submitting


@pytest.mark.usefixtures("unchanged")
def test_submitting_is_refused_in_the_contracts_order(stack: Stack):
    stranger = stack.client("dave", "somebody")
    blank = {"definitionKey": "nothing", "documentRef": " \t\n\u00a0"}
    refused(stranger.post("/api/v1/flows", blank), 422, "documentRef must not be blank")
    unknown = {"definitionKey": "nothing", "documentRef": "x"}
    message = "Flow definition 'nothing' not found"
    refused(stranger.post("/api/v1/flows", unknown), 404, message)
    message = "Actor is not a member of the initiator group"
    refused(stranger.post("/api/v1/flows", SUBMISSION), 403, message)
    refused(stack.client("dave").post("/api/v1/flows", SUBMISSION), 403, message)


@pytest.mark.parametrize(
    "body",
    [
        None,
        "{",
        "[]",
        "null",
        '"x"',
        {},
        {"definitionKey": "document-approval"},
        {"documentRef": "x"},
        {"definitionKey": 1, "documentRef": "x"},
        {"definitionKey": "document-approval", "documentRef": ["x"]},
        {"definitionKey": None, "documentRef": "x"},
        '{"definitionKey": "document-approval", "documentRef": "\\ud800"}',
        b"\xff\xff",
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_a_submission_that_cannot_be_read_is_400(stack: Stack, body: Any):
    refused(alice(stack).post("/api/v1/flows", body), 400)


@pytest.mark.parametrize("size", [1_000_000, 1_048_576, 5_000_000])
@pytest.mark.usefixtures("unchanged")
def test_a_body_of_a_megabyte_is_413(stack: Stack, size: int):
    answer = alice(stack).post("/api/v1/flows", {**SUBMISSION, "documentRef": "x" * size})
    refused(answer, 413)


@pytest.mark.parametrize(
    "key", ["", " ", "../x", "K#document-approval", "document-approval\n", "🖋"]
)
@pytest.mark.usefixtures("unchanged")
def test_an_absurd_definition_key_is_404(stack: Stack, key: str):
    answer = alice(stack).post("/api/v1/flows", {**SUBMISSION, "definitionKey": key})
    refused(answer, 404, f"Flow definition '{key}' not found")


@pytest.mark.parametrize("comment", [3, ["x"], {"a": 1}, True])
def test_a_comment_that_is_no_text_is_400(stack: Stack, comment: Any):
    refused(decide(bob(stack), UNKNOWN_ID, "APPROVE", comment=comment), 400)


@pytest.mark.parametrize(
    ("field", "text", "status"),
    [
        ("definitionKey", "ä" * 256, 404),
        ("definitionKey", "ä" * 257, 422),
        ("definitionKey", "x" * 900_000, 422),
        ("documentRef", "ä" * 4_097, 422),
        ("documentRef", "x" * 900_000, 422),
    ],
)
@pytest.mark.usefixtures("unchanged")
def test_absurdly_long_values_are_4xx(stack: Stack, field: str, text: str, status: int):
    refused(alice(stack).post("/api/v1/flows", {**SUBMISSION, field: text}), status)


@pytest.mark.parametrize(
    "body",
    [None, "", "{", "[]", "3", {}, {"outcome": 3}, {"outcome": None}, {"comment": "x"}],
)
@pytest.mark.usefixtures("unchanged")
def test_a_decision_that_cannot_be_read_is_400(stack: Stack, body: Any):
    refused(bob(stack).post(f"/api/v1/tasks/{UNKNOWN_ID}/decision", body), 400)


# ---- lists


@pytest.mark.parametrize(
    "path", ["/api/v1/flows", "/api/v1/worklists/group", "/api/v1/worklists/mine"]
)
@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=e30", "cursor=eyJhIjoxfQ"]
)
def test_a_page_that_cannot_be_is_400(stack: Stack, path: str, query: str):
    refused(bob(stack).get(f"{path}?{query}"), 400)


# ---- no such thing


@pytest.mark.parametrize(
    "path", ["/", "/api/v1", "/api/v1/nothing", "/api/v1/tasks", "/api/v1/flows/"]
)
def test_an_unknown_path_is_404(path: str):
    refused(send("GET", path), 404, "Not found")


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "/api/v1/flows"), ("GET", f"/api/v1/tasks/{UNKNOWN_ID}/claim")],
)
def test_an_unknown_method_is_405(method: str, path: str):
    answer = send(method, path)
    refused(answer, 405, "Method not allowed")
    assert answer.headers["allow"]
