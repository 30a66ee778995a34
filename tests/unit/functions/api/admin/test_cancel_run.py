"""POST /api/v1/admin/runs/{runId}/cancel"""

import pytest

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error

URL = "/api/v1/admin/runs"


@pytest.fixture
def run_id(admin: Client, purchase: str) -> str:
    """A run that waits for its review."""
    return str(data(admin.post(URL, {"definition": purchase}), 201)["id"])


def test_its_tasks_are_withdrawn(stack: Stack, admin: Client, run_id: str) -> None:
    carl = stack.client("carl", "controllers")
    assert len(carl.get("/api/v1/worklists/group").body) == 1
    run = data(admin.post(f"{URL}/{run_id}/cancel", {"reason": "Sent twice"}))
    assert (run["status"], run["openTasks"]) == ("CANCELLED", [])
    assert carl.get("/api/v1/worklists/group").body == []
    [entry] = [
        entry
        for entry in data(admin.get(f"{URL}/{run_id}/history"))
        if entry["type"] == "run.cancelled"
    ]
    assert entry["detail"]["reason"] == "Sent twice"


def test_repeating_it_changes_nothing(admin: Client, run_id: str) -> None:
    first = data(admin.post(f"{URL}/{run_id}/cancel", {}))
    assert data(admin.post(f"{URL}/{run_id}/cancel", {})) == first


def test_a_completed_run_cannot_be_cancelled(stack: Stack, admin: Client, run_id: str) -> None:
    [task] = data(admin.get(f"{URL}/{run_id}"))["openTasks"]
    carl = stack.client("carl", "controllers")
    carl.post(f"/api/v1/tasks/{task['id']}/claim")
    carl.post(f"/api/v1/tasks/{task['id']}/decision", {"outcome": "APPROVE"})
    assert error(admin.post(f"{URL}/{run_id}/cancel", {}), 409)[0] == "WORKFLOW_CONFLICT"


@pytest.mark.parametrize("reason", [7, "r" * 4_001])
def test_a_reason_that_does_not_fit_is_400(admin: Client, run_id: str, reason: object) -> None:
    answer = admin.post(f"{URL}/{run_id}/cancel", {"reason": reason})
    assert error(answer, 400) == ("VALIDATION_FAILED", "reason")
    assert data(admin.get(f"{URL}/{run_id}"))["status"] == "RUNNING"


def test_what_is_not_there_is_404(stack: Stack, admin: Client, run_id: str) -> None:
    nobodys = "00000000-0000-4000-8000-000000000000"
    assert error(admin.post(f"{URL}/{nobodys}/cancel", {}), 404)[0] == "NOT_FOUND"
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert error(other.post(f"{URL}/{run_id}/cancel", {}), 404)[0] == "NOT_FOUND"
    assert data(admin.get(f"{URL}/{run_id}"))["status"] == "RUNNING"
