"""Several workers at one delivery or one webhook at once, and what changes in between."""

import threading
from datetime import timedelta

import pytest

from signoff.clock import timestamp
from signoff.entrypoints.worker import Message
from signoff.identity.settings import WEBHOOK_DISABLED, WEBHOOK_FAILING, WEBHOOK_RECOVERED
from signoff.outbound.client import Reply
from signoff.outbox import fan_out
from signoff.outbox.deliver import deliver
from signoff.storage.single import count_up
from signoff.storage.store import state
from signoff.storage.transaction import Contended, Transaction
from signoff.webhooks import parking, wellbeing
from signoff.webhooks.changes import enable_webhook
from signoff.webhooks.delivery import Attempt
from signoff.webhooks.health import FAILING_AFTER, Health, care_marks
from signoff.webhooks.messages import hint_of, send_hints
from signoff.webhooks.progress import delivered, parked
from signoff.webhooks.release import SETTLED_SECONDS, release_some
from signoff.webhooks.rows import write_row
from signoff.webhooks.secrets import new_secret, sealed_secret
from signoff.webhooks.settling import Answered, settle
from signoff.webhooks.wellbeing import RELEASE_CARE_SECONDS
from tests.unit.outbox.standing import make_failing, put_health

WORKERS = 4


def deliver_at_once(bodies):
    """Each body in the hands of a worker of its own, all begun together."""
    ready = threading.Barrier(len(bodies))
    failed = []

    def work(number, body):
        ready.wait(30)
        failed.append(deliver([Message(str(number), body, 1, "deliveries")]))

    threads = [threading.Thread(target=work, args=each) for each in enumerate(bodies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failed


@pytest.mark.parametrize("status", [200, 500])
def test_several_workers_with_one_delivery_leave_one_result(out, status):
    hook = out.subscribe(status)
    out.happen()
    out.pump_events()
    (row,) = out.rows(hook)
    assert deliver_at_once([hint_of(row).to_body()] * WORKERS) == [{}] * WORKERS
    (after,) = out.rows(hook)
    assert after.status == ("DELIVERED" if status == 200 else "PENDING")
    assert after.attempts == 1  # whoever came second has not moved it on
    assert len(set(out.received(hook))) == 1


@pytest.mark.parametrize("first", ["failed", "taken"])
def test_a_success_wins_over_a_failure_of_the_same_delivery(out, first):
    """Two workers have read the same row; whoever is second writes upon what the first wrote."""
    hook = out.subscribe(200)
    out.happen()
    out.pump_events()
    (row,) = out.rows(hook)
    results = [
        Answered(Attempt(timestamp(), 5, 500), "failed"),
        Answered(Attempt(timestamp(), 5, 200), "taken"),
    ]
    for each in results if first == "failed" else reversed(results):
        settle(row, hook, Health(hook.tenant, hook.subscription_id), each, is_test=False)
    (after,) = out.rows(hook)
    assert after.status == "DELIVERED"
    assert [each.status for each in after.tried] == ([500, 200] if first == "failed" else [200])


def test_of_many_failures_at_once_one_makes_it_failing(out):
    hook = out.subscribe(500)
    out.happen(8)
    out.pump_events()
    deliver_at_once([hint_of(row).to_body() for row in out.rows(hook)])
    assert out.health(hook).streak == 8
    assert len(out.told(WEBHOOK_FAILING)) == 1
    assert out.health(hook).probe in [row.delivery_id for row in out.rows(hook)]


def settle_each(out, hook, statuses):
    """Deliveries that many workers have in hand at once: all have read the health before."""
    health = out.health(hook)
    for row, status in zip(out.rows(hook), statuses, strict=False):
        out.now += timedelta(seconds=1)
        made = Attempt(timestamp(), 5, status)
        meaning = "taken" if status == 200 else "failed"
        settle(row, hook, health, Answered(made, meaning), is_test=False)


def test_failures_between_which_others_arrive_are_not_in_a_row(out):
    """However many are under way at once: who takes most of them is not failing."""
    hook = out.subscribe(200)
    out.happen(30)
    out.pump_events()
    settle_each(out, hook, [500, 200] * 6 + [500] * 3)
    assert out.told(WEBHOOK_FAILING) == []
    assert out.health(hook).streak < FAILING_AFTER


def test_failures_behind_the_last_that_arrived_are(out):
    hook = out.subscribe(200)
    out.happen(30)
    out.pump_events()
    settle_each(out, hook, [200] * 10 + [500] * FAILING_AFTER)
    assert len(out.told(WEBHOOK_FAILING)) == 1


def test_who_dies_while_some_arrive_is_failing_a_few_later(out):
    hook = out.subscribe(200)
    out.happen(30)
    out.pump_events()
    settle_each(out, hook, [500, 200, 200] + [500] * (2 * FAILING_AFTER))
    assert len(out.told(WEBHOOK_FAILING)) == 1


def test_a_failure_is_counted_although_somebody_holds_the_health_just_then(out, monkeypatch):
    held = [Contended("TransactionConflictException")]

    def count(*arguments):
        if held:
            raise held.pop()
        return count_up(*arguments)

    monkeypatch.setattr(wellbeing, "count_up", count)
    hook = out.subscribe(500)
    out.happen()
    out.run(10, sweeping=False)
    assert len(out.sent_to(hook)) == 2  # after five seconds, as planned
    assert out.health(hook).streak == 2


def test_of_many_that_say_it_is_gone_one_is_told(out):
    hook = out.subscribe(410)
    out.happen(5)
    out.pump_events()
    deliver_at_once([hint_of(row).to_body() for row in out.rows(hook)])
    out.run(1200)
    assert out.statuses(hook) == ["PARKED"] * 5
    assert len(out.told(WEBHOOK_DISABLED)) == 1


def test_what_is_not_due_yet_is_not_parked_by_an_old_message(out):
    """Or its release would make the attempt before its time."""
    hook = out.subscribe(500)
    out.happen(2)
    out.pump_events()
    first, second = out.rows(hook)
    deliver([Message("1", hint_of(first).to_body(), 1, "deliveries")])
    put_health(hook, streak=9, failingSince=timestamp(), probe=second.delivery_id)
    deliver([Message("1", hint_of(first).to_body(), 2, "deliveries")])
    assert out.statuses(hook) == ["PENDING", "PENDING"]
    out.now += timedelta(seconds=6)
    deliver([Message("2", hint_of(first).to_body(), 1, "deliveries")])
    assert out.statuses(hook) == ["PARKED", "PENDING"]


def test_two_that_come_to_a_failing_one_without_a_probe_do_not_both_become_it(out):
    hook = out.subscribe(500)
    out.happen(3)
    out.pump_events()
    put_health(hook, streak=9, failingSince="2026-11-20T00:00:00.000Z")
    deliver_at_once([hint_of(row).to_body() for row in out.rows(hook)])
    assert len(out.requests) == 1
    out.run(0)
    assert len(out.requests) == 1


def test_what_has_arrived_in_other_hands_does_not_stay_the_probe(out):
    """Its own failure, the fifth in a row, is seen after somebody else's success with it."""
    answers = [Reply(500)]

    def answer(request):
        if answers:
            write_row(delivered(first, Attempt(timestamp(), 5, 200)))
            return answers.pop()
        return Reply(200)

    hook = out.subscribe(answer)
    out.happen(3)
    out.pump_events()
    first, *_ = out.rows(hook)
    put_health(hook, streak=4)
    assert deliver([Message("1", hint_of(first).to_body(), 1, "deliveries")]) == {}
    assert out.health(hook).is_failing
    out.run(60, sweeping=False)
    assert out.statuses(hook) == ["DELIVERED"] * 3
    assert not out.health(hook).is_failing


def become_well_first(out, hook, original):
    """What stands in for a write: the subscription becomes well, all of it, and then the write."""
    done = []

    def write(*arguments):
        if not done:
            done.append(True)
            enable_webhook(out.here.caller("admin"), hook.subscription_id)
            while release_some(hook.tenant, hook.subscription_id):
                pass
            for lane in out.lanes.values():  # all that the release had to do is done
                lane[:] = [each for each in lane if "release" not in each.body]
        return original(*arguments)

    return write


def test_what_the_fan_out_parks_while_it_becomes_well_is_sent(out, monkeypatch):
    hook = out.subscribe(200)
    out.happen()
    out.pump_events()
    make_failing(out, hook)
    monkeypatch.setattr(fan_out, "_put", become_well_first(out, hook, fan_out._put))
    out.happen()
    out.run(sweeping=False)
    assert out.statuses(hook) == ["DELIVERED"] * 2


def test_what_is_there_already_does_not_keep_others_of_its_batch_from_being_made(out):
    """An event comes again beside a new one, and to a webhook that was not there before."""
    hook = out.subscribe(200)
    out.happen()
    (again,) = out.events
    out.run()
    later = out.subscribe(200)
    out.announce(again.body["detail"])
    out.happen()
    out.run()
    assert out.statuses(hook) == ["DELIVERED"] * 2
    assert out.statuses(later) == ["DELIVERED"] * 2
    assert len(out.sent_to(hook)) == 2


def test_a_release_stays_open_for_what_the_index_shows_late(out):
    hook = out.subscribe(200)
    marks = care_marks(hook.subscription_id, timestamp())
    put_health(hook, releasingSince=timestamp(), **marks)
    assert release_some(hook.tenant, hook.subscription_id) == 0
    out.happen()
    out.pump_events()
    (row,) = out.rows(hook)
    write_row(parked(row))
    out.run(2 * RELEASE_CARE_SECONDS)
    assert out.statuses(hook) == ["DELIVERED"]
    assert out.health(hook).releasing_since is not None
    out.run(SETTLED_SECONDS + 2 * RELEASE_CARE_SECONDS)
    assert out.health(hook).releasing_since is None


def test_what_the_signer_parks_while_it_becomes_well_is_sent(out, monkeypatch):
    hook = out.subscribe(200)
    out.happen(2)
    out.pump_events()
    first, second = out.rows(hook)
    put_health(hook, streak=9, failingSince="2026-11-20T00:00:00.000Z", probe=first.delivery_id)
    for lane in out.lanes.values():
        lane.clear()
    send_hints([hint_of(second)])
    write = become_well_first(out, hook, parking.write_row)
    monkeypatch.setattr(parking, "write_row", write)
    out.run(sweeping=False)
    assert out.rows(hook)[1].status == "DELIVERED"


def test_a_release_that_is_asked_for_twice_sends_once(out):
    hook = out.subscribe(200)
    out.happen(6)
    out.pump_events()
    make_failing(out, hook)
    for lane in out.lanes.values():
        lane.clear()
    enable_webhook(out.here.caller("admin"), hook.subscription_id)
    threads = [
        threading.Thread(target=release_some, args=(hook.tenant, hook.subscription_id))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    out.run(120)
    assert out.statuses(hook) == ["DELIVERED"] * 6
    assert len(out.received(hook)) == 6


def test_a_release_stops_when_it_fails_again(out):
    hook = out.subscribe(500)
    out.happen(3)
    out.pump_events()
    make_failing(out, hook)
    assert release_some(hook.tenant, hook.subscription_id) == 0
    assert out.statuses(hook).count("PARKED") == 2
    assert out.told(WEBHOOK_RECOVERED) == []


def test_a_secret_that_does_not_open_is_a_failure_and_nothing_is_sent_unsigned(out):
    hook = out.subscribe(200)
    change = Transaction()
    foreign = sealed_secret(new_secret(), hook.tenant, "another webhook")
    change.update(state(), hook.key, set_={"secret": foreign})
    change.commit()
    out.happen()
    out.run()
    (row,) = out.rows(hook)
    assert (row.status, row.tried[0].error) == ("PENDING", "secret")
    assert out.requests == []
