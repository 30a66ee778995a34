"""POST /api/v1/admin/webhooks/{webhookId}/deliveries/{deliveryId}/replay"""

import json
import time

import pytest

from signoff.webhooks.deliveries import find_delivery
from signoff.webhooks.delivery import DeliveryStatus
from tests.support.gateway import Client
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.admin.webhooks import (
    UNKNOWN,
    URL,
    deliver,
    hints,
    made,
    make_failing,
    settings_entries,
)


@pytest.mark.parametrize("status", ["DELIVERED", "FAILED", "PARKED"])
def test_it_is_due_at_once_with_its_id_and_its_past(admin: Client, status: DeliveryStatus) -> None:
    webhook = made(admin)
    delivery = deliver(webhook["id"], 3, status)
    replayed = data(admin.post(f"{URL}/{webhook['id']}/deliveries/{delivery}/replay"))
    assert (replayed["id"], replayed["eventId"]) == (delivery, "evt_3")
    assert (replayed["status"], replayed["attempts"], replayed["replays"]) == ("PENDING", 0, 1)
    assert replayed["nextAttemptAt"] is not None
    assert replayed["endedAt"] is None
    assert len(replayed["attemptLog"]) == 1
    assert replayed["webhookStatus"] == "ACTIVE"
    [hint] = map(json.loads, hints())
    assert hint == {
        "tenant": "acme", "subscription": webhook["id"], "delivery": delivery,
        "entry": ["T#acme#R#x", "3"],
    }  # fmt: skip
    assert settings_entries("webhook.replayed") == [
        {"webhookId": webhook["id"], "deliveryId": delivery}
    ]


def test_it_does_not_expire_on_its_way(admin: Client) -> None:
    webhook = made(admin)
    delivery = deliver(webhook["id"], 3, "FAILED")
    admin.post(f"{URL}/{webhook['id']}/deliveries/{delivery}/replay")
    left = find_delivery("acme", webhook["id"], delivery).expires_at - time.time()
    assert 29 * 86_400 < left <= 30 * 86_400


def test_a_command_that_is_sent_again_replays_once(admin: Client) -> None:
    webhook = made(admin)
    delivery = deliver(webhook["id"], 3, "FAILED")
    url = f"{URL}/{webhook['id']}/deliveries/{delivery}/replay"
    first = data(admin.post(url, Idempotency_Key="k"))
    assert data(admin.post(url, Idempotency_Key="k")) == first
    assert data(admin.post(url))["replays"] == 2


def test_the_answer_says_where_it_has_to_wait(admin: Client) -> None:
    webhook = made(admin)
    delivery = deliver(webhook["id"], 3, "FAILED")
    make_failing(webhook["id"])
    url = f"{URL}/{webhook['id']}/deliveries/{delivery}/replay"
    assert data(admin.post(url))["webhookStatus"] == "FAILING"
    admin.post(f"{URL}/{webhook['id']}/disable")
    assert data(admin.post(url))["webhookStatus"] == "DISABLED"


def test_a_queue_that_takes_nothing_is_left_to_the_sweep(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = made(admin)
    delivery = deliver(webhook["id"], 3, "FAILED")
    monkeypatch.setenv("DELIVERIES_URL", "https://sqs.us-east-1.amazonaws.com/123456789012/none")
    replayed = data(admin.post(f"{URL}/{webhook['id']}/deliveries/{delivery}/replay"))
    assert replayed["status"] == "PENDING"
    assert "nudgeShard" in find_delivery("acme", webhook["id"], delivery).to_item()


def test_what_is_not_there_is_404(admin: Client) -> None:
    webhook = made(admin)
    delivery = deliver(webhook["id"], 3)
    for path in (f"{webhook['id']}/deliveries/{UNKNOWN}", f"{UNKNOWN}/deliveries/{delivery}"):
        assert error(admin.post(f"{URL}/{path}/replay"), 404) == ("NOT_FOUND", None)
