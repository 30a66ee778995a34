"""What becomes of a delivery and of its subscription when an attempt has ended."""

import random
from dataclasses import dataclass
from typing import Literal

from signoff.clock import after, timestamp
from signoff.errors import Busy, NotFound
from signoff.identity.settings import WEBHOOK_DELIVERY_FAILED, record
from signoff.storage.transaction import ConditionFailed, Contended, Transaction
from signoff.webhooks.changes import disable_webhook
from signoff.webhooks.delivery import Attempt, Delivery
from signoff.webhooks.health import DISABLED_AFTER_SECONDS, Health
from signoff.webhooks.messages import LONGEST_DELAY_SECONDS, hint_of, send_hints
from signoff.webhooks.parking import park
from signoff.webhooks.probe import choose_probe, hurry_probe
from signoff.webhooks.progress import delivered, given_up, put_off
from signoff.webhooks.release import send_release
from signoff.webhooks.retries import next_delay, whole_seconds
from signoff.webhooks.rows import add_row, read_row, read_standing, write_row
from signoff.webhooks.subscription import Reason, Subscription
from signoff.webhooks.wellbeing import count_failure, make_failing, make_well, named, note_success

_ROUNDS = 5


@dataclass(frozen=True)
class Answered:
    """An attempt, what it means, and the seconds that the receiver asks to be left alone for."""

    attempt: Attempt
    meaning: Literal["taken", "failed", "gone"]
    asked: float | None = None


def settle(
    row: Delivery, subscription: Subscription, health: Health, answered: Answered, *, is_test: bool
) -> None:
    """Write what an attempt came to. ``row`` and the rest are as they were read before it.

    A test is tried once and changes no health for the worse. Raises Busy and what AWS raises; the
    message then comes again, and with it the attempt.
    """
    if answered.meaning == "taken":
        _taken(row, subscription, health, answered.attempt)
    elif is_test:
        _write_unless_moved(given_up(row, answered.attempt))
        if health.probe == row.delivery_id:
            choose_probe(health)  # one that was kept may be the oldest; it comes no more
    elif answered.meaning == "gone":
        _disable(subscription, "gone")
        park(row, answered.attempt)
    else:
        _failed(row, subscription, answered)


def _taken(
    row: Delivery | None, subscription: Subscription, health: Health, attempt: Attempt
) -> None:
    """It has arrived, whatever others have written of it meanwhile; the subscription is well."""
    for _ in range(_ROUNDS):
        if row is None:
            return
        is_new = row.status != "DELIVERED"
        try:
            if health.is_failing:
                _recover(delivered(row, attempt) if is_new else None, subscription, health)
            elif is_new:
                write_row(delivered(row, attempt))
        except (ConditionFailed, Contended):
            row = read_row(row.key)
            _, now = read_standing(subscription.tenant, subscription.subscription_id)
            health = now or Health(subscription.tenant, subscription.subscription_id)
            continue
        note_success(health)
        return
    raise Busy("The delivery is being changed by others")


def _recover(row: Delivery | None, subscription: Subscription, health: Health) -> None:
    """End the failing with the row that ended it; what is parked goes out."""
    change = Transaction()
    if row is not None:
        add_row(change, row)
    make_well(change, subscription, health)
    is_probe = row is not None and row.delivery_id == health.probe
    hurried = [] if is_probe else hurry_probe(change, health)
    change.commit()
    send_hints(hint_of(each) for each in hurried)
    send_release(subscription.tenant, subscription.subscription_id)


def _failed(row: Delivery, subscription: Subscription, answered: Answered) -> None:
    chance = random.random()  # noqa: S311 - spreads attempts, guards nothing
    delay = next_delay(row.attempts + 1, chance, answered.asked)
    if delay is None:
        written = _give_up(row, subscription, answered.attempt)
    else:
        later = put_off(row, answered.attempt, after(delay), delay)
        written = _write_unless_moved(later)
    health = count_failure(subscription, answered.attempt.at)
    is_probe = health.probe == row.delivery_id
    if make_failing(subscription, health, row.delivery_id):
        is_probe = True
        _, now = read_standing(subscription.tenant, subscription.subscription_id)
        health = now or health
    elif health.failing_since and health.failing_since <= after(-DISABLED_AFTER_SECONDS):
        _disable(subscription, "failing")
        return
    if is_probe and (delay is None or not written):
        choose_probe(health)  # given up, or arrived by somebody else's hand: it comes no more
    if written and delay is not None and delay <= LONGEST_DELAY_SECONDS:
        # What is lost the sweep makes up for.
        slow = health.is_slow(timestamp())
        send_hints([hint_of(later, slow=slow, delay=whole_seconds(delay))])


def _give_up(row: Delivery, subscription: Subscription, attempt: Attempt) -> bool:
    change = Transaction()
    add_row(change, given_up(row, attempt))
    told = {
        **named(subscription),
        "deliveryId": row.delivery_id,
        "eventId": row.event_id,
        "eventType": row.event_type,
        "attempts": row.attempts + 1,
        "status": attempt.status,
        "error": attempt.error,
    }
    record(change, row.tenant, WEBHOOK_DELIVERY_FAILED, told, by=None)
    try:
        change.commit()
    except ConditionFailed:
        return False
    return True


def _write_unless_moved(row: Delivery) -> bool:
    """Write a failure, unless another worker has written of the same delivery meanwhile: then that
    is what it is."""
    try:
        write_row(row)
    except ConditionFailed:
        return False
    return True


def _disable(subscription: Subscription, reason: Reason) -> None:
    try:
        disable_webhook(
            subscription.tenant, subscription.subscription_id, reason, tried=subscription.url
        )
    except NotFound:
        return  # removed meanwhile: there is nothing left to disable
