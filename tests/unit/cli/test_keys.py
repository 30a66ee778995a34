"""``signoff keys``."""

from signoff.identity.scopes import INTEGRATION_SCOPES
from tests.unit.cli.command_line import Signoff


def test_a_key_is_shown_once(admin: Signoff) -> None:
    made = admin("keys", "create", "ERP", "--scope", "flows:read", "--scope", "tasks:read")
    assert made.code == 0
    assert "wf_" in made.out
    assert "cannot be shown again" in made.err
    listed = admin("keys", "list")
    assert "ERP" in listed.out
    assert "flows:read, tasks:read" in listed.out
    assert "wf_" not in listed.out


def test_long_lists_of_scopes_are_shortened(admin: Signoff) -> None:
    some = sorted(INTEGRATION_SCOPES)[:6]
    admin("keys", "create", "ERP", "--scope", "integration", "--scope", "admin:runs")
    admin("keys", "create", "Six", *(word for scope in some for word in ("--scope", scope)))
    listed = admin("keys", "list").out
    assert f"integration ({len(INTEGRATION_SCOPES)} scopes), admin:runs" in listed
    assert f"{', '.join(some[:4])}, and 2 more" in listed
    whole = {key["name"]: key["scopes"] for key in admin("keys", "list", "--json").json}
    assert whole["Six"] == some


def test_in_json_the_secret_stands_alone(admin: Signoff) -> None:
    made = admin("keys", "create", "ERP", "--scope", "integration", "--json").json
    assert set(made["scopes"]) == INTEGRATION_SCOPES
    assert made["secret"].startswith("wf_")


def test_a_new_key_works_at_once(admin: Signoff) -> None:
    secret = admin("keys", "create", "Keeper", "--scope", "admin:keys", "--json").json["secret"]
    assert admin("keys", "list", "--api-key", secret).code == 0
    refused = admin("runs", "list", "--api-key", secret)
    assert refused.code == 3
    assert "admin:runs" in refused.err
    assert "Authorization:" not in refused.err


def test_a_scope_that_does_not_exist_is_a_problem(admin: Signoff) -> None:
    result = admin("keys", "create", "ERP", "--scope", "everything")
    assert result.code == 1
    assert "everything" in result.err
    assert admin("keys", "create", "ERP").code == 2


def test_an_expiry(admin: Signoff) -> None:
    made = admin(
        "keys", "create", "ERP", "--scope", "flows:read", "--expires-at", "2099-01-01T00:00:00Z"
    )
    assert "2099-01-01T00:00:00.000Z" in made.out
    past = admin(
        "keys", "create", "ERP", "--scope", "flows:read", "--expires-at", "2001-01-01T00:00:00Z"
    )
    assert past.code == 1


def test_revoking_asks_first(admin: Signoff) -> None:
    key = admin("keys", "create", "ERP", "--scope", "flows:read", "--json").json
    assert admin("keys", "revoke", key["id"], typed="n\n").code == 130
    done = admin("keys", "revoke", key["id"], typed="y\n")
    assert done.code == 0
    assert "Revoked ERP" in done.err
    assert "REVOKED" in admin("keys", "list").out
    assert admin("keys", "revoke", key["id"], "--yes", "--json").json["status"] == "REVOKED"


def test_what_is_not_there_is_4(admin: Signoff) -> None:
    assert admin("keys", "revoke", "00000000-0000-7000-8000-000000000000", "--yes").code == 4


def test_a_key_is_shown_edited_and_rotated(admin: Signoff) -> None:
    made = admin(
        "keys", "create", "ERP", "--scope", "flows:read", "--allow", "203.0.113.0/24", "--json"
    ).json
    assert made["ipAllowList"] == ["203.0.113.0/24"]
    shown = admin("keys", "show", made["id"])
    assert "203.0.113.0/24" in shown.out
    assert "wf_" not in shown.out
    edited = admin("keys", "edit", made["id"], "--name", "Reports", "--allow-everywhere", "--json")
    assert (edited.json["name"], edited.json["ipAllowList"]) == ("Reports", [])
    assert edited.json["scopes"] == ["flows:read"]
    rotated = admin("keys", "rotate", made["id"], "--overlap", "0")
    assert rotated.code == 0
    assert "wf_" in rotated.out
    assert made["secret"] not in rotated.out
    assert "refused within a minute" in rotated.err


def test_options_that_rule_each_other_out(admin: Signoff) -> None:
    assert admin("keys", "edit", "x", "--allow", "::1", "--allow-everywhere").code == 2
    assert admin("keys", "edit", "x", "--no-expiry", "--expires-at", "2099-01-01").code == 2


def test_a_list_has_a_limit(admin: Signoff) -> None:
    for name in ("One", "Two"):
        admin("keys", "create", name, "--scope", "flows:read")
    assert [key["name"] for key in admin("keys", "list", "--limit", "1", "--json").json] == ["Two"]
    assert "Showing 1; --limit shows more." in admin("keys", "list", "--limit", "1").err
    assert "Showing" not in admin("keys", "list").err
