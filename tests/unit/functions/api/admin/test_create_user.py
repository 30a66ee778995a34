"""POST /api/v1/admin/users"""

from typing import Any

import pytest

from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.admin.people import (
    USERS,
    ask,
    employ,
    found_departments,
    settings_entries,
)

BODY = {"id": "dora", "name": "Dora 🌻"}


def test_a_person_with_everything_is_shown_as_sent(admin: Client) -> None:
    employ(admin, "erin")
    found_departments(admin, finance="erin")
    sent = BODY | {
        "email": "dora@example.com",
        "groups": ["payers", "finance", "payers"],
        "roles": ["finance-manager", "approver"],
        "department": "finance",
        "managerId": "erin",
    }
    made = data(admin.post(USERS, sent), 201)
    assert made == sent | {
        "groups": ["finance", "payers"],
        "roles": ["approver", "finance-manager"],
        "outOfOffice": None,
        "status": "ACTIVE",
        "createdAt": made["createdAt"],
        "updatedAt": made["createdAt"],
        "version": 1,
    }
    assert data(admin.get(f"{USERS}/dora")) == made
    [entry] = [detail for type_, detail in settings_entries() if type_ == "user.created"][1:]
    assert (entry["userId"], entry["roles"]) == ("dora", ["approver", "finance-manager"])


def test_a_repetition_is_the_same_person_and_another_command_a_conflict(admin: Client) -> None:
    first = data(admin.post(USERS, BODY, Idempotency_Key="k"), 201)
    assert data(admin.post(USERS, BODY, Idempotency_Key="k"), 201) == first
    assert error(admin.post(USERS, BODY), 409)[1] == "id"
    assert [type_ for type_, _ in settings_entries()].count("user.created") == 1


def test_a_command_whose_answer_was_lost_finds_its_user(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from signoff.entrypoints import endpoint as module

    with monkeypatch.context() as patched:
        patched.setattr(module, "answer_once", lambda *given: given[-1]())
        first = data(admin.post(USERS, BODY, Idempotency_Key="k"), 201)
    assert data(admin.post(USERS, BODY, Idempotency_Key="k"), 201) == first


def test_the_id_of_somebody_who_was_removed_stays_taken(admin: Client, stack: Stack) -> None:
    from signoff.directory.users import remove_user

    employ(admin, "dora")
    remove_user(stack.tenant, "dora", tasks_due_in=60)
    assert error(admin.post(USERS, BODY), 409)[1] == "id"


@pytest.mark.parametrize(
    "hostile", ["Zoë", "名前", "a b", "a#b%2", "x" * 256, "'; DROP", "A&B?c=d"]
)
def test_odd_ids_are_ids_like_others(admin: Client, hostile: str) -> None:
    from urllib.parse import quote

    employ(admin, hostile, groups=[hostile])
    url = f"{USERS}/{quote(hostile, safe='')}"
    assert data(admin.get(url))["id"] == hostile
    assert data(admin.get(f"{USERS}?group={quote(hostile, safe='')}"))[0]["id"] == hostile
    assert data(ask(admin, "PATCH", url, {"groups": []}))["groups"] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": " dora"}, "id"),
        ({"id": "do/ra"}, "id"),
        ({"id": ".."}, "id"),
        ({"id": "do\nra"}, "id"),
        ({"id": "x" * 257}, "id"),
        ({"id": "key:7"}, "id"),
        ({"id": "system:sla"}, "id"),
        ({"name": "  "}, "name"),
        ({"name": "n" * 201}, "name"),
        ({"name": None}, "name"),
        ({"email": "dora"}, "email"),
        ({"email": "dora@example"}, "email"),
        ({"email": "do ra@example.com"}, "email"),
        ({"email": "a@" + "b" * 250 + ".com"}, "email"),
        ({"groups": [f"g{n}" for n in range(51)]}, "groups"),
        ({"groups": ["a,b"]}, "groups"),
        ({"groups": [" a"]}, "groups"),
        ({"groups": [f"g{n}" for n in range(50)], "roles": ["admin"]}, "groups"),
        ({"roles": [f"r{n}" for n in range(21)]}, "roles"),
        ({"roles": [""]}, "roles.0"),
        ({"managerId": "nobody"}, "managerId"),
        ({"managerId": "dora"}, "managerId"),
        ({"department": "nowhere"}, "department"),
        ({"tenant": "umbrella"}, "tenant"),
    ],
)
def test_what_does_not_fit_is_400(admin: Client, change: dict[str, Any], field: str) -> None:
    assert error(admin.post(USERS, BODY | change), 400) == ("VALIDATION_FAILED", field)
    assert data(admin.get(USERS)) == []


def test_only_an_administrator_makes_administrators(stack: Stack) -> None:
    keeper = Client(stack.new_key("admin:users"))
    for role in ("admin", "auditor", "designer"):
        answer = keeper.post(USERS, BODY | {"roles": [role]})
        assert error(answer, 403) == ("FORBIDDEN", "roles")
        assert f"all the powers of the role {role} " in answer.text
    assert employ(keeper, "dora", roles=["approver", "own-word"])["version"] == 1


def test_reading_alone_is_not_enough(stack: Stack) -> None:
    reader = Client(stack.new_key("admin:users:read"))
    assert error(reader.post(USERS, BODY), 403)[0] == "SCOPE_INSUFFICIENT"
    assert data(reader.get(USERS)) == []
    assert error(Client(stack.key).get(USERS), 403)[0] == "SCOPE_INSUFFICIENT"


def test_the_same_id_in_another_tenant_is_somebody_else(admin: Client, stack: Stack) -> None:
    employ(admin, "dora")
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert error(other.get(f"{USERS}/dora"), 404)[0] == "NOT_FOUND"
    assert error(other.post(USERS, {"id": "x", "name": "X", "managerId": "dora"}), 400)
    assert employ(other, "dora", name="Another")["name"] == "Another"
    assert data(admin.get(f"{USERS}/dora"))["name"] == "Dora"


def test_a_role_admin_makes_a_member_of_the_administrators(admin: Client) -> None:
    assert employ(admin, "adam", roles=["admin"])["groups"] == ["administrators"]
