"""GET /api/v1/users/me, PUT and DELETE /api/v1/users/me/out-of-office"""

import json
from typing import Any

import pytest

from signoff.directory.subjects import bind_subject
from signoff.directory.users import create_user, remove_user
from signoff.identity import people
from signoff.identity.scopes import ALL_ADMIN
from tests.support.gateway import Answer, Client, send
from tests.support.stack import Stack, stack
from tests.support.tokens import open_pool
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.admin.people import settings_entries

__all__ = ["stack"]

ME = "/api/v1/users/me"
AWAY = f"{ME}/out-of-office"
TASK = """
key: ask
name: Ask
steps:
  - id: Review
    type: approval
    config: {mode: direct, candidates: {users: [bob]}, outcomes: {APPROVE: {}}}
"""


@pytest.fixture
def bob(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> str:
    """Bob's access token."""
    pool = open_pool(monkeypatch)
    people.forget_all()
    create_user(stack.tenant, "erin", name="Erin")
    create_user(
        stack.tenant,
        "bob",
        name="Bob",
        email="bob@example.com",
        groups=("legal",),
        roles=("approver",),
        manager="erin",
    )
    bind_subject(stack.tenant, "bob", "subject-of-bob")
    return pool.token("subject-of-bob")


def ask(token: str, method: str, url: str, body: Any = None, **headers: str) -> Answer:
    """Ask with a person's token."""
    sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers}
    text = None if body is None else json.dumps(body)
    return send(method, url, headers=sent, body=text)


def test_one_sees_who_one_is(bob: str) -> None:
    assert data(ask(bob, "GET", ME)) == {
        "id": "bob",
        "name": "Bob",
        "email": "bob@example.com",
        "groups": ["legal"],
        "roles": ["approver"],
        "department": None,
        "managerId": "erin",
        "outOfOffice": None,
    }


def test_new_tasks_go_to_the_delegate_and_open_ones_stay(bob: str, stack: Stack) -> None:
    stack.publish(TASK)
    admin = Client(stack.new_key(ALL_ADMIN))

    def owner() -> list[str]:
        run = data(admin.post("/api/v1/admin/runs", {"definition": "ask"}), 201)
        shown = data(admin.get(f"/api/v1/admin/runs/{run['id']}"))
        return [task["owner"] for task in shown["openTasks"]]

    assert owner() == ["bob"]
    shown = data(ask(bob, "PUT", AWAY, {"delegateId": "erin", "to": "2099-01-01T00:00:00+01:00"}))
    assert shown["outOfOffice"]["delegateId"] == "erin"
    assert shown["outOfOffice"]["to"] == "2098-12-31T23:00:00Z"
    assert owner() == ["erin"]
    assert settings_entries()[-1][0] == "user.absence"
    assert data(ask(bob, "DELETE", AWAY))["outOfOffice"] is None
    assert data(ask(bob, "DELETE", AWAY))["outOfOffice"] is None
    assert owner() == ["bob"]
    tasks = data(ask(bob, "GET", "/api/v1/workflows/tasks/me"))
    assert len(tasks) == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"delegateId": "bob"}, "delegateId"),
        ({"delegateId": "nobody"}, "delegateId"),
        ({"delegateId": 7}, "delegateId"),
        ({"delegateId": "erin", "from": "yesterday"}, "from"),
        ({"delegateId": "erin", "to": "2001-01-01T00:00:00Z"}, "to"),
        ([], None),
    ],
)
def test_what_does_not_fit_is_400(bob: str, body: Any, field: str | None) -> None:
    assert error(ask(bob, "PUT", AWAY, body), 400) == ("VALIDATION_FAILED", field)
    assert data(ask(bob, "GET", ME))["outOfOffice"] is None


def test_a_key_is_refused_whatever_it_may(stack: Stack) -> None:
    key = stack.new_key(ALL_ADMIN, "actors:assert", "tasks:read", "tasks:write")
    for method, url in (("GET", ME), ("PUT", AWAY), ("DELETE", AWAY)):
        body = {} if method == "PUT" else None
        assert error(ask(key, method, url, body, **{"X-Actor-Id": "bob"}), 403)[0] == "FORBIDDEN"


def test_who_may_only_read_or_was_removed_may_not(
    bob: str, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_user(stack.tenant, "anna", name="Anna", roles=("auditor",))
    bind_subject(stack.tenant, "anna", "subject-of-anna")
    token = open_pool(monkeypatch).token("subject-of-anna")
    assert data(ask(token, "GET", ME))["id"] == "anna"
    assert error(ask(token, "PUT", AWAY, {}), 403)[0] == "SCOPE_INSUFFICIENT"
    remove_user(stack.tenant, "bob", tasks_due_in=60)
    people.forget_all()
    assert ask(bob, "GET", ME).status == 401
