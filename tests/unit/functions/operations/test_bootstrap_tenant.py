"""The function behind ``signoff bootstrap``: a tenant, its keys, shown once."""

from typing import Any

import pytest

from operations.bootstrap_tenant import handler
from signoff.identity.authenticate import authenticate
from signoff.identity.keys import list_keys
from signoff.identity.scopes import ADMIN_SCOPES
from signoff.identity.tenants import create_tenant, find_tenant


class Context:
    aws_request_id = "request-1"


def invoke(**event: Any) -> dict[str, Any]:
    return handler(event, Context())


def test_it_makes_a_tenant_and_an_admin_key_that_works(aws: None) -> None:
    answer = invoke(tenant="acme", name="Acme Ltd")
    assert answer["ok"]
    assert answer["data"]["tenant"] == "acme"
    assert answer["data"]["created"]
    [key] = answer["data"]["keys"]
    principal = authenticate(f"Bearer {key['secret']}", "acme", None)
    assert principal.scopes == ADMIN_SCOPES | {"actors:assert"}
    assert find_tenant("acme").name == "Acme Ltd"


def test_the_keys_can_be_chosen(aws: None) -> None:
    keys = [
        {"name": "Admin", "scopes": ["admin:*"]},
        {"name": "ERP", "scopes": ["flows:read", "flows:write"]},
    ]
    answer = invoke(tenant="acme", keys=keys)
    assert [key["name"] for key in answer["data"]["keys"]] == ["Admin", "ERP"]
    assert answer["data"]["keys"][1]["scopes"] == ["flows:read", "flows:write"]
    assert answer["data"]["name"] == "acme"


def test_repeating_it_is_refused(aws: None) -> None:
    invoke(tenant="acme")
    answer = invoke(tenant="acme")
    assert not answer["ok"]
    assert answer["errors"] == [
        {"message": "Tenant acme exists already and has keys", "field": "tenant"}
    ]
    assert len(list_keys("acme", limit=10).items) == 1


def test_keys_can_be_added_on_request(aws: None) -> None:
    invoke(tenant="acme", name="Acme Ltd")
    answer = invoke(tenant="acme", name="Another name", addKeys=True)
    assert answer["ok"]
    assert not answer["data"]["created"]
    assert answer["data"]["name"] == "Acme Ltd"
    assert len(list_keys("acme", limit=10).items) == 2


def test_a_bootstrap_that_was_cut_short_goes_on(aws: None) -> None:
    create_tenant("acme", "Acme Ltd")
    answer = invoke(tenant="acme")
    assert answer["ok"]
    assert len(answer["data"]["keys"]) == 1


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ({}, "tenant"),
        ({"tenant": "No Slug"}, "tenant"),
        ({"tenant": 7}, "tenant"),
        ({"tenant": "acme", "keys": []}, "keys"),
        ({"tenant": "acme", "keys": [{"name": "K", "scopes": ["nope"]}]}, "scopes"),
        ({"tenant": "acme", "keys": [{"name": " ", "scopes": ["flows:read"]}]}, "name"),
        ({"tenant": "acme", "keyz": []}, "keyz"),
    ],
)
def test_a_bad_event_writes_nothing(aws: None, event: dict[str, Any], field: str) -> None:
    answer = invoke(**event)
    assert not answer["ok"]
    assert answer["errors"][0]["field"] == field
    assert find_tenant("acme") is None
