"""What administrators do to a webhook, seen by its receiver."""

from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from signoff.clock import timestamp
from signoff.contracts.events.cloudevents import to_cloud_event
from signoff.outbound.client import Reply
from signoff.webhooks import settling
from signoff.webhooks.changes import (
    Edit,
    disable_webhook,
    edit_webhook,
    enable_webhook,
    rotate_secret,
)
from signoff.webhooks.delivery import first_id_at
from signoff.webhooks.health import FAILING_AFTER
from signoff.webhooks.probe import choose_probe
from signoff.webhooks.progress import parked
from signoff.webhooks.replay import replay_delivery, replay_failed
from signoff.webhooks.rows import write_row
from signoff.webhooks.subscriptions import remove_webhook
from signoff.webhooks.testing import send_test
from tests.support.world import TENANT
from tests.unit.outbox.outside import DAY, Outside, Request
from tests.unit.outbox.standing import put_health


@pytest.fixture(autouse=True)
def _no_jitter(monkeypatch):
    monkeypatch.setattr(settling.random, "random", lambda: 0.5)


@pytest.fixture
def admin(out: Outside):
    return out.here.caller("admin")


def signed_by(request: Request, secret: str) -> bool:
    """Whether one of the request's signatures is by that secret (the standard's library)."""
    headers = request.headers
    moment = request.at.replace(microsecond=0)
    assert headers["webhook-timestamp"] == str(int(moment.timestamp()))
    expected = Webhook(secret).sign(headers["webhook-id"], moment, request.body.decode())
    return expected in headers["webhook-signature"].split(" ")


def test_only_what_its_filters_let_through_comes(out, admin):
    one = out.subscribe(200, filters={"comment": [{"prefix": "Nr. 2"}]})
    ids = out.happen(3)
    out.run()
    assert out.received(one) == [f"evt_{ids[1].replace('-', '')}"]


def test_both_secrets_sign_until_the_overlap_is_over(out, admin):
    one = out.subscribe(200)
    old = out.secrets[one.subscription_id]
    _, new = rotate_secret(admin, one.subscription_id, overlap_seconds=3600)
    out.happen()
    out.run()
    out.now += timedelta(seconds=3601)
    out.happen()
    out.run()
    first, second = out.sent_to(one)
    assert (signed_by(first, new), signed_by(first, old)) == (True, True)
    assert (signed_by(second, new), signed_by(second, old)) == (True, False)


def test_what_is_on_its_way_goes_to_the_new_address_as_it_was(out, admin):
    one = out.subscribe(500)
    out.happen()
    out.run()
    elsewhere = "https://elsewhere.example/in"
    out.receivers[elsewhere] = lambda _: Reply(200)
    edit_webhook(admin, one.subscription_id, Edit(url=elsewhere, format="cloudevents"))
    out.run(60)
    [failed, arrived] = out.requests
    assert (failed.url, arrived.url) == (one.url, elsewhere)
    assert failed.body == arrived.body
    assert failed.headers["webhook-id"] == arrived.headers["webhook-id"]
    out.happen()
    out.run()
    assert out.requests[-1].event["specversion"] == "1.0"


def test_that_the_former_address_is_gone_does_not_disable_the_new_one(out, admin):
    moved = "https://moved.example.com/hook"
    out.receivers[moved] = lambda _: Reply(200)

    def moves_away(_):
        edit_webhook(admin, one.subscription_id, Edit(url=moved))
        return Reply(410)

    one = out.subscribe(moves_away)
    out.happen()
    out.run()
    assert out.now_is(one).status == "ACTIVE"
    assert out.statuses(one) == ["DELIVERED"]
    assert [each.url for each in out.requests] == [one.url, moved]


def test_what_happens_while_it_is_disabled_is_sent_when_it_is_enabled(out, admin):
    one = out.subscribe(200)
    disable_webhook(TENANT, one.subscription_id, "requested", by=admin)
    ids = out.happen(3)
    out.run(60)
    assert out.statuses(one) == ["PARKED"] * 3
    assert out.received(one) == []
    enable_webhook(admin, one.subscription_id)
    out.run(60)
    assert out.statuses(one) == ["DELIVERED"] * 3
    assert sorted(out.received(one)) == sorted(f"evt_{each.replace('-', '')}" for each in ids)


def test_what_was_on_its_way_to_a_removed_one_is_not_sent(out, admin):
    one = out.subscribe(500)
    out.happen()
    out.run()
    remove_webhook(admin, one.subscription_id)
    out.run(DAY)
    assert len(out.requests) == 1
    assert out.rows(one) == []


def test_what_was_given_up_is_sent_again_under_its_id(out, admin):
    one = out.subscribe(500)
    begun = out.now.isoformat()
    ids = out.happen(2)
    out.run(4 * DAY)
    assert out.statuses(one).count("FAILED") >= 1
    out.receivers[one.url] = lambda _: Reply(200)
    given_up = out.statuses(one).count("FAILED")
    assert replay_failed(admin, one.subscription_id, begun).count == given_up
    enable_webhook(admin, one.subscription_id)
    out.run(DAY)
    assert out.statuses(one) == ["DELIVERED"] * 2
    assert set(out.received(one)) == {f"evt_{each.replace('-', '')}" for each in ids}
    assert replay_failed(admin, one.subscription_id, begun).count == 0


