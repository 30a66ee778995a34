"""POST /api/v1/admin/runs/{runId}/reverse"""

import pytest

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error

URL = "/api/v1/admin/runs"


@pytest.fixture
def run_id(stack: Stack, admin: Client) -> str:
    """A run that was rejected."""
    stack.world.publish(REVIEW)
    run = data(admin.post(URL, {"definition": "review"}), 201)
    [task] = run["openTasks"]
    bob = stack.client("bob")
    assert bob.post(f"/api/v1/tasks/{task['id']}/decision", {"outcome": "REJECT"}).status == 200
    stack.world.until(run["id"], "COMPLETED")
    return str(run["id"])


REVIEW = """
key: review
name: Review
steps:
  - id: check
    type: approval
    config:
      mode: direct
      candidates: {users: [bob]}
      outcomes: {APPROVE: {next: yes_}, REJECT: {next: no_}}
  - {id: yes_, type: end, config: {outcome: APPROVED}}
  - {id: no_, type: end, config: {outcome: REJECTED}}
"""


def test_the_step_that_rejected_asks_anew(stack: Stack, admin: Client, run_id: str) -> None:
    assert data(admin.get(f"{URL}/{run_id}"))["outcome"] == "REJECTED"
    run = data(admin.post(f"{URL}/{run_id}/reverse", {"reason": "The wrong one"}))
    assert (run["status"], run["outcome"], run["currentState"]) == ("RUNNING", None, "check")
    [task] = run["openTasks"]
    bob = stack.client("bob")
    assert bob.post(f"/api/v1/tasks/{task['id']}/decision", {"outcome": "APPROVE"}).status == 200
    stack.world.until(run_id, "COMPLETED")
    assert data(admin.get(f"{URL}/{run_id}"))["outcome"] == "APPROVED"
    answer = admin.post(f"{URL}/{run_id}/reverse", {"reason": "Again"})
    assert error(answer, 409)[0] == "WORKFLOW_CONFLICT"


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": " "}, {"reason": "r" * 4_001}])
def test_it_takes_a_reason(admin: Client, run_id: str, body: dict[str, str]) -> None:
    answer = admin.post(f"{URL}/{run_id}/reverse", body)
    assert error(answer, 400) == ("VALIDATION_FAILED", "reason")


def test_it_takes_its_own_scope(stack: Stack, run_id: str) -> None:
    keys = Client(stack.new_key("admin:runs", "admin:move", "admin:restart"))
    answer = keys.post(f"{URL}/{run_id}/reverse", {"reason": "x"})
    assert error(answer, 403)[0] == "SCOPE_INSUFFICIENT"


def test_what_is_not_there_is_404(stack: Stack, admin: Client, run_id: str) -> None:
    nobodys = "00000000-0000-4000-8000-000000000000"
    body = {"reason": "x"}
    assert error(admin.post(f"{URL}/{nobodys}/reverse", body), 404)[0] == "NOT_FOUND"
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert error(other.post(f"{URL}/{run_id}/reverse", body), 404)[0] == "NOT_FOUND"
