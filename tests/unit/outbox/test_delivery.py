"""From an event to every subscriber that wants it: healthy ones, failing ones, slow ones."""

import random
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from signoff import clock
from signoff.clock import after
from signoff.contracts.events.cloudevents import to_cloud_event
from signoff.entrypoints.again import AGAIN_SECONDS
from signoff.history.entry import HistoryEntry
from signoff.identity.settings import (
    WEBHOOK_DELIVERY_FAILED,
    WEBHOOK_DISABLED,
    WEBHOOK_FAILING,
    WEBHOOK_RECOVERED,
)
from signoff.outbound.client import Reply
from signoff.outbox.deliver import deliver
from signoff.storage.store import state
from signoff.storage.transaction import Transaction
from signoff.webhooks import release, settling
from signoff.webhooks.changes import enable_webhook
from signoff.webhooks.messages import hint_of, send_hints
from signoff.webhooks.retries import ATTEMPTS
from signoff.webhooks.sweep import sweep_deliveries
from tests.unit.outbox.outside import DAY, Letter, put_entry, state_items
from tests.unit.outbox.test_faults import put_health

HOUR = 3600


@pytest.fixture(autouse=True)
def _no_jitter(monkeypatch):
    monkeypatch.setattr(settling.random, "random", lambda: 0.5)


def failing_until(moment, out, status=500):
    """A receiver that answers ``status`` until some time."""
    return lambda _: Reply(status if out.now < moment else 200)


def event_ids(ids):
    return [f"evt_{each.replace('-', '')}" for each in ids]


def test_every_subscriber_gets_every_event_once_and_can_verify_it(out):
    out.now = datetime.now(UTC)  # the library does not take what is old
    two = [out.subscribe(200), out.subscribe(204)]
    ids = out.happen(3)
    out.run()
    for each in two:
        assert sorted(out.received(each)) == sorted(event_ids(ids))
        assert out.statuses(each) == ["DELIVERED"] * 3
        library = Webhook(out.secrets[each.subscription_id])
        for request in out.sent_to(each):
            event = library.verify(request.body.decode(), request.headers)
            assert event["id"] == request.headers["webhook-id"]
    assert not any(out.lanes.values())


def test_who_wants_something_else_gets_nothing_and_costs_no_row(out):
    other = out.subscribe(200, types=("document.*",))
    out.happen()
    out.run()
    assert out.rows(other) == []


def test_an_event_that_comes_twice_makes_no_second_delivery(out):
    one = out.subscribe(200)
    out.happen()
    (entry,) = out.here.history(out.run_id)
    out.announce(to_cloud_event(entry))
    out.run()
    out.announce(to_cloud_event(entry))
    out.run()
    assert len(out.received(one)) == 1


def test_an_event_that_cannot_be_rendered_is_put_aside_alone(out):
    hook = out.subscribe(200)
    broken = HistoryEntry(
        tenant=hook.tenant,
        run_id=str(uuid.uuid4()),
        sequence=1,
        type="task.delegated",
        at=clock.timestamp(),
        detail={"taskId": "x"},  # and nothing of who has it now
        definition_key="invoices",
        actor="bob",
    )
    put_entry(broken.to_item())
    at = {"tenant": hook.tenant, "subject": broken.run_id, "sequence": broken.to_item()["SK"]}
    out.announce({**at, "source": "/signoff/runs"})
    out.happen(3)
    out.run(HOUR)
    assert out.statuses(hook) == ["DELIVERED"] * 3
    assert [each.body["detail"]["subject"] for each in out.dead] == [broken.run_id]


def test_a_message_that_comes_twice_sends_nothing_twice(out):
    one = out.subscribe(200)
    out.happen()
    out.pump()
    row = out.rows(one)[0]
    send_hints([hint_of(row), hint_of(row)])
    out.run()
    assert len(out.received(one)) == 1


