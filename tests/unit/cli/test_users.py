"""``signoff users``."""

import pytest

from tests.unit.cli.command_line import Signoff


@pytest.fixture
def people(admin: Signoff) -> Signoff:
    """The command line of an administrator, with Erin and Dora in the directory."""
    assert admin("users", "create", "erin", "--name", "Erin Vogt").code == 0
    made = admin(
        "users", "create", "dora", "--name", "Dora Lind", "--email", "dora@example.com",
        "--group", "finance", "--role", "approver", "--role", "payer", "--manager", "erin",
    )  # fmt: skip
    assert made.code == 0
    assert "Dora Lind" in made.out
    return admin


def test_people_are_listed_and_shown(people: Signoff) -> None:
    listed = people("users", "list").out
    assert "dora" in listed
    assert "approver, payer" in listed
    narrowed = people("users", "list", "--role", "payer", "--json").json
    assert [user["id"] for user in narrowed] == ["dora"]
    shown = people("users", "show", "dora").out
    assert "dora@example.com" in shown
    assert "erin" in shown
    assert people("users", "show", "nobody").code == 4


def test_what_is_named_changes_and_the_rest_stays(people: Signoff) -> None:
    changed = people(
        "users", "edit", "dora", "--name", "Dora", "--group", "payers", "--clear", "manager",
        "--clear", "roles", "--json",
    ).json  # fmt: skip
    assert (changed["name"], changed["groups"], changed["roles"]) == ("Dora", ["payers"], [])
    assert (changed["managerId"], changed["email"]) == (None, "dora@example.com")
    assert people("users", "edit", "dora").code == 2
    assert people("users", "edit", "dora", "--manager", "dora").code == 1


def test_being_away_and_back(people: Signoff) -> None:
    away = people("users", "away", "dora", "--to", "2099-01-31T00:00:00Z", "--delegate", "erin").out
    assert "2099-01-31T00:00:00.000Z, erin stands in" in away
    assert "erin stands in" in people("users", "list").out
    assert people("users", "away", "dora", "--back", "--delegate", "erin").code == 2
    assert people("users", "away", "dora", "--back", "--json").json["outOfOffice"] is None
    assert people("users", "away", "dora", "--delegate", "nobody").code == 1


def test_removing_asks_first_and_can_be_undone(people: Signoff) -> None:
    assert people("users", "remove", "dora", typed="n\n").code == 130
    assert "Removed Dora Lind" in people("users", "remove", "dora", "--yes").err
    assert people("users", "show", "dora", "--json").json["status"] == "REMOVED"
    restored = people("users", "edit", "dora", "--restore", "--json").json
    assert restored["status"] == "ACTIVE"
