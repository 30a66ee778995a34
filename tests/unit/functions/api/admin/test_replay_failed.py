"""POST /api/v1/admin/webhooks/{webhookId}/replay"""

import json

import pytest

from signoff.webhooks import replay
from signoff.webhooks.deliveries import find_delivery
from tests.support.gateway import Client
from tests.unit.functions.api.admin.documents import data, error
from tests.unit.functions.api.admin.webhooks import (
    UNKNOWN,
    URL,
    at,
    deliver,
    hints,
    made,
    settings_entries,
)


def test_what_was_given_up_since_then_is_due_again(admin: Client) -> None:
    webhook = made(admin)
    failed = [deliver(webhook["id"], minute, "FAILED") for minute in range(5)]
    arrived = deliver(webhook["id"], 6)
    url = f"{URL}/{webhook['id']}/replay"
    answer = data(admin.post(url, {"since": at(2)}))
    assert answer == {"replayed": 3, "hasMore": False, "webhookStatus": "ACTIVE"}
    status = [find_delivery("acme", webhook["id"], each).status for each in (*failed, arrived)]
    assert status == ["FAILED", "FAILED", "PENDING", "PENDING", "PENDING", "DELIVERED"]
    assert {json.loads(each)["delivery"] for each in hints()} == set(failed[2:])
    [entry] = settings_entries("webhook.replayed")
    assert entry == {"webhookId": webhook["id"], "since": at(2), "count": 3}
    assert data(admin.post(url, {"since": at(2)}))["replayed"] == 0


def test_a_call_has_a_bound_and_the_next_goes_on(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "MOST_AT_ONCE", 5)
    monkeypatch.setattr(replay, "_CHUNK", 2)
    webhook = made(admin)
    for minute in range(12):
        deliver(webhook["id"], minute, "FAILED")
    url = f"{URL}/{webhook['id']}/replay"
    answers = [data(admin.post(url, {"since": at(0)})) for _ in range(3)]
    assert [(each["replayed"], each["hasMore"]) for each in answers] == [
        (5, True), (5, True), (2, False),
    ]  # fmt: skip
    assert len(hints()) == 12


def test_what_somebody_else_replayed_meanwhile_is_left_alone(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = made(admin)
    ids = [deliver(webhook["id"], minute, "FAILED") for minute in range(3)]
    record = replay.record
    others = iter([f"{URL}/{webhook['id']}/deliveries/{ids[1]}/replay"])

    def recorded(*sent: object) -> object:
        if (other := next(others, None)) is not None:
            data(admin.post(other))  # between reading and writing
        return record(*sent)  # type: ignore[arg-type]

    monkeypatch.setattr(replay, "record", recorded)
    answer = data(admin.post(f"{URL}/{webhook['id']}/replay", {"since": at(0)}))
    assert answer["replayed"] == 2
    assert [find_delivery("acme", webhook["id"], each).replays for each in ids] == [1, 1, 1]


def test_what_does_not_fit_is_400(admin: Client) -> None:
    url = f"{URL}/{made(admin)['id']}/replay"
    for body in ({}, {"since": "yesterday"}, {"since": "2026-11-20"}, {"since": ""}):
        assert error(admin.post(url, body), 400) == ("VALIDATION_FAILED", "since")
    answer = admin.post(f"{URL}/{UNKNOWN}/replay", {"since": at(0)})
    assert error(answer, 404)[0] == "NOT_FOUND"
