"""GET /api/v1/admin/webhooks/{webhookId}/deliveries/{deliveryId}"""

from tests.support.gateway import Client
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.admin.webhooks import UNKNOWN, URL, at, deliver, made


def test_every_attempt_is_shown(admin: Client) -> None:
    webhook = made(admin)
    delivery = deliver(webhook["id"], 3, "FAILED")
    shown = data(admin.get(f"{URL}/{webhook['id']}/deliveries/{delivery}"))
    assert (shown["id"], shown["eventId"], shown["status"]) == (delivery, "evt_3", "FAILED")
    assert shown["attemptLog"] == [
        {"at": at(3), "durationMs": 31, "status": 500, "answer": "ok then", "error": None}
    ]


def test_a_delivery_of_another_webhook_is_404(admin: Client) -> None:
    webhook, other = made(admin), made(admin)
    delivery = deliver(other["id"], 3)
    for each in (delivery, UNKNOWN):
        answer = admin.get(f"{URL}/{webhook['id']}/deliveries/{each}")
        assert error(answer, 404) == ("NOT_FOUND", None)
