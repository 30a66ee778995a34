"""PATCH /api/v1/admin/users/{userId}"""

from typing import Any

import pytest

from signoff.clock import after
from signoff.directory.find import find_user
from signoff.directory.resolve import resolve_people
from signoff.directory.users import remove_user
from signoff.directory.wanted import Person, Wanted
from signoff.storage.store import state
from signoff.storage.transaction import ConditionFailed
from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.admin.people import (
    USERS,
    ask,
    edit,
    employ,
    found_departments,
    settings_entries,
)


def ids(client: Client, query: str) -> list[str]:
    """The ids of a list."""
    return [each["id"] for each in data(client.get(f"{USERS}?{query}"))]


def test_what_is_named_changes_and_the_rest_stays(admin: Client) -> None:
    employ(admin, "dora", groups=["finance"], roles=["approver"], email="d@example.com")
    changed = edit(admin, "dora", name="Dora L.", groups=["payers"])
    assert (changed["name"], changed["groups"], changed["version"]) == ("Dora L.", ["payers"], 2)
    assert (changed["roles"], changed["email"]) == (["approver"], "d@example.com")
    assert (ids(admin, "group=finance"), ids(admin, "group=payers")) == ([], ["dora"])
    assert settings_entries()[-1] == (
        "user.changed",
        {
            "userId": "dora",
            "changes": {"name": ["Dora", "Dora L."], "groups": [["finance"], ["payers"]]},
        },
    )


def test_null_takes_away(admin: Client) -> None:
    employ(admin, "erin")
    found_departments(admin, finance=None)
    employ(admin, "dora", email="d@example.com", managerId="erin", department="finance")
    nothing = {"email": None, "managerId": None, "department": None, "outOfOffice": None}
    changed = edit(admin, "dora", **nothing)
    assert {name: changed[name] for name in nothing} == nothing
    assert ids(admin, "department=finance") == []


def test_changing_nothing_writes_nothing(admin: Client) -> None:
    made = employ(admin, "dora", groups=["a", "b"])
    before = settings_entries()
    assert edit(admin, "dora") == made
    assert edit(admin, "dora", groups=["b", "a"], version=1) == made
    assert settings_entries() == before


def test_an_older_version_is_a_conflict(admin: Client) -> None:
    employ(admin, "dora")
    edit(admin, "dora", name="Second", version=1)
    answer = ask(admin, "PATCH", f"{USERS}/dora", {"name": "Third", "version": 1})
    assert error(answer, 409)[1] == "version"
    assert edit(admin, "dora", name="Third")["version"] == 3


def test_who_loses_a_race_reads_again(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from signoff.directory import users

    employ(admin, "dora", groups=["finance"])
    write = users.write_user

    def slower(*given: Any) -> None:
        monkeypatch.setattr(users, "write_user", write)
        edit(admin, "dora", groups=["payers"])
        write(*given)

    monkeypatch.setattr(users, "write_user", slower)
    changed = edit(admin, "dora", name="Later")
    assert (changed["name"], changed["groups"], changed["version"]) == ("Later", ["payers"], 3)
    assert ids(admin, "group=finance") == []


def test_a_directory_that_never_stands_still_is_503(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from signoff.directory import users

    employ(admin, "dora")

    def always_late(*_: Any) -> None:
        raise ConditionFailed(("a", "b"))

    monkeypatch.setattr(users, "write_user", always_late)
    answer = ask(admin, "PATCH", f"{USERS}/dora", {"name": "Later"})
    assert error(answer, 503)[0] == "SERVICE_UNAVAILABLE"


def test_managers_make_no_circle(admin: Client) -> None:
    employ(admin, "top")
    employ(admin, "middle", managerId="top")
    employ(admin, "low", managerId="middle")
    for manager in ("low", "middle", "top"):
        answer = ask(admin, "PATCH", f"{USERS}/top", {"managerId": manager})
        assert error(answer, 400) == ("VALIDATION_FAILED", "managerId")
    assert data(admin.get(f"{USERS}/top"))["managerId"] is None


def test_more_memberships_than_a_transaction_takes_are_refused_at_once(admin: Client) -> None:
    roles = [f"r{n}" for n in range(20)]
    employ(admin, "dora", groups=[f"a{n}" for n in range(50)], roles=roles)
    answer = ask(admin, "PATCH", f"{USERS}/dora", {"groups": [f"b{n}" for n in range(50)]})
    assert error(answer, 400) == ("VALIDATION_FAILED", "groups")
    edit(admin, "dora", groups=[])
    assert len(edit(admin, "dora", groups=[f"b{n}" for n in range(50)])["groups"]) == 50


def test_out_of_office(admin: Client) -> None:
    employ(admin, "dora")
    employ(admin, "erin")
    away = {"from": "2099-01-01T01:00:00+01:00", "to": "2099-02-01T00:00:00Z", "delegateId": "erin"}
    shown = edit(admin, "dora", outOfOffice=away)["outOfOffice"]
    assert shown == {
        "from": "2099-01-01T00:00:00.000Z",
        "to": "2099-02-01T00:00:00.000Z",
        "delegateId": "erin",
    }
    assert settings_entries()[-1] == (
        "user.absence",
        {"userId": "dora", "changes": {"absence": [None, shown]}},
    )
    assert edit(admin, "dora", outOfOffice=None)["outOfOffice"] is None
    assert edit(admin, "dora", outOfOffice={})["outOfOffice"]["delegateId"] is None


@pytest.mark.parametrize(
    ("away", "field"),
    [
        ({"delegateId": "dora"}, "delegateId"),
        ({"delegateId": "nobody"}, "delegateId"),
        ({"delegateId": "gone"}, "delegateId"),
        ({"delegateId": ""}, "outOfOffice.delegateId"),
        ({"from": "tomorrow"}, "from"),
        ({"from": "2099-01-01T00:00:00"}, "from"),
        ({"from": "2099-02-01T00:00:00Z", "to": "2099-01-01T00:00:00Z"}, "to"),
        ({"from": "2001-01-01T00:00:00Z", "to": "2001-02-01T00:00:00Z"}, "to"),
        ({"delegateId": "away"}, "delegateId"),
    ],
)
def test_an_absence_that_cannot_be(
    admin: Client, stack: Stack, away: dict[str, Any], field: str
) -> None:
    for name in ("dora", "gone", "away"):
        employ(admin, name)
    edit(admin, "away", outOfOffice={"delegateId": "dora"})
    remove_user(stack.tenant, "gone", tasks_due_in=60)
    answer = ask(admin, "PATCH", f"{USERS}/dora", {"outOfOffice": away})
    assert error(answer, 400) == ("VALIDATION_FAILED", field)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"active": False}, "active"),
        ({"active": None}, "active"),
        ({"version": 0}, "version"),
        ({"id": "other"}, "id"),
        ({"subject": "s"}, "subject"),
        ({"groups": "finance"}, "groups"),
    ],
)
def test_what_does_not_fit_is_400(admin: Client, change: dict[str, Any], field: str) -> None:
    made = employ(admin, "dora")
    answer = ask(admin, "PATCH", f"{USERS}/dora", change)
    assert error(answer, 400) == ("VALIDATION_FAILED", field)
    assert data(admin.get(f"{USERS}/dora")) == made


