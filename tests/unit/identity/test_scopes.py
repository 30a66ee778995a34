"""Which scopes exist, what ``admin:*`` stands for, and who may hand them on."""

import pytest

from signoff.errors import Forbidden, Invalid
from signoff.identity.scopes import (
    ADMIN_SCOPES,
    INTEGRATION_SCOPES,
    ROLE_SCOPES,
    SCOPES,
    check_grant,
    expand,
    parse_scopes,
    scopes_of_roles,
)


def test_every_scope_says_what_it_allows() -> None:
    assert all(description.strip() for description in SCOPES.values())


def test_scopes_are_sorted_and_unique() -> None:
    assert parse_scopes(["tasks:read", "flows:read", "tasks:read"]) == ("flows:read", "tasks:read")


@pytest.mark.parametrize("scopes", [[], ["flows:admin"], ["flows:read", "*"], ["admin:all"]])
def test_scopes_that_do_not_exist_are_refused(scopes: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_scopes(scopes)
    assert refusal.value.field == "scopes"


def test_admin_star_is_every_admin_scope_and_nothing_else() -> None:
    assert expand(["admin:*"]) == ADMIN_SCOPES
    assert expand(["admin:*", "flows:read"]) == ADMIN_SCOPES | {"flows:read"}


def test_other_scopes_stay_as_they_are() -> None:
    assert expand(["flows:read", "admin:audit"]) == {"flows:read", "admin:audit"}


def test_who_may_change_a_thing_may_read_it() -> None:
    assert expand(["admin:keys"]) == {"admin:keys", "admin:keys:read"}


def test_an_auditor_reads_everything_and_changes_nothing() -> None:
    held = scopes_of_roles(["auditor"])
    assert all(scope.endswith(":read") or scope == "admin:audit" for scope in held)
    assert {scope for scope in SCOPES if scope.endswith(":read")} <= held


def test_roles_of_the_organisation_open_nothing() -> None:
    assert scopes_of_roles(["finance-manager"]) == frozenset()
    assert scopes_of_roles(["finance-manager", "admin"]) >= ADMIN_SCOPES


def test_no_person_may_speak_for_another() -> None:
    assert "actors:assert" not in scopes_of_roles(ROLE_SCOPES)


def test_the_integration_key_holds_nothing_administrative() -> None:
    assert frozenset() == INTEGRATION_SCOPES & ADMIN_SCOPES
    assert "actors:assert" in INTEGRATION_SCOPES


@pytest.mark.parametrize("granted", [["admin:runs"], ["admin:*"], ["flows:read", "admin:runs"]])
def test_an_admin_scope_is_granted_only_by_its_holder(granted: list[str]) -> None:
    with pytest.raises(Forbidden):
        check_grant(frozenset({"admin:keys"}), granted)


def test_the_holder_of_admin_keys_grants_the_scopes_of_the_contracts() -> None:
    check_grant(frozenset({"admin:keys"}), [*INTEGRATION_SCOPES, "admin:keys"])
    check_grant(ADMIN_SCOPES, ["admin:*"])
