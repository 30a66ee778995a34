"""POST /api/v1/admin/keys/{keyId}/rotate"""

import json
from typing import Any

import pytest

from signoff.identity import authenticate
from signoff.storage.clients import client
from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, delete, error

URL = "/api/v1/admin/keys"


@pytest.fixture
def key(admin: Client) -> dict[str, Any]:
    """A key that may look at runs."""
    made: dict[str, Any] = data(admin.post(URL, {"name": "Old", "scopes": ["admin:runs"]}), 201)
    return made


def test_both_secrets_are_good_for_the_overlap(admin: Client, key: dict[str, Any]) -> None:
    rotated = data(admin.post(f"{URL}/{key['id']}/rotate", {"overlapSeconds": 600}))
    assert rotated["id"] == key["id"]
    assert rotated["formerSecretUntil"] is not None
    for secret in (key["secret"], rotated["secret"]):
        data(Client(secret).get("/api/v1/admin/runs"))


def test_without_an_overlap_the_former_is_refused(admin: Client, key: dict[str, Any]) -> None:
    rotated = data(admin.post(f"{URL}/{key['id']}/rotate", {"overlapSeconds": 0}))
    assert rotated["formerSecretUntil"] is None
    authenticate.forget_all()  # as after a minute
    assert error(Client(key["secret"]).get("/api/v1/admin/runs"), 401)[0] == "KEY_REVOKED"


def test_a_repetition_is_no_second_rotation(admin: Client, key: dict[str, Any]) -> None:
    url = f"{URL}/{key['id']}/rotate"
    first = data(admin.post(url, {}, Idempotency_Key="k"))
    assert data(admin.post(url, {}, Idempotency_Key="k")) == first | {"secret": None}
    for table in ("state", "history"):
        stored = json.dumps(client("dynamodb").scan(TableName=table)["Items"])
        assert first["secret"].removeprefix("wf_") not in stored


@pytest.mark.parametrize("seconds", [-1, 604801, "day", 1.5])
def test_an_overlap_that_does_not_fit_is_400(
    admin: Client, key: dict[str, Any], seconds: Any
) -> None:
    answer = admin.post(f"{URL}/{key['id']}/rotate", {"overlapSeconds": seconds})
    assert error(answer, 400) == ("VALIDATION_FAILED", "overlapSeconds")


def test_a_revoked_key_is_409(admin: Client, key: dict[str, Any]) -> None:
    data(delete(admin, f"{URL}/{key['id']}"))
    assert error(admin.post(f"{URL}/{key['id']}/rotate", {}), 409)[0] == "WORKFLOW_CONFLICT"


def test_nobody_rotates_their_way_to_a_greater_key(stack: Stack, key: dict[str, Any]) -> None:
    keeper = Client(stack.new_key("admin:keys"))
    answer = keeper.post(f"{URL}/{key['id']}/rotate", {})
    assert error(answer, 403) == ("FORBIDDEN", "scopes")
    other = Client(stack.new_key("admin:*", tenant="umbrella"))
    assert error(other.post(f"{URL}/{key['id']}/rotate", {}), 404)[0] == "NOT_FOUND"
