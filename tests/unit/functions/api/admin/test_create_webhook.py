"""POST /api/v1/admin/webhooks"""

import base64
import json
from typing import Any

import pytest

from signoff.storage.clients import client
from signoff.webhooks import subscriptions
from signoff.webhooks.read import subscriptions_of
from signoff.webhooks.secrets import signing_secrets
from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.admin.webhooks import BODY, URL, made, settings_entries


def test_a_webhook_is_made_with_its_secret_shown_once(admin: Client) -> None:
    sent = BODY | {"filters": {"outcome": ["APPROVED"]}, "description": "To the ERP 📊"}
    webhook = data(admin.post(URL, sent), 201)
    assert {name: webhook[name] for name in sent} == sent
    assert (webhook["status"], webhook["format"]) == ("ACTIVE", "papyrus")
    assert len(base64.b64decode(webhook["secret"].removeprefix("whsec_"))) == 32
    del webhook["secret"]
    assert data(admin.get(f"{URL}/{webhook['id']}")) == webhook
    assert data(admin.get(URL)) == [webhook]


def test_what_is_shown_is_what_signs_and_it_is_stored_nowhere(admin: Client) -> None:
    secret = data(admin.post(URL, BODY, Idempotency_Key="k"), 201)["secret"]
    [kept] = subscriptions_of("acme")
    assert signing_secrets(kept) == [secret]
    for table in ("state", "history"):
        stored = json.dumps(client("dynamodb").scan(TableName=table)["Items"])
        assert secret.removeprefix("whsec_") not in stored


def test_a_repetition_makes_no_second_webhook(admin: Client) -> None:
    first = data(admin.post(URL, BODY, Idempotency_Key="k"), 201)
    again = data(admin.post(URL, BODY, Idempotency_Key="k"), 201)
    assert again == first | {"secret": None}
    assert len(data(admin.get(URL))) == 1


def test_the_change_is_on_record(admin: Client) -> None:
    webhook = made(admin, format="cloudevents")
    [entry] = settings_entries("webhook.created")
    assert (entry["webhookId"], entry["url"]) == (webhook["id"], BODY["url"])
    assert entry["format"] == "cloudevents"
    assert "ecret" not in json.dumps(entry)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "http://hooks.example.com/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "https://169.254.169.254/latest/meta-data"}, "url"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "url"),
        ({"url": "ftp://example.com"}, "url"),
        ({"url": ""}, "url"),
        ({"eventTypes": []}, "eventTypes"),
        ({"eventTypes": ["workflow.*", "flow.nothing"]}, "eventTypes.1"),
        ({"eventTypes": ["*" * 101]}, "eventTypes.0"),
        ({"eventTypes": "workflow.*"}, "eventTypes"),
        ({"filters": {"amount": {"numeric": [">", "1"]}}}, "filters.amount"),
        ({"filters": ["outcome"]}, "filters"),
        ({"format": "xml"}, "format"),
        ({"description": "d" * 501}, "description"),
        ({"secret": "whsec_mine"}, "secret"),
    ],
)
def test_what_does_not_fit_is_400(admin: Client, change: dict[str, Any], field: str) -> None:
    assert error(admin.post(URL, BODY | change), 400) == ("VALIDATION_FAILED", field)
    assert data(admin.get(URL)) == []


@pytest.mark.parametrize("name", ["*", "workflow.completed", "dev.wrkflw.*", "signature.signed"])
def test_types_of_every_format_are_taken(admin: Client, name: str) -> None:
    assert made(admin, eventTypes=[name, name])["eventTypes"] == [name]


@pytest.mark.parametrize("filters", [{}, None])
def test_filters_that_ask_for_nothing_are_none(admin: Client, filters: Any) -> None:
    assert made(admin, filters=filters)["filters"] is None


def test_a_tenant_has_so_many_and_no_more(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "MAX_SUBSCRIPTIONS", 2)
    made(admin)
    webhook = made(admin)
    assert error(admin.post(URL, BODY), 409)[0] == "WORKFLOW_CONFLICT"
    admin.delete(f"{URL}/{webhook['id']}")
    assert made(admin)


def test_two_at_once_do_not_make_one_too_many(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "MAX_SUBSCRIPTIONS", 1)
    count = subscriptions.subscriptions_of
    others = iter([lambda: made(admin)])

    def counted(tenant: str) -> Any:
        found = count(tenant)
        next(others, lambda: None)()  # somebody is faster, once
        return found

    monkeypatch.setattr(subscriptions, "subscriptions_of", counted)
    assert error(admin.post(URL, BODY), 409)[0] == "WORKFLOW_CONFLICT"
    assert len(count("acme")) == 1


def test_reading_is_not_enough(stack: Stack) -> None:
    reader = Client(stack.new_key("admin:webhooks:read"))
    assert error(reader.post(URL, BODY), 403)[0] == "SCOPE_INSUFFICIENT"
    assert data(reader.get(URL)) == []
