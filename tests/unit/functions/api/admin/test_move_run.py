"""POST /api/v1/admin/runs/{runId}/move"""

import pytest

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error

URL = "/api/v1/admin/runs"


@pytest.fixture
def run_id(admin: Client, purchase: str) -> str:
    """A run that waits for its review."""
    return str(data(admin.post(URL, {"definition": purchase}), 201)["id"])


def test_it_goes_on_at_the_step(stack: Stack, admin: Client, run_id: str) -> None:
    [before] = data(admin.get(f"{URL}/{run_id}"))["openTasks"]
    run = data(admin.post(f"{URL}/{run_id}/move", {"step": "Review", "reason": "Once more"}))
    assert (run["status"], run["generation"], run["attempt"]) == ("RUNNING", 2, 2)
    [task] = run["openTasks"]
    assert (task["stepId"], task["id"] != before["id"]) == ("Review", True)
    [entry] = [
        entry
        for entry in data(admin.get(f"{URL}/{run_id}/history"))
        if entry["type"] == "run.moved"
    ]
    assert (entry["detail"]["to"], entry["detail"]["reason"]) == ("Review", "Once more")
    carl = stack.client("carl", "controllers")
    assert carl.post(f"/api/v1/tasks/{before['id']}/claim").status == 409
    assert carl.post(f"/api/v1/tasks/{task['id']}/claim").status == 200


def test_a_step_that_there_is_not_is_400_and_the_others_are_named(
    admin: Client, run_id: str
) -> None:
    answer = admin.post(f"{URL}/{run_id}/move", {"step": "Nowhere"})
    assert error(answer, 400) == ("VALIDATION_FAILED", "step")
    assert "Review" in answer.body["errors"][0]["message"]
    for body in ({}, {"step": ""}, {"step": 7}, {"step": "Review", "reason": "r" * 4_001}):
        assert error(admin.post(f"{URL}/{run_id}/move", body), 400)[0] == "VALIDATION_FAILED"
    assert data(admin.get(f"{URL}/{run_id}"))["generation"] == 1


def test_one_key_moves_it_once(admin: Client, run_id: str) -> None:
    once = {"Idempotency-Key": "move-1"}
    body = {"step": "Review"}
    first = data(admin.post(f"{URL}/{run_id}/move", body, **once))
    assert data(admin.post(f"{URL}/{run_id}/move", body, **once)) == first
    assert data(admin.get(f"{URL}/{run_id}"))["generation"] == 2


def test_it_takes_its_own_scope(stack: Stack, run_id: str) -> None:
    keys = Client(stack.new_key("admin:runs", "admin:restart", "admin:reverse"))
    answer = keys.post(f"{URL}/{run_id}/move", {"step": "Review"})
    assert error(answer, 403)[0] == "SCOPE_INSUFFICIENT"
    mover = Client(stack.new_key("admin:move"))
    assert data(mover.post(f"{URL}/{run_id}/move", {"step": "Review"}))["generation"] == 2


def test_what_is_not_there_is_404(stack: Stack, admin: Client, run_id: str) -> None:
    nobodys = "00000000-0000-4000-8000-000000000000"
    body = {"step": "Review"}
    assert error(admin.post(f"{URL}/{nobodys}/move", body), 404)[0] == "NOT_FOUND"
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert error(other.post(f"{URL}/{run_id}/move", body), 404)[0] == "NOT_FOUND"


def test_a_run_that_has_ended_is_409(admin: Client, run_id: str) -> None:
    data(admin.post(f"{URL}/{run_id}/cancel", {}))
    answer = admin.post(f"{URL}/{run_id}/move", {"step": "Review"})
    assert error(answer, 409)[0] == "WORKFLOW_CONFLICT"
