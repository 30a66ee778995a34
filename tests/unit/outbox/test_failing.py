"""A receiver that fails is probed by one delivery; the rest is kept, until it is disabled."""

from datetime import timedelta

import pytest

from signoff.clock import after
from signoff.identity.settings import WEBHOOK_DISABLED, WEBHOOK_FAILING, WEBHOOK_RECOVERED
from signoff.outbound.client import Reply
from signoff.webhooks import release
from signoff.webhooks.changes import enable_webhook
from tests.unit.outbox.outside import DAY, HOUR, event_ids, failing_until
from tests.unit.outbox.standing import put_health

pytestmark = pytest.mark.usefixtures("no_jitter")


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
    # The probe, and five parts of the others, a second from one to the next.
    assert good[-1].at - good[0].at == timedelta(seconds=4 * release.PACE_SECONDS)
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


def test_a_success_in_between_begins_the_count_anew(out):
    answers = [500, 500, 500, 500, 200, 500, 500, 500, 500, 200]
    flaky = out.subscribe(lambda _: Reply(answers.pop(0)))
    for _ in range(10):
        out.happen()
        out.run()
    assert not out.health(flaky).is_failing
    assert out.told(WEBHOOK_FAILING) == []
