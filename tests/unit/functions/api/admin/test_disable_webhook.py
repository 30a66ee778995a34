"""POST /api/v1/admin/webhooks/{webhookId}/disable"""

from tests.support.gateway import Client
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.admin.webhooks import UNKNOWN, URL, made, settings_entries


def test_it_is_disabled_once(admin: Client) -> None:
    webhook = made(admin)
    url = f"{URL}/{webhook['id']}"
    disabled = data(admin.post(f"{url}/disable"))
    assert (disabled["status"], disabled["disabledReason"]) == ("DISABLED", "requested")
    assert data(admin.post(f"{url}/disable")) == disabled
    assert data(admin.get(url)) == disabled
    [entry] = settings_entries("webhook.disabled")
    assert (entry["webhookId"], entry["reason"]) == (webhook["id"], "requested")


def test_what_is_not_there_is_404(admin: Client) -> None:
    assert error(admin.post(f"{URL}/{UNKNOWN}/disable"), 404)[0] == "NOT_FOUND"
