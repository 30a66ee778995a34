"""POST /api/v1/admin/runs/{runId}/restart"""

import pytest

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error

URL = "/api/v1/admin/runs"


@pytest.fixture
def run_id(admin: Client, purchase: str) -> str:
    """A run that waits for its review."""
    return str(data(admin.post(URL, {"definition": purchase}), 201)["id"])


def test_a_cancelled_run_begins_again(admin: Client, run_id: str) -> None:
    data(admin.post(f"{URL}/{run_id}/cancel", {}))
    run = data(admin.post(f"{URL}/{run_id}/restart", {"reason": "Cancelled by mistake"}))
    assert (run["status"], run["endedAt"], run["generation"]) == ("RUNNING", None, 2)
    assert [task["stepId"] for task in run["openTasks"]] == ["Review"]
    [entry] = [
        entry
        for entry in data(admin.get(f"{URL}/{run_id}/history"))
        if entry["type"] == "run.restarted"
    ]
    assert entry["detail"]["reason"] == "Cancelled by mistake"
    assert run["id"] in [each["id"] for each in data(admin.get(f"{URL}?status=RUNNING"))]


@pytest.mark.parametrize("reason", [7, " ", "r" * 4_001])
def test_a_reason_that_does_not_fit_is_400(admin: Client, run_id: str, reason: object) -> None:
    answer = admin.post(f"{URL}/{run_id}/restart", {"reason": reason})
    assert error(answer, 400) == ("VALIDATION_FAILED", "reason")


def test_it_takes_its_own_scope(stack: Stack, run_id: str) -> None:
    keys = Client(stack.new_key("admin:runs", "admin:move", "admin:reverse"))
    assert error(keys.post(f"{URL}/{run_id}/restart", {}), 403)[0] == "SCOPE_INSUFFICIENT"
    other = Client(stack.new_key("admin:restart"))
    assert data(other.post(f"{URL}/{run_id}/restart", {}))["generation"] == 2


def test_what_is_not_there_is_404(stack: Stack, admin: Client, run_id: str) -> None:
    nobodys = "00000000-0000-4000-8000-000000000000"
    assert error(admin.post(f"{URL}/{nobodys}/restart", {}), 404)[0] == "NOT_FOUND"
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert error(other.post(f"{URL}/{run_id}/restart", {}), 404)[0] == "NOT_FOUND"
