"""A worker may die at any call, to AWS or to the receiver: nothing is lost, and ids stay the same.

Each case makes the same small world again and again, and kills what is done to it one call later
each time, before or behind that call. Then time passes, and the world must have come to the same.
"""

from contextlib import suppress
from datetime import timedelta

import pytest

from signoff.clock import after
from signoff.identity.settings import (
    WEBHOOK_DELIVERY_FAILED,
    WEBHOOK_DISABLED,
    WEBHOOK_FAILING,
    WEBHOOK_RECOVERED,
)
from signoff.outbound.client import Reply
from signoff.storage.store import state
from signoff.storage.transaction import Transaction
from signoff.webhooks.changes import enable_webhook
from signoff.webhooks.health import health_key
from signoff.webhooks.retries import DELAYS
from tests.support.world import Killed
from tests.unit.outbox.standing import make_failing, put_health

# More than any of them makes; a place beyond the last call kills nothing and ends the search.
MOST_CALLS = 60
HOUR = 3600


class Case:
    """What is there when the workers run, and what must have come of it in the end."""

    answers = 200
    events = 3
    seconds = 600.0

    def prepare(self, out, hook):
        """Make the beginning; by default the events have just come to the bus."""

    def check(self, out, hook, ids):
        """All was delivered, no more than twice, under the same ids."""
        assert out.statuses(hook) == ["DELIVERED"] * len(ids), "lost"
        wanted = {f"evt_{each.replace('-', '')}" for each in ids}
        got = out.received(hook)
        assert set(got) == wanted
        assert len(got) <= len(ids) + 3 + self.failures(out, hook)

    def failures(self, out, hook):
        return sum(1 for row in out.rows(hook) for each in row.tried if each.status != 200)


class Healthy(Case):
    events = 1


class Becomes(Case):
    """The fifth failure in a row; then it answers again."""

    events = 2

    def prepare(self, out, hook):
        put_health(hook, streak=4)
        bad = [Reply(500), Reply(500)]
        out.receivers[hook.url] = lambda _: bad.pop() if bad else Reply(200)

    def check(self, out, hook, ids):
        super().check(out, hook, ids)
        assert told(out, hook, WEBHOOK_FAILING) <= 1
        assert told(out, hook, WEBHOOK_RECOVERED) == told(out, hook, WEBHOOK_FAILING)
        assert not out.health(hook).is_failing


class Recovers(Case):
    """The probe gets through."""

    def prepare(self, out, hook):
        out.pump_events()
        make_failing(out, hook)

    def check(self, out, hook, ids):
        super().check(out, hook, ids)
        assert told(out, hook, WEBHOOK_RECOVERED) == 1
        assert not out.health(hook).is_failing


class GivesUp(Case):
    """The probe has failed for the last time; the next one gets through."""

    events = 2
    seconds = 2 * HOUR

    def prepare(self, out, hook):
        out.pump_events()
        make_failing(out, hook, attempts=len(DELAYS))
        first = out.rows(hook)[0].event_id
        out.receivers[hook.url] = lambda sent: Reply(
            500 if sent.headers["webhook-id"] == first else 200
        )

    def check(self, out, hook, ids):
        assert out.statuses(hook) == ["FAILED", "DELIVERED"]
        assert told(out, hook, WEBHOOK_DELIVERY_FAILED) == 1
        assert told(out, hook, WEBHOOK_RECOVERED) == 1


class Gone(Case):
    """It answers 410; when it is enabled again, it answers."""

    events = 2
    answers = 410

    def check(self, out, hook, ids):
        assert set(out.statuses(hook)) == {"PARKED"}
        assert out.now_is(hook).disabled_reason == "gone"
        assert told(out, hook, WEBHOOK_DISABLED) == 1
        out.receivers[hook.url] = lambda _: Reply(200)
        enable_webhook(out.here.caller("admin"), hook.subscription_id)
        out.run(300)
        assert out.statuses(hook) == ["DELIVERED"] * 2


