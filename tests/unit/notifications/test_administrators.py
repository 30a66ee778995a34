"""What administrators are told of webhooks, and which events come to be told at all."""

import pytest

from signoff.clock import timestamp
from signoff.identity.settings import WEBHOOK_DELIVERY_FAILED, WEBHOOK_FAILING, record
from signoff.notifications import audience
from signoff.notifications.plan import notify_people
from signoff.storage.store import state
from signoff.storage.transaction import Transaction
from signoff.webhooks.changes import disable_webhook
from signoff.webhooks.health import health_key, owner_marks
from signoff.webhooks.subscription import Subscription
from tests.support.post import RULES, Post, text_of
from tests.support.sam import template
from tests.support.world import TENANT, Killed, World
from tests.unit.engine.acting import start
from tests.unit.engine.definitions import POOL

HOOK = "0190aaaa-0000-7000-8000-000000000001"


@pytest.fixture
def webhook(here: World) -> Subscription:
    """Dave's webhook."""
    made = Subscription(
        TENANT,
        HOOK,
        "https://erp.example.com/hook",
        ("*",),
        created_at="2026-11-21T09:00:00.000Z",
        updated_at="2026-11-21T09:00:00.000Z",
        secret="sealed",
        description="ERP <prod>",
        created_by="dave",
    )
    put = Transaction()
    put.put(state(), made.to_item())
    put.commit()
    return made


def note(change: str, **more: object) -> None:
    """An entry of the settings, by the engine."""
    transaction = Transaction()
    record(transaction, TENANT, change, {"webhookId": HOOK, **more}, by=None)
    transaction.commit()


def test_a_failing_webhook_is_told_to_administrators(post: Post, webhook: Subscription) -> None:
    failing = Transaction()
    health = {**owner_marks(TENANT, HOOK), "failingSince": timestamp()}
    failing.update(state(), health_key(TENANT, HOOK), set_=health)
    failing.commit()
    note(WEBHOOK_FAILING, failures=5)
    assert post.deliver() == ["webhook-failing"]
    (mail,) = post.mails("adam")
    assert post.to("adam") == ["Webhook is failing: ERP <prod>"]
    assert "https://erp.example.com/hook" in text_of(mail)
    assert "because you are an administrator" in text_of(mail)
    assert post.to("dave") == []


def test_a_disabled_webhook_is_told_to_who_made_it_too(post: Post, webhook: Subscription) -> None:
    disable_webhook(TENANT, HOOK, "gone")
    assert sorted(post.deliver()) == ["webhook-disabled"] * 2
    assert post.to("adam") == post.to("dave") == ["Webhook is disabled: ERP <prod>"]
    assert "answered 410" in text_of(post.mails("dave")[0])
    assert "because the webhook is yours" in text_of(post.mails("dave")[0])


def test_who_disables_a_webhook_is_not_told(here: World, post: Post, webhook: Subscription) -> None:
    disable_webhook(TENANT, HOOK, "requested", by=here.caller("adam"))
    post.deliver()
    assert post.to("adam") == []
    assert len(post.to("dave")) == 1


def test_a_thousand_lost_deliveries_are_told_once_a_day(post: Post, webhook: Subscription) -> None:
    for number in range(5):
        note(
            WEBHOOK_DELIVERY_FAILED,
            deliveryId=f"delivery-{number}",
            eventType="workflow.completed",
            status=500,
        )
    assert post.deliver() == ["delivery-failed"] * 5
    (mail,) = post.mails("adam")
    assert "Event: workflow.completed\nDelivery: delivery-" in text_of(mail)
    assert "Answer: 500" in text_of(mail)


def test_what_was_removed_meanwhile_is_not_told(post: Post) -> None:
    note(WEBHOOK_FAILING)
    post.deliver()
    assert post.sent == []


def test_the_rules_let_in_what_somebody_may_be_told_of_and_nothing_else() -> None:
    known = {*audience._OF_TASKS, *audience._OF_SETTINGS, "notification.sent"}
    resources = template()["Resources"]
    let_in = [
        each
        for rule in RULES
        for each in resources[rule]["Properties"]["EventPattern"]["detail-type"]
    ]
    assert sorted(let_in) == sorted(known)


def test_wherever_the_planner_dies_everybody_is_told_once(here: World, post: Post) -> None:
    start(here, here.publish(POOL), "alice", "initiators")
    (event,) = post.events()
    with here.faults.watching() as faults:
        notify_people(event)
    calls = len(faults.seen)
    assert "SendMessageBatch" in faults.seen
    for number in range(1, calls + 1):
        for is_after in (False, True):
            with here.faults.watching((number, is_after)), pytest.raises(Killed):
                notify_people(event)
    notify_people(event)
    told = post.work()
    assert len(told) > 2, "messages came more than once"
    assert len(post.to("bob")) == len(post.to("carol")) == 1
