"""POST /api/v1/admin/keys"""

import json
from typing import Any

import pytest

from signoff.storage.clients import client
from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error

URL = "/api/v1/admin/keys"
BODY = {"name": "Dashboard 📊", "scopes": ["flows:read"]}


def test_the_new_key_works(admin: Client) -> None:
    key = data(admin.post(URL, BODY), 201)
    assert (key["name"], key["scopes"], key["status"]) == (BODY["name"], ["flows:read"], "ACTIVE")
    # It is known (403, not 401), and may not do this.
    answer = Client(key["secret"]).get("/api/v1/admin/runs")
    assert error(answer, 403)[0] == "SCOPE_INSUFFICIENT"


def test_a_repetition_makes_no_second_key_and_does_not_show_it_again(admin: Client) -> None:
    first = data(admin.post(URL, BODY, Idempotency_Key="k"), 201)
    again = data(admin.post(URL, BODY, Idempotency_Key="k"), 201)
    assert again == first | {"secret": None}
    assert [key["name"] for key in data(admin.get(URL))].count(BODY["name"]) == 1


def test_the_secret_is_stored_nowhere(admin: Client) -> None:
    secret = data(admin.post(URL, BODY, Idempotency_Key="k"), 201)["secret"]
    for table in ("state", "history"):
        stored = json.dumps(client("dynamodb").scan(TableName=table)["Items"])
        assert secret.removeprefix("wf_") not in stored


def test_an_expiry_is_kept(admin: Client) -> None:
    body = BODY | {"expiresAt": "2099-01-01T01:00:00+01:00"}
    assert data(admin.post(URL, body), 201)["expiresAt"] == "2099-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "n" * 101}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"scopes": "flows:read"}, "scopes"),
        ({"expiresAt": "tomorrow"}, "expiresAt"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "expiresAt"),
        ({"expires": "2099-01-01T00:00:00Z"}, "expires"),
    ],
)
def test_what_does_not_fit_is_400(admin: Client, change: dict[str, Any], field: str) -> None:
    before = len(data(admin.get(URL)))
    assert error(admin.post(URL, BODY | change), 400) == ("VALIDATION_FAILED", field)
    assert len(data(admin.get(URL))) == before


def test_an_admin_scope_is_granted_by_its_holder_only(stack: Stack) -> None:
    keeper = Client(stack.new_key("admin:keys"))
    answer = keeper.post(URL, {"name": "Mine", "scopes": ["admin:*"]})
    assert error(answer, 403) == ("FORBIDDEN", "scopes")
    assert data(keeper.post(URL, {"name": "Mine", "scopes": ["tasks:write"]}), 201)


def test_a_key_of_the_contracts_may_not(stack: Stack) -> None:
    assert error(Client(stack.key).post(URL, BODY), 403)[0] == "SCOPE_INSUFFICIENT"
