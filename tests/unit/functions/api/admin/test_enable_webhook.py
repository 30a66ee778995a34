"""POST /api/v1/admin/webhooks/{webhookId}/enable"""

import json

from tests.support.gateway import Client
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.admin.webhooks import (
    UNKNOWN,
    URL,
    hints,
    made,
    make_failing,
    settings_entries,
)


def test_a_disabled_one_is_enabled(admin: Client) -> None:
    webhook = made(admin)
    url = f"{URL}/{webhook['id']}"
    data(admin.post(f"{url}/disable"))
    enabled = data(admin.post(f"{url}/enable"))
    assert (enabled["status"], enabled["disabledReason"]) == ("ACTIVE", None)
    assert enabled["disabledAt"] is None
    assert data(admin.get(url)) == enabled
    assert [json.loads(each) for each in hints()] == [
        {"tenant": "acme", "subscription": webhook["id"], "release": True}
    ]
    [entry] = settings_entries("webhook.changed")
    assert entry == {
        "webhookId": webhook["id"],
        "before": {"status": "DISABLED"},
        "after": {"status": "ACTIVE"},
    }


def test_a_failing_one_begins_anew(admin: Client) -> None:
    webhook = made(admin)
    url = f"{URL}/{webhook['id']}"
    make_failing(webhook["id"])
    assert data(admin.post(f"{url}/enable"))["failingSince"] is None
    assert data(admin.get(url))["status"] == "ACTIVE"
    [entry] = settings_entries("webhook.changed")
    assert entry["before"] == {"status": "FAILING"}


def test_one_that_is_on_stays_as_it_is(admin: Client) -> None:
    webhook = made(admin)
    enabled = data(admin.post(f"{URL}/{webhook['id']}/enable"))
    assert enabled["updatedAt"] == webhook["updatedAt"]
    assert settings_entries("webhook.changed") == []
    assert error(admin.post(f"{URL}/{UNKNOWN}/enable"), 404)[0] == "NOT_FOUND"
