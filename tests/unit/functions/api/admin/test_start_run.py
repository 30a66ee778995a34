"""POST /api/v1/admin/runs"""

from typing import Any

import pytest

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error

URL = "/api/v1/admin/runs"


def test_the_answer_shows_where_the_run_stands(admin: Client, purchase: str) -> None:
    body = {"definition": purchase, "variables": {"amount": 12.5}, "documentRef": "order-1 📦"}
    run = data(admin.post(URL, body), 201)
    assert (run["status"], run["currentState"]) == ("RUNNING", "Review")
    assert (run["definitionKey"], run["definitionVersion"]) == ("purchase", 1)
    assert run["documentRef"] == "order-1 📦"
    [task] = run["openTasks"]
    assert (task["stepId"], task["status"], task["groups"]) == (
        "Review",
        "PENDING",
        ["controllers"],
    )
    assert (run["outcome"], run["error"], run["endedAt"], run["parent"]) == (None,) * 4


def test_without_an_actor_the_key_is_the_initiator(admin: Client, purchase: str) -> None:
    run = data(admin.post(URL, {"definition": purchase}), 201)
    assert run["initiator"].startswith("key:")


def test_an_actor_may_be_named(admin: Client, purchase: str) -> None:
    run = data(admin.post(URL, {"definition": purchase}, X_Actor_Id="dora"), 201)
    assert run["initiator"] == "dora"


def test_naming_an_actor_takes_its_scope(stack: Stack, purchase: str) -> None:
    client = Client(stack.new_key("admin:runs"))
    answer = client.post(URL, {"definition": purchase}, X_Actor_Id="dora")
    assert error(answer, 403) == ("FORBIDDEN", "X-Actor-Id")
    assert data(client.post(URL, {"definition": purchase}), 201)["status"] == "RUNNING"


def test_initiator_groups_count(admin: Client) -> None:
    body = {"definition": "document-approval"}
    assert error(admin.post(URL, body), 403)[0] == "FORBIDDEN"
    answer = admin.post(URL, body, X_Actor_Id="alice", X_Actor_Groups="initiators")
    assert data(answer, 201)["initiator"] == "alice"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "definition"),
        ({"definition": 7}, "definition"),
        ({"definition": ""}, "definition"),
        ({"definition": "purchase", "variables": []}, "variables"),
        ({"definition": "purchase", "documentRef": "  "}, "documentRef"),
        ({"definition": "purchase", "variables": {"amount": "much"}}, "variables.amount"),
        ({"definition": "purchase", "variables": {"runId": "mine"}}, "runId"),
        ({"definition": "purchase", "variable": {}}, "variable"),
    ],
)
def test_what_does_not_fit_is_400(
    admin: Client, purchase: str, body: dict[str, Any], field: str
) -> None:
    assert error(admin.post(URL, body), 400) == ("VALIDATION_FAILED", field)
    assert data(admin.get(URL)) == []


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '{"definition": NaN}'])
def test_what_is_no_object_is_400(admin: Client, body: str) -> None:
    assert error(admin.post(URL, body), 400)[0] == "VALIDATION_FAILED"


def test_an_unknown_definition_is_404(admin: Client) -> None:
    assert error(admin.post(URL, {"definition": "nothing"}), 404)[0] == "NOT_FOUND"


def test_one_idempotency_key_starts_one_run(admin: Client, purchase: str) -> None:
    body = {"definition": purchase}
    first = data(admin.post(URL, body, Idempotency_Key="once"), 201)
    again = data(admin.post(URL, body, Idempotency_Key="once"), 201)
    assert first == again
    assert len(data(admin.get(URL))) == 1