def test_the_schedule_is_kept_to_the_second_and_then_it_is_given_up_and_told(out):
    dead = out.subscribe(500)
    out.happen()
    began = out.now
    out.run(4 * DAY)
    (row,) = out.rows(dead)
    passed = [round((each.at - began).total_seconds()) for each in out.sent_to(dead)]
    assert passed == [
        0, 5, 305, 2_105, 9_305, 27_305, 63_305, 113_705, 185_705, 272_105,
    ]  # fmt: skip
    assert (row.status, row.attempts, row.tried[-1].status) == ("FAILED", ATTEMPTS, 500)
    (entry,) = out.told(WEBHOOK_DELIVERY_FAILED)
    assert entry.detail["deliveryId"] == row.delivery_id
    assert entry.detail["webhookId"] == dead.subscription_id
    assert len(set(out.received(dead))) == 1


def test_retry_after_is_waited_for(out):
    replies = [Reply(429, {"retry-after": "120"}), Reply(503, {"retry-after": "2"}), Reply(200)]
    busy = out.subscribe(lambda _: replies.pop(0))
    out.happen()
    began = out.now
    out.run(HOUR)
    passed = [round((each.at - began).total_seconds()) for each in out.sent_to(busy)]
    assert passed == [0, 126, 426]
    assert out.statuses(busy) == ["DELIVERED"]


def test_five_failures_in_a_row_park_everything_but_one_probe(out):
    dead = out.subscribe(500)
    well = out.subscribe(200)
    out.happen(5)
    out.run()
    assert out.health(dead).is_failing
    (entry,) = out.told(WEBHOOK_FAILING)
    assert entry.detail["failures"] >= 5
    before = len(out.requests)
    out.happen(20)
    out.run()
    assert len(out.sent_to(well)) == 25
    assert len(out.requests) - before == 20  # all of them to the other one
    assert out.statuses(dead).count("PARKED") == 20
    out.run(2 * HOUR)
    tried = set(out.received(dead)[5:])
    assert tried == {out.health(dead).probe and probed(out, dead)}
    assert out.statuses(dead).count("PENDING") == 1


def probed(out, subscription):
    probe = out.health(subscription).probe
    return next(row.event_id for row in out.rows(subscription) if row.delivery_id == probe)


def test_when_the_probe_gets_through_all_that_was_parked_is_sent(out, monkeypatch):
    monkeypatch.setattr(release, "CHUNK", 5)
    back_at = out.now + timedelta(hours=3)
    hook = out.subscribe(failing_until(back_at, out))
    ids = out.happen(23)
    out.run(DAY)
    assert out.statuses(hook) == ["DELIVERED"] * 23
    assert set(out.received(hook)) == set(event_ids(ids))
    assert not out.health(hook).is_failing
    assert len(out.told(WEBHOOK_RECOVERED)) == 1
    good = [each for each in out.sent_to(hook) if each.at >= back_at]
    assert len(good) == 23
    health = out.health(hook)
    assert (health.streak, health.releasing_since, health.care_at) == (0, None, None)


def test_a_release_goes_on_in_parts_without_the_messages_that_ask_for_the_next(out, monkeypatch):
    monkeypatch.setattr(release, "CHUNK", 5)
    hook = out.subscribe(failing_until(out.now + timedelta(minutes=10), out))
    out.happen(22)
    out.run(8 * 60)
    assert out.health(hook).is_failing
    out.lost = lambda: True
    out.run(40 * 60)
    out.lost = lambda: False
    out.run(DAY)
    assert out.statuses(hook) == ["DELIVERED"] * 22


def test_a_probe_that_is_given_up_is_followed_by_the_oldest_that_is_parked(out):
    dead = out.subscribe(500)
    out.happen(8)
    out.run(4 * DAY)
    failed = [row for row in out.rows(dead) if row.status == "FAILED"]
    assert len(failed) == 1
    probe = out.health(dead).probe
    assert probe is not None
    assert probe != failed[0].delivery_id
    assert [row.status for row in out.rows(dead)].count("PENDING") == 1


def test_a_failing_subscription_that_nothing_is_left_for_is_probed_by_what_comes_next(out):
    dead = out.subscribe(failing_until(out.now + timedelta(days=4, hours=1), out))
    out.happen()
    out.run(4 * DAY)
    assert out.health(dead).is_failing
    assert out.health(dead).probe is None
    out.run(2 * HOUR)
    out.happen(3)
    out.run(HOUR)
    assert out.statuses(dead) == ["FAILED", *["DELIVERED"] * 3]
    assert not out.health(dead).is_failing


