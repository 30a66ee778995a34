"""GET /api/v1/admin/webhooks/{webhookId}"""

from tests.support.gateway import Client
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.admin.webhooks import UNKNOWN, URL, made, make_failing


def test_a_webhook_says_how_it_is(admin: Client) -> None:
    webhook = made(admin)
    url = f"{URL}/{webhook['id']}"
    assert data(admin.get(url))["status"] == "ACTIVE"
    make_failing(webhook["id"])
    shown = data(admin.get(url))
    assert (shown["status"], shown["failingSince"]) == ("FAILING", "2026-11-20T12:00:00.000Z")
    assert "secret" not in shown


def test_what_is_not_there_is_404_and_what_is_no_id_400(admin: Client) -> None:
    assert error(admin.get(f"{URL}/{UNKNOWN}"), 404) == ("NOT_FOUND", None)
    assert error(admin.get(f"{URL}/mine"), 400) == ("VALIDATION_FAILED", "webhookId")
