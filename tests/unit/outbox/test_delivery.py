"""From an event to every subscriber that wants it, whether its receiver is quick, slow or busy."""

import uuid
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from signoff import clock
from signoff.contracts.events.cloudevents import to_cloud_event
from signoff.entrypoints.again import AGAIN_SECONDS
from signoff.history.entry import HistoryEntry
from signoff.identity.settings import WEBHOOK_DELIVERY_FAILED
from signoff.outbound.client import Reply
from signoff.outbox.deliver import deliver
from signoff.webhooks.messages import hint_of, send_hints
from signoff.webhooks.retries import ATTEMPTS
from tests.unit.outbox.outside import DAY, HOUR, Letter, event_ids, put_entry, state_items

pytestmark = pytest.mark.usefixtures("no_jitter")


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