def test_after_five_days_it_is_disabled_and_told_once(out):
    dead = out.subscribe(500)
    out.happen(6)
    out.run(9 * DAY)
    found = out.now_is(dead)
    assert (found.status, found.disabled_reason) == ("DISABLED", "failing")
    (entry,) = out.told(WEBHOOK_DISABLED)
    assert entry.detail["createdBy"] == "owner"
    before = len(out.requests)
    out.happen(3)
    out.run(5 * DAY)
    assert len(out.requests) == before
    assert set(out.statuses(dead)) == {"PARKED", "FAILED"}
    assert out.health(dead).care_at is None


@pytest.mark.parametrize(
    ("seconds", "status"), [(5 * DAY - 60, "ACTIVE"), (5 * DAY + 60, "DISABLED")]
)
def test_a_failure_disables_it_when_it_has_been_failing_for_five_days(out, seconds, status):
    dead = out.subscribe(500)
    out.happen()
    out.pump_events()
    (row,) = out.rows(dead)
    put_health(dead, streak=9, failingSince=after(-seconds), probe=row.delivery_id)
    out.run()
    assert len(out.sent_to(dead)) == 1
    assert out.now_is(dead).status == status


def test_gone_disables_at_once_and_what_waits_is_kept(out):
    gone = out.subscribe(410)
    out.happen(2)
    out.run(DAY)
    found = out.now_is(gone)
    assert (found.status, found.disabled_reason) == ("DISABLED", "gone")
    assert out.statuses(gone) == ["PARKED", "PARKED"]
    assert len(out.told(WEBHOOK_DISABLED)) == 1
    assert len(out.requests) <= 2


def test_what_was_kept_is_sent_when_it_is_enabled_again(out):
    hook = out.subscribe(410)
    ids = out.happen(3)
    out.run()
    ids += out.happen(3)
    out.run()
    out.receivers[hook.url] = lambda _: Reply(200)
    enable_webhook(out.here.caller("admin"), hook.subscription_id)
    out.run(60)
    assert out.statuses(hook) == ["DELIVERED"] * 6
    assert set(out.received(hook)) == set(event_ids(ids))


def test_who_is_slow_goes_to_the_slow_lane_and_back_when_it_is_not(out):
    waits = {"ms": 4000}
    slow = out.subscribe(lambda _: Reply(200, milliseconds=waits["ms"]))
    out.happen()
    out.run()
    assert out.health(slow).is_slow(out.now.isoformat())
    out.happen(2)
    out.pump_events()
    assert len(out.lanes["slow"]) == 2
    assert out.lanes["deliveries"] == []
    waits["ms"] = 10
    out.run(600)
    out.happen()
    out.pump_events()
    assert len(out.lanes["deliveries"]) == 1
    out.run()
    assert out.statuses(slow) == ["DELIVERED"] * 4


def test_a_message_of_a_slow_one_in_the_quick_lane_is_sent_on_untried(out):
    slow = out.subscribe(lambda _: Reply(200, milliseconds=4000))
    out.happen(25)
    out.pump_events()
    letters = out.lanes["deliveries"]
    assert len(letters) == 25
    out._hand(letters, out._visible(letters), deliver, "deliveries")
    tried = len(out.requests)
    out._hand(letters, out._visible(letters), deliver, "deliveries")
    assert len(out.requests) == tried
    assert len(out.lanes["slow"]) == 10
    out.run()
    assert out.statuses(slow) == ["DELIVERED"] * 25
    assert len(out.received(slow)) == 25


def test_a_success_in_between_begins_the_count_anew(out):
    answers = [500, 500, 500, 500, 200, 500, 500, 500, 500, 200]
    flaky = out.subscribe(lambda _: Reply(answers.pop(0)))
    for _ in range(10):
        out.happen()
        out.run()
    assert not out.health(flaky).is_failing
    assert out.told(WEBHOOK_FAILING) == []