def test_what_has_arrived_is_sent_again_byte_for_byte(out, admin):
    one = out.subscribe(200)
    out.happen()
    out.run()
    [row] = out.rows(one)
    replay_delivery(admin, one.subscription_id, row.delivery_id)
    out.run()
    first, second = out.sent_to(one)
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    [row] = out.rows(one)
    assert (row.status, row.replays, row.attempts, len(row.tried)) == ("DELIVERED", 1, 1, 2)


def test_a_test_goes_to_its_own_webhook_alone_whatever_that_wants(out, admin):
    one = out.subscribe(500, types=("document.uploaded",), filters={"tags": "invoice"})
    other = out.subscribe(200, types=("*",))
    promised = send_test(admin, one.subscription_id)
    [entry] = out.told("webhook.tested")
    out.announce(to_cloud_event(entry))
    out.run()
    [request] = out.sent_to(one)
    assert request.event["type"] == "webhook.tested"
    assert out.sent_to(other) == []
    [row] = out.rows(one)
    assert row.delivery_id == promised
    assert row.delivery_id > first_id_at(row.event_at)


def test_a_failing_one_can_be_tested(out, admin):
    one = out.subscribe(500)
    out.happen(6)
    out.run(60)
    assert out.health(one).is_failing
    tried = len(out.sent_to(one))
    send_test(admin, one.subscription_id)
    out.announce(to_cloud_event(out.told("webhook.tested")[-1]))
    out.run()
    assert len(out.sent_to(one)) == tried + 1


def test_tests_that_fail_are_no_failures_of_its_deliveries(out, admin):
    one = out.subscribe(500)
    for _ in range(FAILING_AFTER):
        send_test(admin, one.subscription_id)
        out.announce(to_cloud_event(out.told("webhook.tested")[-1]))
        out.run()
    assert out.health(one).streak == 0
    out.happen()
    out.run()
    assert out.health(one).streak == 1


def test_a_test_that_is_replayed_while_it_is_disabled_waits_like_the_rest(out, admin):
    one = out.subscribe(200)
    send_test(admin, one.subscription_id)
    out.announce(to_cloud_event(out.told("webhook.tested")[-1]))
    out.run()
    [row] = out.rows(one)
    disable_webhook(TENANT, one.subscription_id, "requested")
    replay_delivery(admin, one.subscription_id, row.delivery_id)
    out.run()
    assert (len(out.received(one)), out.statuses(one)) == (1, ["PARKED"])
    enable_webhook(admin, one.subscription_id)
    out.run(60)
    assert (len(out.received(one)), out.statuses(one)) == (2, ["DELIVERED"])


def test_a_test_that_comes_when_it_is_disabled_is_not_sent(out, admin):
    one = out.subscribe(200)
    send_test(admin, one.subscription_id)
    disable_webhook(TENANT, one.subscription_id, "requested")
    out.announce(to_cloud_event(out.told("webhook.tested")[-1]))
    out.run()
    assert (out.requests, out.statuses(one)) == ([], ["PARKED"])


def test_a_test_that_was_kept_and_probes_is_followed_by_another(out, admin):
    answers = [Reply(500)]
    one = out.subscribe(lambda _: answers.pop() if answers else Reply(200))
    send_test(admin, one.subscription_id)
    disable_webhook(TENANT, one.subscription_id, "requested")
    out.announce(to_cloud_event(out.told("webhook.tested")[-1]))
    out.run()
    enable_webhook(admin, one.subscription_id)
    out.lanes["deliveries"].clear()  # it fails before what was kept goes out
    put_health(one, streak=5, failingSince=timestamp())
    out.now += timedelta(seconds=1)  # so that the test is the older one
    out.happen()
    out.pump_events()
    for row in out.rows(one):
        if row.status == "PENDING":
            write_row(parked(row))
    choose_probe(out.health(one))
    out.run(60, sweeping=False)
    assert out.statuses(one) == ["FAILED", "DELIVERED"]
    assert not out.health(one).is_failing


@pytest.mark.parametrize("by", ["enabling", "testing"])
def test_the_probe_does_not_wait_for_its_next_attempt_when_others_know_better(out, admin, by):
    hook = out.subscribe(500)
    ids = out.happen(8)
    out.run(6 * 3600)
    assert sorted(out.statuses(hook)) == ["PARKED"] * 7 + ["PENDING"]
    out.receivers[hook.url] = lambda _: Reply(200)
    if by == "enabling":
        enable_webhook(admin, hook.subscription_id)
    else:
        send_test(admin, hook.subscription_id)
        out.announce(to_cloud_event(out.told("webhook.tested")[-1]))
    before = len(out.received(hook))
    out.run(120)
    assert {f"evt_{each.replace('-', '')}" for each in ids} <= set(out.received(hook)[before:])
    assert set(out.statuses(hook)) == {"DELIVERED"}
