"""DELETE /api/v1/admin/webhooks/{webhookId}"""

from signoff.webhooks.read import subscriptions_of
from tests.support.gateway import Client
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.admin.webhooks import (
    URL,
    deliver,
    made,
    make_failing,
    settings_entries,
)


def test_a_webhook_is_gone_with_all_that_could_be_seen_of_it(admin: Client) -> None:
    webhook, other = made(admin), made(admin)
    delivery = deliver(webhook["id"], 1)
    make_failing(webhook["id"])
    url = f"{URL}/{webhook['id']}"
    assert data(admin.delete(url))["id"] == webhook["id"]
    for path in ("", "/deliveries", f"/deliveries/{delivery}"):
        assert error(admin.get(url + path), 404) == ("NOT_FOUND", None)
    assert error(admin.delete(url), 404)[0] == "NOT_FOUND"
    assert [each.subscription_id for each in subscriptions_of("acme")] == [other["id"]]
    [entry] = settings_entries("webhook.removed")
    assert entry["webhookId"] == webhook["id"]
