"""Messages are hints: what was lost is made up for by the sweep, and costs no more for that."""

import random
import time
from datetime import timedelta

import pytest

from signoff.outbound.client import Reply
from signoff.storage.store import state
from signoff.storage.transaction import Transaction
from signoff.webhooks.sweep import sweep_deliveries
from tests.unit.outbox.outside import DAY, event_ids, state_items

pytestmark = pytest.mark.usefixtures("no_jitter")


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


def test_what_a_queue_does_not_take_of_a_batch_is_sent_by_the_next_sweep(out, monkeypatch):
    hook = out.subscribe(200)
    out.lost = lambda: True
    out.happen(3)
    out.run()
    out.lost = lambda: False
    out.now += timedelta(minutes=2)
    taking = out.take

    def take_all_but_one(lane, entries):
        refused, *others = entries
        taking(lane, others)
        return {"Failed": [{"Id": refused["Id"]}]}

    with monkeypatch.context() as throttled:
        throttled.setattr(out, "take", take_all_but_one)
        assert out.sweep() == {"sent": 2, "failed": 1}
    assert out.sweep() == {"sent": 1}
    out.run()
    assert out.statuses(hook) == ["DELIVERED"] * 3
    assert len(out.sent_to(hook)) == 3


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
