"""Changes of a subscription's health. Each names the condition under which it is still right.

Several workers see the same receiver at once, so nothing here trusts what was read before: failures
are counted by DynamoDB itself, and of those who would change the state one does.
"""

from collections.abc import Mapping
from contextlib import suppress

from signoff.clock import after, later, timestamp
from signoff.identity.settings import WEBHOOK_FAILING, WEBHOOK_RECOVERED, record
from signoff.storage.repeating import until_committed
from signoff.storage.single import count_up, set_one
from signoff.storage.store import state
from signoff.storage.transaction import Condition, ConditionFailed, Transaction
from signoff.webhooks.health import FAILING_AFTER, Health, care_marks, health_key, owner_marks
from signoff.webhooks.rows import has_arrived_since
from signoff.webhooks.subscription import Subscription

# So long a slow subscription stays out of the quick lane, from its last slow answer on.
SLOW_SECONDS = 300
# How often the sweep looks after one that is failing, and after one that is being released.
FAILING_CARE_SECONDS = 3600
RELEASE_CARE_SECONDS = 60

_NO_STREAK = {"streak": 0, "streakSince": None}
_NOT_FAILING = Condition("attribute_not_exists(failingSince)")
_FAILING = Condition("attribute_exists(failingSince)")


def count_failure(subscription: Subscription, at: str) -> Health:
    """One failure more in a row, of an attempt sent ``at``; answers the health with it."""
    marks = owner_marks(subscription.tenant, subscription.subscription_id)
    key = health_key(subscription.tenant, subscription.subscription_id)
    # Who makes it failing, or well, holds the item for a moment, just when many fail at once.
    first = {"streakSince": at}
    counted = until_committed(
        lambda: count_up(state(), key, "streak", marks, first), "The webhook's health"
    )
    return Health.from_item(counted)


def note_success(health: Health) -> None:
    """No failure in a row any more, where there were some. Of one that is failing the end is more
    than this (``make_well``)."""
    if health.streak == 0 or health.is_failing:
        return
    _set(health, _NO_STREAK, _NOT_FAILING)


def note_slow(health: Health) -> None:
    """It keeps others waiting: away with it from the quick lane. Renewed when half is over."""
    if health.is_slow(after(SLOW_SECONDS / 2)):
        return
    marks = owner_marks(health.tenant, health.subscription_id)
    soon = Condition(
        "attribute_not_exists(slowUntil) OR slowUntil < :soon",
        values={":soon": after(SLOW_SECONDS / 2)},
    )
    _set(health, {**marks, "slowUntil": after(SLOW_SECONDS)}, soon)


def make_failing(subscription: Subscription, health: Health, probe: str) -> bool:
    """Park its deliveries from now on, but for ``probe``, if it has failed that often.

    One transaction with the entry; answers whether this call did it.

    A success writes nothing while all is well, so of many that are sent at once some fail and are
    counted although others arrive in between. Whether that was so is asked here, once in five
    failures: then they are not in a row, and counting begins anew.
    """
    if health.streak < FAILING_AFTER or health.is_failing:
        return False
    since = health.streak_since
    if since and has_arrived_since(health.tenant, health.subscription_id, since):
        same = Condition(
            f"{_NOT_FAILING.expression} AND streakSince = :since", values={":since": since}
        )
        _set(health, _NO_STREAK, same)
        return False
    at = timestamp()
    change = Transaction()
    change.update(
        state(),
        health.key,
        set_={
            "failingSince": at,
            "probe": probe,
            **care_marks(health.subscription_id, later(at, FAILING_CARE_SECONDS)),
        },
        remove=("releasingSince",),
        condition=_NOT_FAILING,
    )
    told = {**named(subscription), "failures": health.streak, "deliveryId": probe}
    record(change, subscription.tenant, WEBHOOK_FAILING, told, by=None)
    try:
        change.commit()
    except ConditionFailed:
        return False
    return True


def make_well(change: Transaction, subscription: Subscription, health: Health) -> None:
    """Add to ``change``: its deliveries go out again. Fails where it is not failing any more."""
    _release(change, subscription.tenant, subscription.subscription_id, _FAILING)
    told = {**named(subscription), "failingSince": health.failing_since}
    record(change, subscription.tenant, WEBHOOK_RECOVERED, told, by=None)


def start_anew(change: Transaction, tenant: str, subscription_id: str) -> None:
    """Add to ``change``, which enables it: whatever is parked goes out, and nothing is held against
    it. When that is committed, ``release.send_release`` saves the sweep the work."""
    _release(change, tenant, subscription_id, None)


def leave_alone(health: Health) -> None:
    """It is disabled: the sweep need not look after it until it is enabled."""
    _end_care(health, ("failingSince", "probe", "releasingSince"))


def set_probe(change: Transaction, health: Health, probe: str | None) -> None:
    """Add to ``change``: that delivery probes now. Fails where somebody else has chosen since
    ``health`` was read, or it is not failing any more."""
    same = Condition("failingSince = :since AND probe = :former")
    if health.probe is None:
        same = Condition("failingSince = :since AND attribute_not_exists(probe)")
    else:
        same.values[":former"] = health.probe
    same.values[":since"] = health.failing_since
    change.update(
        state(),
        health.key,
        set_={"probe": probe} if probe else None,
        remove=() if probe else ("probe",),
        condition=same,
    )


def end_release(health: Health) -> None:
    """Nothing is parked any more. Without effect where the health has changed since."""
    _end_care(health, ("releasingSince",))


def look_again(health: Health, seconds: float) -> None:
    """Let the sweep look after it ``seconds`` from now; not if that has ended meanwhile."""
    if health.care_at is not None:
        _set(health, {"nudgeAt": after(seconds)}, _as_read(health))


def _release(
    change: Transaction, tenant: str, subscription_id: str, condition: Condition | None
) -> None:
    at = timestamp()
    change.update(
        state(),
        health_key(tenant, subscription_id),
        set_={
            **owner_marks(tenant, subscription_id),
            "streak": 0,
            "releasingSince": at,
            **care_marks(subscription_id, later(at, RELEASE_CARE_SECONDS)),
        },
        remove=("failingSince", "probe", "streakSince"),
        condition=condition,
    )


def _as_read(health: Health) -> Condition:
    """Nobody has taken care of it since, nor begun or ended what it needs care for."""
    return Condition("nudgeAt = :former", values={":former": health.care_at})


def _end_care(health: Health, what: tuple[str, ...]) -> None:
    change = Transaction()
    gone = (*what, "nudgeShard", "nudgeAt")
    change.update(state(), health.key, remove=gone, condition=_as_read(health))
    with suppress(ConditionFailed):
        change.commit()


def _set(health: Health, values: Mapping[str, object], condition: Condition) -> None:
    with suppress(ConditionFailed):
        set_one(state(), health.key, values, condition)


def named(subscription: Subscription) -> dict[str, object]:
    """How an entry of the settings history names it."""
    return {
        "webhookId": subscription.subscription_id,
        "url": subscription.url,
        "createdBy": subscription.created_by,
    }
