"""Events about webhooks, sent to webhooks: that comes to an end."""

import pytest

from signoff.contracts.events.cloudevents import to_cloud_event
from signoff.identity.settings import (
    WEBHOOK_DELIVERY_FAILED,
    WEBHOOK_FAILING,
    WEBHOOK_REMOVED,
    record,
)
from signoff.outbound.client import Reply
from signoff.storage.transaction import Transaction
from signoff.webhooks import retries
from tests.unit.outbox.outside import DAY


@pytest.mark.parametrize("named", ["papyrus", "cloudevents"])
def test_webhooks_that_take_no_events_about_webhooks_do_not_tell_each_other_for_ever(
    out, monkeypatch, named
):
    monkeypatch.setattr(retries, "DELAYS", (5,))

    def picky(request):
        return Reply(400 if "webhook." in request.event["type"] else 200)

    hooks = [out.subscribe(picky, types=("*",), format=named) for _ in range(3)]
    change = Transaction()
    record(change, hooks[0].tenant, WEBHOOK_REMOVED, {"webhookId": "another"}, by=None)
    change.commit()
    announced: set[str] = set()
    for _ in range(3):
        for entry in [*out.told(WEBHOOK_REMOVED), *out.told(WEBHOOK_DELIVERY_FAILED)]:
            if entry.id not in announced:
                announced.add(entry.id)
                out.announce(to_cloud_event(entry))
        out.run(60)
        out.happen()  # which they take, so none of them is failing
        out.run()
    assert len(out.told(WEBHOOK_DELIVERY_FAILED)) == 3


def test_what_becomes_of_a_webhook_is_told_to_the_others_and_not_to_itself(out):
    one, other = (out.subscribe(200, types=("*",)) for _ in range(2))
    change = Transaction()
    record(change, one.tenant, WEBHOOK_FAILING, {"webhookId": one.subscription_id}, by=None)
    change.commit()
    (entry,) = out.told(WEBHOOK_FAILING)
    out.announce(to_cloud_event(entry))
    out.run()
    assert out.sent_to(one) == []
    assert [each.event["type"] for each in out.sent_to(other)] == [WEBHOOK_FAILING]


def test_a_delivery_that_was_given_up_is_told_to_the_other_webhooks(out):
    out.subscribe(500)
    other = out.subscribe(200, types=("webhook.*",))
    out.happen()
    out.run(4 * DAY)
    for entry in out.told(WEBHOOK_DELIVERY_FAILED):
        out.announce(to_cloud_event(entry))
    out.run()
    assert [each.event["type"] for each in out.sent_to(other)] == [WEBHOOK_DELIVERY_FAILED]
