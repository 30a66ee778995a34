"""Each contract calls a run and a definition by its own name, and says where it was named."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.approvals_page import EXPENSE, user
from tests.support.gateway import Answer, Client
from tests.support.stack import Stack, stack

__all__ = ["stack"]

NOBODYS = "c0ffee00-0000-4000-8000-000000000001"


def error(answer: Answer, status: int) -> tuple[Any, Any]:
    """The message and the field of a refusal in the envelope."""
    assert answer.status == status, answer.text
    (only,) = answer.body["errors"]
    return only["message"], only["field"]


@pytest.fixture
def admin(stack: Stack) -> Client:
    """An administrator's key."""
    return Client(stack.new_key("admin:*"))


def test_a_run_that_there_is_not(stack: Stack, admin: Client):
    instance = f"wi_{NOBODYS.replace('-', '')}"
    key = stack.client()
    assert key.get(f"/api/v1/flows/{NOBODYS}").body == {"error": "Flow not found"}
    ours = ("Workflow instance not found", "instanceId")
    for name in (instance, "wi_0", f"wi_{'0' * 300}"):
        url = f"/api/v1/workflows/instances/{name}"
        assert error(key.get(url), 404) == ours
        body = {"action": "approve", "actorUserId": "bob"}
        assert error(key.post(f"{url}/advance", body), 404) == ours
    assert error(key.get(f"/api/v1/workflows/tasks?instanceId={instance}"), 404) == ours
    for path in ("", "/history"):
        answer = admin.get(f"/api/v1/admin/runs/{NOBODYS}{path}")
        assert error(answer, 404) == ("Run not found", "runId")


def test_a_run_that_is_over(stack: Stack, admin: Client):
    stack.publish(EXPENSE)
    user("bob")
    sent = {"definitionKey": "expense", "documentRef": "x.pdf"}
    run_id = stack.client("alice").post("/api/v1/flows", sent).body["flowId"]
    url = f"/api/v1/workflows/instances/wi_{run_id.replace('-', '')}/advance"
    key = stack.client()
    reject = {"action": "reject", "actorUserId": "bob", "comment": "no"}
    assert key.post(url, reject).status == 200
    assert error(key.post(url, reject), 409)[0] == "Workflow instance is completed"
    answer = admin.post(f"/api/v1/admin/runs/{run_id}/cancel")
    assert error(answer, 409) == ("Run is completed and cannot be cancelled", None)
    answer = admin.post(f"/api/v1/admin/runs/{run_id}/retry")
    assert error(answer, 409)[0] == "Run has not failed and cannot be retried"


def test_a_definition_that_there_is_not(stack: Stack, admin: Client):
    answer = stack.client("alice").post(
        "/api/v1/flows", {"definitionKey": "nothing", "documentRef": "x.pdf"}
    )
    assert (answer.status, answer.body) == (404, {"error": "Flow definition 'nothing' not found"})
    answer = admin.post("/api/v1/admin/runs", {"definition": "nothing"})
    assert error(answer, 404)[0] == "Definition 'nothing' not found"
