"""POST /api/v1/admin/runs/{runId}/retry"""

import pytest

from signoff.runs.attempts import fail_run
from signoff.runs.read import read_run
from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error

URL = "/api/v1/admin/runs"


@pytest.fixture
def run_id(stack: Stack, admin: Client, purchase: str) -> str:
    """A run that failed at its review."""
    run_id = str(data(admin.post(URL, {"definition": purchase}), 201)["id"])
    stack.world.machines.abort_all()
    fail_run(read_run("acme", run_id), {"error": "StepFailed", "cause": "no such thing"})
    return run_id


def test_it_goes_on_from_the_step_that_failed(admin: Client, run_id: str) -> None:
    run = data(admin.post(f"{URL}/{run_id}/retry"))
    assert (run["status"], run["attempt"], run["error"]) == ("RUNNING", 2, None)
    assert run["currentState"] == "Review"
    [task] = run["openTasks"]
    assert task["status"] == "PENDING"


def test_what_runs_cannot_be_retried(admin: Client, run_id: str) -> None:
    data(admin.post(f"{URL}/{run_id}/retry"))
    assert error(admin.post(f"{URL}/{run_id}/retry"), 409)[0] == "WORKFLOW_CONFLICT"


def test_what_is_not_there_is_404(stack: Stack, admin: Client, run_id: str) -> None:
    nobodys = "00000000-0000-4000-8000-000000000000"
    assert error(admin.post(f"{URL}/{nobodys}/retry"), 404)[0] == "NOT_FOUND"
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert error(other.post(f"{URL}/{run_id}/retry"), 404)[0] == "NOT_FOUND"
    assert data(admin.get(f"{URL}/{run_id}"))["status"] == "FAILED"