class Disabled(Case):
    """It has been failing for five days."""

    events = 2
    answers = 500
    seconds = 8 * HOUR

    def prepare(self, out, hook):
        out.pump_events()
        make_failing(out, hook, since=-5 * 24 * HOUR - 60)

    def check(self, out, hook, ids):
        assert set(out.statuses(hook)) == {"PARKED"}
        assert out.now_is(hook).disabled_reason == "failing"
        assert told(out, hook, WEBHOOK_DISABLED) == 1


class Retried(Case):
    """It fails once."""

    events = 1

    def prepare(self, out, hook):
        bad = [Reply(500)]
        out.receivers[hook.url] = lambda _: bad.pop() if bad else Reply(200)


class Slow(Case):
    """It takes its time."""

    events = 1

    def prepare(self, out, hook):
        out.receivers[hook.url] = lambda _: Reply(200, milliseconds=3000)


class SentOn(Slow):
    """It is known to be slow, and its message is in the quick lane."""

    def prepare(self, out, hook):
        super().prepare(out, hook)
        out.pump_events()
        put_health(hook, slowUntil=after(3000))


def told(out, hook, kind):
    """How often history says so of the subscription."""
    return len([each for each in out.told(kind) if each.subject == hook.subscription_id])


def forget(out, hook):
    """End a world, so that the next one is not told of its events."""
    change = Transaction()
    change.delete(state(), hook.key)
    change.commit()
    for row in out.rows(hook):
        change = Transaction()
        change.delete(state(), row.key)
        change.commit()
    change = Transaction()
    change.delete(state(), health_key(hook.tenant, hook.subscription_id))
    change.commit()
    for letters in (out.events, *out.lanes.values()):
        letters.clear()


@pytest.mark.parametrize("behind", [False, True], ids=["before", "behind"])
@pytest.mark.parametrize(
    "case", [Healthy, Retried, Becomes, Recovers, GivesUp, Gone, Disabled, Slow, SentOn]
)
def test_a_worker_that_dies_at_any_call_is_made_good(out, case, behind):
    made = case()
    for number in range(1, MOST_CALLS):
        hook = out.subscribe(made.answers)
        ids = out.happen(made.events)
        made.prepare(out, hook)
        with out.here.faults.watching((number, behind)) as watched:
            out.pump()
            calls = len(watched.seen)
        out.run(made.seconds)
        made.check(out, hook, ids)
        forget(out, hook)
        if calls < number:
            assert number > 3, "nothing was killed"
            return
    raise AssertionError("it makes more calls than that")


@pytest.mark.parametrize("behind", [False, True], ids=["before", "behind"])
@pytest.mark.parametrize("case", [Healthy, Recovers])
def test_a_sweep_that_dies_at_any_call_is_made_good(out, case, behind):
    """What it was to find: a lost message, and a release whose messages are all lost."""
    made = case()
    for number in range(1, MOST_CALLS):
        hook = out.subscribe(made.answers)
        ids = out.happen(made.events)
        made.prepare(out, hook)
        out.lost = lambda: True
        out.run()
        out.lost = lambda: False
        out.run(121, sweeping=False)
        with out.here.faults.watching((number, behind)) as watched:
            with suppress(Killed):
                out.sweep()
            calls = len(watched.seen)
        out.run(1800)
        made.check(out, hook, ids)
        forget(out, hook)
        if calls < number:
            assert number > 3, "nothing was killed"
            return
    raise AssertionError("it makes more calls than that")


def test_the_sweep_counts_what_the_queue_does_not_take_and_sends_it_the_next_time(out, monkeypatch):
    hook = out.subscribe(200)
    out.happen(3)
    out.pump_events()
    out.lanes["deliveries"].clear()
    out.now += timedelta(minutes=2)
    with monkeypatch.context() as refusing:
        refusing.setattr(out, "take", lambda _, taken: {"Failed": [{"Id": x["Id"]} for x in taken]})
        assert out.sweep() == {"failed": 3}
    assert out.sweep() == {"sent": 3}
    out.run()
    assert out.statuses(hook) == ["DELIVERED"] * 3