def test_somebody_who_was_removed_can_come_back(admin: Client, stack: Stack) -> None:
    employ(admin, "dora", groups=["finance"])
    remove_user(stack.tenant, "dora", tasks_due_in=0)
    assert data(admin.get(f"{USERS}/dora"))["status"] == "REMOVED"
    assert ids(admin, "group=finance") == []
    back = edit(admin, "dora", active=True)
    assert (back["status"], back["groups"]) == ("ACTIVE", ["finance"])
    assert ids(admin, "group=finance") == ["dora"]
    user = find_user(stack.tenant, "dora")
    assert user is not None
    item = state().get(("T#acme#USERS", "dora"))
    assert item is not None
    assert "nudgeAt" not in item


def test_who_was_removed_can_be_given_a_successor(admin: Client, stack: Stack) -> None:
    employ(admin, "dora")
    employ(admin, "erin")
    remove_user(stack.tenant, "dora", tasks_due_in=60)
    shown = edit(admin, "dora", outOfOffice={"delegateId": "erin"})
    assert (shown["status"], shown["outOfOffice"]["delegateId"]) == ("REMOVED", "erin")
    found = resolve_people(stack.tenant, Wanted(users=("dora",)), "alice", after(1))
    assert found == [Person("erin", ("dora",))]


def test_an_administrator_is_changed_by_administrators_only(admin: Client, stack: Stack) -> None:
    employ(admin, "adam", roles=["admin"], email="adam@example.com")
    keeper = Client(stack.new_key("admin:users"))
    for change, field in (
        ({"roles": []}, "roles"),
        ({"email": "mine@example.com"}, "email"),
    ):
        answer = ask(keeper, "PATCH", f"{USERS}/adam", change)
        assert error(answer, 403) == ("FORBIDDEN", field)
    assert edit(keeper, "adam", name="Adam A.")["name"] == "Adam A."


def test_who_is_no_administrator_any_more_is_not_left_in_their_group(admin: Client) -> None:
    shown = employ(admin, "adam", roles=["admin"], groups=["finance"])
    assert shown["groups"] == ["finance", "administrators"]
    sent_back = edit(admin, "adam", groups=shown["groups"], name="Adam A.")
    assert sent_back["groups"] == ["finance", "administrators"]
    assert edit(admin, "adam", roles=[])["groups"] == ["finance"]


def test_the_group_of_the_administrators_is_as_good_as_their_role(
    admin: Client, stack: Stack
) -> None:
    employ(admin, "adam", groups=["administrators"], email="adam@example.com")
    employ(admin, "dora", roles=["approver"], groups=["finance"])
    keeper = Client(stack.new_key("admin:users"))
    for name, change, field in (
        ("dora", {"groups": ["administrators", "finance"]}, "groups"),
        ("adam", {"groups": []}, "groups"),
        ("adam", {"email": "mine@example.com"}, "email"),
    ):
        answer = ask(keeper, "PATCH", f"{USERS}/{name}", change)
        assert error(answer, 403) == ("FORBIDDEN", field)
    sent = {"id": "mine", "name": "Mine", "groups": ["administrators"]}
    assert error(keeper.post(USERS, sent), 403) == ("FORBIDDEN", "groups")
    assert error(ask(keeper, "DELETE", f"{USERS}/adam"), 403)[0] == "FORBIDDEN"
    assert edit(keeper, "dora", groups=["legal"])["groups"] == ["legal"]


def test_nobody_there_and_another_tenants_are_404(admin: Client, stack: Stack) -> None:
    employ(admin, "dora")
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    for client, name in ((admin, "nobody"), (other, "dora")):
        answer = ask(client, "PATCH", f"{USERS}/{name}", {"name": "Mine"})
        assert error(answer, 404)[0] == "NOT_FOUND"
    assert data(admin.get(f"{USERS}/dora"))["version"] == 1
