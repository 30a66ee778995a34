"""Looking after webhooks on a stack, whose roles may seal secrets and not open them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.deployed import Deployed
from tests.support.tenants import Operator, Tenant

HOOKS = "/webhooks"
BODY = {"url": "https://hooks.example.com/in", "eventTypes": ["workflow.*"]}


@pytest.fixture
def webhook(operator: Operator) -> dict[str, Any]:
    """A new webhook, with its secret."""
    return operator.post(HOOKS, BODY, 201)


def test_a_webhook_is_made_changed_and_removed(operator: Operator, webhook: dict[str, Any]):
    where = f"{HOOKS}/{webhook['id']}"
    assert webhook["secret"].startswith("whsec_")
    assert webhook["id"] in [each["id"] for each in operator.get(HOOKS)]
    rotated = operator.post(f"{where}/rotate", {"overlapSeconds": 60})
    assert rotated["secret"] != webhook["secret"]
    assert operator.post(f"{where}/disable", {})["status"] == "DISABLED"
    assert operator.send("POST", f"{where}/test", {}).status == 409
    assert operator.post(f"{where}/enable", {})["status"] == "ACTIVE"
    edited = operator.send("PATCH", where, {"filters": {"outcome": "APPROVED"}})
    assert edited.body["data"]["filters"] == {"outcome": "APPROVED"}
    assert operator.get(f"{where}/deliveries") == []
    assert operator.send("DELETE", where).status == 200
    assert operator.send("GET", where).status == 404


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example.com/", "https://169.254.169.254/latest", "https://[::ffff:10.0.0.1]/"],
)
def test_an_address_inside_is_refused(operator: Operator, stack_up: Deployed, url: str):
    if url.startswith("http:") and stack_up.endpoint_url:
        pytest.skip("the local stack takes http")
    answer = operator.send("POST", HOOKS, BODY | {"url": url})
    assert answer.status == 400
    assert answer.body["errors"][0]["field"] == "url"


def test_secrets_are_sealed_at_rest(tenant: Tenant, webhook: dict[str, Any], stack_up: Deployed):
    table = stack_up.resource("StateTable")
    key = {"PK": {"S": f"T#{tenant.slug}#WEBHOOKS"}, "SK": {"S": webhook["id"]}}
    found = stack_up.aws("dynamodb").get_item(TableName=table, Key=key)
    assert webhook["secret"] not in str(found["Item"])
    assert len(found["Item"]["secret"]["S"]) > len(webhook["secret"])
