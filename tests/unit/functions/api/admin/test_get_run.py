"""GET /api/v1/admin/runs/{runId}"""

import pytest

from signoff.runs.attempts import fail_run
from signoff.runs.read import read_run
from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error

URL = "/api/v1/admin/runs"


@pytest.fixture
def run_id(admin: Client, purchase: str) -> str:
    """A run that waits for its review."""
    return str(data(admin.post(URL, {"definition": purchase}), 201)["id"])


def test_a_claimed_task_shows_its_owner(stack: Stack, admin: Client, run_id: str) -> None:
    [task] = data(admin.get(f"{URL}/{run_id}"))["openTasks"]
    stack.client("carl", "controllers").post(f"/api/v1/tasks/{task['id']}/claim")
    [claimed] = data(admin.get(f"{URL}/{run_id}"))["openTasks"]
    assert (claimed["status"], claimed["owner"]) == ("CLAIMED", "carl")


def test_a_finished_run_shows_its_outcome(stack: Stack, admin: Client, run_id: str) -> None:
    [task] = data(admin.get(f"{URL}/{run_id}"))["openTasks"]
    carl = stack.client("carl", "controllers")
    carl.post(f"/api/v1/tasks/{task['id']}/claim")
    carl.post(f"/api/v1/tasks/{task['id']}/decision", {"outcome": "REJECT"})
    run = data(admin.get(f"{URL}/{run_id}"))
    assert (run["status"], run["outcome"]) == ("COMPLETED", "REJECTED")
    assert run["openTasks"] == []
    assert run["endedAt"]


def test_a_failed_run_shows_why(admin: Client, run_id: str) -> None:
    fail_run(read_run("acme", run_id), {"error": "StepFailed", "cause": "no such thing"})
    run = data(admin.get(f"{URL}/{run_id}"))
    assert run["status"] == "FAILED"
    assert run["error"]["cause"] == "no such thing"
    assert run["error"]["step"] == "Review"


def test_an_id_that_is_none_is_400(admin: Client) -> None:
    assert error(admin.get(f"{URL}/nonsense"), 400) == ("VALIDATION_FAILED", "runId")


def test_what_is_not_there_is_404(stack: Stack, admin: Client, run_id: str) -> None:
    assert error(admin.get(f"{URL}/00000000-0000-4000-8000-000000000000"), 404)[0] == "NOT_FOUND"
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert error(other.get(f"{URL}/{run_id}"), 404)[0] == "NOT_FOUND"
