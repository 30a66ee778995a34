"""What administrators, and who made a webhook, are told of it."""

import pytest

from signoff.clock import timestamp
from signoff.identity.settings import WEBHOOK_FAILING, record
from signoff.storage.store import state
from signoff.storage.transaction import Transaction
from signoff.webhooks.changes import disable_webhook, enable_webhook
from signoff.webhooks.health import health_key, owner_marks
from signoff.webhooks.subscription import Subscription
from signoff.webhooks.subscriptions import Wanted, create_webhook
from signoff.webhooks.wellbeing import named
from tests.support.post import Post, text_of
from tests.support.world import TENANT, World


@pytest.fixture
def hook(here: World, post: Post) -> Subscription:
    """A webhook that bob, who is no administrator, made."""
    wanted = Wanted("https://erp.example.com/in", ("workflow.*",), "papyrus", description="ERP")
    made, _ = create_webhook(here.caller("bob"), wanted)
    return made.subscription


def happens(hook: Subscription, kind: str) -> None:
    """The engine records something of the webhook; one that is failing is so."""
    change = Transaction()
    if kind == WEBHOOK_FAILING:
        home = hook.tenant, hook.subscription_id
        failing = {**owner_marks(*home), "failingSince": timestamp()}
        change.update(state(), health_key(*home), set_=failing)
    record(change, TENANT, kind, {**named(hook), "deliveryId": "d-1"}, by=None)
    change.commit()


def test_one_that_fails_and_recovers_all_day_is_told_once(post: Post, hook: Subscription) -> None:
    for _ in range(5):
        happens(hook, WEBHOOK_FAILING)
        post.deliver()
    assert post.to("adam") == ["Webhook is failing: ERP"]
    assert "told once a day" in " ".join(text_of(post.mails("adam")[0]).split())
    assert post.to("bob") == []


@pytest.mark.parametrize(("reason", "word"), [("gone", "410"), ("failing", "for too long")])
def test_one_that_is_disabled_is_told_to_its_maker_too(
    post: Post, hook: Subscription, reason: str, word: str
) -> None:
    disable_webhook(TENANT, hook.subscription_id, reason)  # type: ignore[arg-type]
    post.deliver()
    for person, why in (("adam", "an administrator"), ("bob", "the webhook is yours")):
        assert post.to(person) == ["Webhook is disabled: ERP"]
        text = " ".join(text_of(post.mails(person)[0]).split())
        assert word in text
        assert f"You are told because {'you are ' if person == 'adam' else ''}{why}" in text


def test_what_is_not_so_any_more_is_not_told(here: World, post: Post, hook: Subscription) -> None:
    happens(hook, WEBHOOK_FAILING)
    disable_webhook(TENANT, hook.subscription_id, "failing")
    enable_webhook(here.caller("bob"), hook.subscription_id)
    post.deliver()
    assert post.sent == []