def test_what_a_delivery_costs_that_goes_well_and_is_all_alone(out):
    hook = out.subscribe(200)
    out.happen()
    with out.here.faults.watching() as watched:
        out.pump()
    assert watched.seen == [
        "Query",  # subscriptions
        "BatchGetItem",  # the entry
        "BatchGetItem",  # their health
        "PutItem",  # the row
        "SendMessageBatch",
        "BatchGetItem",  # all that the attempt needs
        "Decrypt",  # the secret, once in five minutes
        "POST",
        "PutItem",  # the row
    ]
    assert "HEALTH" not in [item["SK"]["S"] for item in state_items()]
    assert out.statuses(hook) == ["DELIVERED"]


def test_without_a_webhook_an_event_costs_one_query(out):
    out.happen(5)
    with out.here.faults.watching() as watched:
        out.pump()
    assert watched.seen == ["Query"]


def test_what_is_no_event_of_ours_is_put_aside_and_holds_up_nothing(out):
    hook = out.subscribe(200)
    strange = [{}, {"detail": None}, {"detail": {"tenant": "acme"}}, {"detail": {"id": "x"}}]
    unknown = {"tenant": "acme", "id": "x", "source": "/signoff/settings"}
    for detail in [*strange, {"detail": unknown}]:
        out.events.append(Letter(detail, out.now))
    out.happen()
    out.run(sum(AGAIN_SECONDS))
    assert [letter.body for letter in out.dead] == [*strange, {"detail": unknown}]
    assert out.statuses(hook) == ["DELIVERED"]


def test_a_message_that_names_nothing_holds_up_nothing(out):
    hook = out.subscribe(200)
    out.happen()
    out.lanes["deliveries"].append(Letter({"delivery": "x"}, out.now))
    gone = {"tenant": "acme", "subscription": "s", "delivery": "x", "entry": ["a", "b"]}
    out.lanes["deliveries"].append(Letter(gone, out.now))
    out.run(sum(AGAIN_SECONDS))
    assert out.statuses(hook) == ["DELIVERED"]
    assert [letter.body for letter in out.dead] == [{"delivery": "x"}]


def test_lost_messages_are_made_up_for_by_the_sweep(out):
    hook = out.subscribe(200)
    out.lost = lambda: True
    out.happen(3)
    out.run()
    out.lost = lambda: False
    assert out.received(hook) == []
    out.run(200)
    assert out.statuses(hook) == ["DELIVERED"] * 3


def test_queues_that_lose_half_of_all_messages_lose_no_event(out):
    chance = random.Random(7)
    hook = out.subscribe(lambda _: Reply(500 if chance.random() < 0.4 else 200))
    out.lost = lambda: chance.random() < 0.5
    ids = out.happen(20)
    out.run(3 * DAY)
    good = {row.event_id for row in out.rows(hook) if row.status == "DELIVERED"}
    assert good == set(event_ids(ids))


def test_a_backlog_is_not_made_worse_by_the_sweep(out):
    out.subscribe(200)
    out.happen(3)
    out.pump_events()
    for _ in range(120):
        out.now += timedelta(minutes=1)
        out.sweep()
    assert len(out.lanes["deliveries"]) <= 3 * 8  # twice as late each time


def test_a_sweep_ends_in_time_and_leaves_the_rest_to_the_next(out):
    hook = out.subscribe(200)
    out.lost = lambda: True
    out.happen(3)
    out.run()
    out.lost = lambda: False
    out.now += timedelta(minutes=2)
    assert sweep_deliveries(time.monotonic() - 1) == {"left": 3}
    assert out.sweep() == {"sent": 3}
    out.run()
    assert out.statuses(hook) == ["DELIVERED"] * 3


def test_what_was_removed_is_forgotten(out):
    hook = out.subscribe(500)
    out.happen(6)
    out.run()
    change = Transaction()
    change.delete(state(), hook.key)
    change.commit()
    before = len(out.requests)
    out.run(DAY)
    assert len(out.requests) == before
    assert not [item for item in state_items() if "nudgeAt" in item]
