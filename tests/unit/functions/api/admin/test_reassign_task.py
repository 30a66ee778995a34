"""POST /api/v1/admin/tasks/{taskId}/reassign"""

from typing import Any

import pytest

from tests.support.gateway import Client
from tests.support.people import employ
from tests.support.stack import Stack
from tests.support.world import TENANT
from tests.unit.functions.api.admin.documents import data, error, pages

RUNS = "/api/v1/admin/runs"


@pytest.fixture
def task(admin: Client, purchase: str) -> dict[str, Any]:
    """The open task of a run that alice started."""
    run = data(admin.post(RUNS, {"definition": purchase}, X_Actor_Id="alice"), 201)
    [open_task] = data(admin.get(f"{RUNS}/{run['id']}"))["openTasks"]
    return {"runId": run["id"], **open_task}


def url(task: dict[str, Any]) -> str:
    return f"/api/v1/admin/tasks/{task['id']}/reassign"


def test_to_a_person_and_on_to_a_group(stack: Stack, admin: Client, task: dict[str, Any]) -> None:
    given = data(admin.post(url(task), {"userId": "erin", "reason": "On leave"}, X_Actor_Id="adam"))
    assert (given["owner"], given["groups"], given["status"]) == ("erin", [], "CLAIMED")
    assert stack.client("erin").get("/api/v1/worklists/mine").body[0]["taskId"] == task["id"]
    assert stack.client("bob", "controllers").get("/api/v1/worklists/group").body == []
    entry = pages(admin, f"{RUNS}/{task['runId']}/history", 50)[-1]
    assert (entry["type"], entry["actor"]) == ("task.reassigned", "adam")
    wanted = {"from": None, "to": "erin", "groups": [], "reason": "On leave", "step": "Review"}
    assert entry["detail"].items() >= wanted.items()

    given = data(admin.post(url(task), {"groups": ["finance", "legal"]}))
    assert (given["owner"], given["groups"]) == (None, ["finance", "legal"])
    assert (given["status"], given["formerly"]) == ("PENDING", ["erin"])
    assert given["openedAt"] == task["openedAt"]
    assert stack.client("erin").get("/api/v1/worklists/mine").body == []
    assert len(stack.client("bob", "legal").get("/api/v1/worklists/group").body) == 1
    decision = f"/api/v1/tasks/{task['id']}"
    assert stack.client("bob", "legal").post(f"{decision}/claim").status == 200
    answer = stack.client("bob").post(f"{decision}/decision", {"outcome": "APPROVE"})
    assert answer.body["terminalOutcome"] == "APPROVED"
    assert error(admin.post(url(task), {"userId": "erin"}), 409)[0] == "WORKFLOW_CONFLICT"


def test_a_claimed_task_too(stack: Stack, admin: Client, task: dict[str, Any]) -> None:
    bob = stack.client("bob", "controllers")
    assert bob.post(f"/api/v1/tasks/{task['id']}/claim").status == 200
    given = data(admin.post(url(task), {"groups": ["controllers"]}))
    assert (given["owner"], given["formerly"]) == (None, ["bob"])
    assert bob.post(f"/api/v1/tasks/{task['id']}/decision", {"outcome": "APPROVE"}).status == 409
    assert len(bob.get("/api/v1/worklists/group").body) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "userId"),
        ({"userId": "erin", "groups": ["legal"]}, "userId"),
        ({"groups": []}, "userId"),
        ({"userId": ""}, "userId"),
        ({"userId": " "}, "userId"),
        ({"userId": "x" * 257}, "userId"),
        ({"groups": ["a", "a"]}, "groups"),
        ({"groups": [f"g{n}" for n in range(21)]}, "groups"),
        ({"userId": "gone"}, "userId"),
        ({"userId": "erin", "reason": "r" * 4_001}, "reason"),
    ],
)
def test_what_does_not_fit_is_400(
    admin: Client, task: dict[str, Any], body: dict[str, object], field: str
) -> None:
    employ(TENANT, "gone", active=False)
    assert error(admin.post(url(task), body), 400) == ("VALIDATION_FAILED", field)


def test_one_idempotency_key_reassigns_once(admin: Client, task: dict[str, Any]) -> None:
    first = data(admin.post(url(task), {"userId": "erin"}, Idempotency_Key="k"))
    assert data(admin.post(url(task), {"userId": "erin"}, Idempotency_Key="k")) == first
    assert error(admin.post(url(task), {"userId": "erin"}), 400)[1] == "userId"


def test_it_takes_its_own_scope(stack: Stack, task: dict[str, Any]) -> None:
    other = Client(stack.new_key("admin:runs"))
    assert error(other.post(url(task), {"userId": "erin"}), 403)[0] == "SCOPE_INSUFFICIENT"


def test_another_tenants_task_is_404(stack: Stack, task: dict[str, Any]) -> None:
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert error(other.post(url(task), {"userId": "erin"}), 404)[0] == "NOT_FOUND"
