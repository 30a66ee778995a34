"""PATCH /api/v1/admin/webhooks/{webhookId}"""

from typing import Any

import pytest

from tests.support.gateway import Client
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.admin.webhooks import BODY, UNKNOWN, URL, made, settings_entries


def test_what_is_named_changes_and_the_rest_stays(admin: Client) -> None:
    webhook = made(admin, filters={"outcome": "APPROVED"}, description="ERP")
    url = f"{URL}/{webhook['id']}"
    change = {"url": "https://other.example.com/", "eventTypes": ["*"], "format": "cloudevents"}
    edited = data(admin.patch(url, change))
    del webhook["secret"]
    assert edited == webhook | change | {"updatedAt": edited["updatedAt"]}
    cleared = data(admin.patch(url, {"filters": None, "description": None}))
    assert (cleared["filters"], cleared["description"]) == (None, None)
    assert data(admin.get(url)) == cleared


def test_the_history_says_what_was_and_what_is(admin: Client) -> None:
    webhook = made(admin, filters={"urgent": True})
    url = f"{URL}/{webhook['id']}"
    admin.patch(url, {"filters": {"urgent": True}, "url": BODY["url"]})
    assert settings_entries("webhook.changed") == []
    admin.patch(url, {"filters": {"urgent": 1}})
    assert settings_entries("webhook.changed") == [
        {
            "webhookId": webhook["id"],
            "before": {"filters": {"urgent": True}},
            "after": {"filters": {"urgent": 1}},
        }
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, None),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"eventTypes": ["nothing"]}, "eventTypes.0"),
        ({"filters": {"a": {"suffix": "x"}}}, "filters.a"),
        ({"format": "xml"}, "format"),
        ({"status": "DISABLED"}, "status"),
        ({"url": None}, "url"),
        ({"eventTypes": None}, "eventTypes"),
        ({"format": None}, "format"),
    ],
)
def test_what_does_not_fit_changes_nothing(
    admin: Client, change: dict[str, Any], field: str | None
) -> None:
    webhook = made(admin)
    url = f"{URL}/{webhook['id']}"
    assert error(admin.patch(url, change), 400) == ("VALIDATION_FAILED", field)
    assert data(admin.get(url))["updatedAt"] == webhook["updatedAt"]


def test_what_is_not_there_is_404(admin: Client) -> None:
    assert error(admin.patch(f"{URL}/{UNKNOWN}", {"description": "x"}), 404)[0] == "NOT_FOUND"
