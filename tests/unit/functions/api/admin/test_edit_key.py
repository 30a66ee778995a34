"""PATCH /api/v1/admin/keys/{keyId}"""

import json
from typing import Any

import pytest

from signoff.identity import authenticate
from tests.support.gateway import Answer, Client, send
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error

URL = "/api/v1/admin/keys"


def patch(client: Client, key_id: str, body: Any) -> Answer:
    headers = {"Authorization": f"Bearer {client.key}", "Content-Type": "application/json"}
    return send("PATCH", f"{URL}/{key_id}", headers=headers, body=json.dumps(body))


@pytest.fixture
def key(admin: Client) -> dict[str, Any]:
    """A key that may look at runs."""
    made: dict[str, Any] = data(admin.post(URL, {"name": "Old", "scopes": ["admin:runs"]}), 201)
    return made


def test_what_is_named_changes_and_what_is_not_stays(admin: Client, key: dict[str, Any]) -> None:
    until = {"expiresAt": "2099-01-01T00:00:00Z", "ipAllowList": ["203.0.113.0/24"]}
    assert data(patch(admin, key["id"], until))["name"] == "Old"
    edited = data(patch(admin, key["id"], {"name": "New", "expiresAt": None}))
    assert (edited["name"], edited["expiresAt"]) == ("New", None)
    assert (edited["scopes"], edited["ipAllowList"]) == (["admin:runs"], ["203.0.113.0/24"])
    assert data(admin.get(f"{URL}/{key['id']}")) == edited
    assert "secret" not in edited


def test_a_scope_that_was_taken_away_is_missing_within_a_minute(
    admin: Client, key: dict[str, Any]
) -> None:
    holder = Client(key["secret"])
    data(holder.get("/api/v1/admin/runs"))
    data(patch(admin, key["id"], {"scopes": ["flows:read"]}))
    authenticate.forget_all()  # as after a minute
    assert error(holder.get("/api/v1/admin/runs"), 403)[0] == "SCOPE_INSUFFICIENT"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, None),
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"ipAllowList": ["office"]}, "ipAllowList"),
        ({"ipAllowList": ["10.0.0.1"] * 51}, "ipAllowList"),
        ({"revokedAt": None}, "revokedAt"),
        ({"name": None}, "name"),
        ({"scopes": None}, "scopes"),
        ({"ipAllowList": None}, "ipAllowList"),
    ],
)
def test_what_does_not_fit_is_400(
    admin: Client, key: dict[str, Any], body: dict[str, Any], field: str | None
) -> None:
    assert error(patch(admin, key["id"], body), 400) == ("VALIDATION_FAILED", field)


def test_only_who_could_grant_it_may_change_it(stack: Stack, key: dict[str, Any]) -> None:
    keeper = Client(stack.new_key("admin:keys"))
    assert error(patch(keeper, key["id"], {"name": "Mine"}), 403) == ("FORBIDDEN", "scopes")


def test_another_tenants_key_is_404(stack: Stack, key: dict[str, Any]) -> None:
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert error(patch(other, key["id"], {"name": "Mine"}), 404)[0] == "NOT_FOUND"
