"""Changing a subscription: editing it, giving it a new secret, switching it off and on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from signoff import clock
from signoff.clock import timestamp
from signoff.errors import Invalid
from signoff.identity.principal import Caller
from signoff.identity.settings import WEBHOOK_CHANGED, WEBHOOK_DISABLED, WEBHOOK_ROTATED, record
from signoff.outbound.urls import check_url
from signoff.storage.repeating import until_committed
from signoff.storage.store import state
from signoff.storage.transaction import Transaction, unchanged
from signoff.storage.values import to_json
from signoff.webhooks.delivery import Delivery
from signoff.webhooks.filters import check_filters
from signoff.webhooks.health import Health
from signoff.webhooks.messages import hint_of, send_hints
from signoff.webhooks.probe import hurry_probe
from signoff.webhooks.read import Watched, find_webhook
from signoff.webhooks.release import send_release
from signoff.webhooks.repeated import made_by, note_made
from signoff.webhooks.secrets import new_secret, sealed_secret
from signoff.webhooks.subscription import Reason, Subscription
from signoff.webhooks.subscriptions import WHAT, detail_of
from signoff.webhooks.wellbeing import start_anew

DEFAULT_OVERLAP = 24 * 3600
MAX_OVERLAP = 7 * 24 * 3600


@dataclass(frozen=True)
class Edit:
    """What shall be different; what is None stays. ``filters`` and ``description`` are given in a
    tuple, because None is a value of theirs."""

    url: str | None = None
    event_types: tuple[str, ...] | None = None
    format: str | None = None
    filters: tuple[dict[str, Any] | None] | None = None
    description: tuple[str | None] | None = None


def edit_webhook(caller: Caller, subscription_id: str, edit: Edit) -> Watched:
    """Change where a subscription leads and what it is about; an edit that changes nothing writes
    nothing. Raises Invalid and NotFound."""
    if edit.url is not None:
        check_url(edit.url)
    if edit.filters is not None and edit.filters[0] is not None:
        check_filters(edit.filters[0])

    def edited(before: Subscription) -> Subscription:
        return replace(
            before,
            url=before.url if edit.url is None else edit.url,
            event_types=before.event_types if edit.event_types is None else edit.event_types,
            format=before.format if edit.format is None else edit.format,
            filters=before.filters if edit.filters is None else edit.filters[0],
            description=before.description if edit.description is None else edit.description[0],
        )

    return _changed(caller.tenant, subscription_id, edited, WEBHOOK_CHANGED, _difference, caller)


def rotate_secret(
    caller: Caller, subscription_id: str, *, overlap_seconds: int = DEFAULT_OVERLAP
) -> tuple[Watched, str | None]:
    """Give a subscription a new secret; the present one signs beside it for ``overlap_seconds``.

    Answers the secret, which nobody can read again: a repetition under one Idempotency-Key gets
    None. A secret that an earlier rotation left behind ends at once. Raises Invalid and NotFound.
    """
    if not 0 <= overlap_seconds <= MAX_OVERLAP:
        raise Invalid(f"overlapSeconds is 0 to {MAX_OVERLAP}", field="overlapSeconds")
    tenant, command = caller.tenant, caller.command_id
    find_webhook(tenant, subscription_id)  # nothing is sealed for what is not there
    secret = new_secret()
    sealed = sealed_secret(secret, tenant, subscription_id)

    def rotate() -> bool:
        if made_by(tenant, command):
            return False
        before = find_webhook(tenant, subscription_id).subscription
        now = clock.now()
        after = replace(
            before,
            secret=sealed,
            previous_secret=before.secret if overlap_seconds else None,
            previous_until=(
                timestamp(now + timedelta(seconds=overlap_seconds)) if overlap_seconds else None
            ),
            updated_at=timestamp(now),
            version=before.version + 1,
        )
        transaction = Transaction()
        transaction.put(state(), after.to_item(), unchanged(before.version))
        detail = {
            "webhookId": subscription_id,
            "overlapSeconds": overlap_seconds,
            "previousUntil": after.previous_until,
        }
        record(transaction, tenant, WEBHOOK_ROTATED, detail, caller)
        note_made(transaction, tenant, command, subscription_id)
        transaction.commit()
        return True

    rotated = until_committed(rotate, WHAT)
    return find_webhook(tenant, subscription_id), secret if rotated else None


def disable_webhook(
    tenant: str,
    subscription_id: str,
    reason: Reason,
    *,
    by: Caller | None = None,
    tried: str | None = None,
) -> Watched:
    """Send a subscription nothing until it is enabled again; what comes until then is kept for it.

    One that is disabled already stays as it is, with its reason. ``by`` is None where the engine
    does it, because of how the address ``tried`` has answered: one that leads elsewhere by now
    stays as it is, too. Raises NotFound.
    """

    def disabled(before: Subscription) -> Subscription:
        if before.status == "DISABLED" or tried not in (None, before.url):
            return before
        return replace(before, status="DISABLED", disabled_reason=reason, disabled_at=timestamp())

    def told(_: Subscription, after: Subscription) -> dict[str, Any]:
        return {
            "webhookId": subscription_id,
            "reason": reason,
            "url": after.url,
            "createdBy": after.created_by,
        }

    return _changed(tenant, subscription_id, disabled, WEBHOOK_DISABLED, told, by)


def enable_webhook(caller: Caller, subscription_id: str) -> Watched:
    """Switch a subscription on, and let one that is failing begin anew; what was kept for it is
    sent. Raises NotFound."""
    tenant = caller.tenant

    def enable() -> tuple[Watched, list[Delivery]]:
        before = find_webhook(tenant, subscription_id)
        if before.condition == "ACTIVE":
            return before, []
        was = before.subscription
        now = replace(
            was,
            status="ACTIVE",
            disabled_reason=None,
            disabled_at=None,
            updated_at=timestamp(),
            version=was.version + 1,
        )
        transaction = Transaction()
        transaction.put(state(), now.to_item(), unchanged(was.version))
        start_anew(transaction, tenant, subscription_id)
        hurried = hurry_probe(transaction, before.health)
        detail = {
            "webhookId": subscription_id,
            "before": {"status": before.condition},
            "after": {"status": "ACTIVE"},
        }
        record(transaction, tenant, WEBHOOK_CHANGED, detail, caller)
        transaction.commit()
        return Watched(now, Health(tenant, subscription_id)), hurried

    enabled, hurried = until_committed(enable, WHAT)
    send_hints(hint_of(row) for row in hurried)  # due: the sweep finds it where this is lost
    send_release(tenant, subscription_id)  # repeated where nothing is owed, it does nothing
    return enabled


def _changed(
    tenant: str,
    subscription_id: str,
    changing: Callable[[Subscription], Subscription],
    kind: str,
    detail: Callable[[Subscription, Subscription], dict[str, Any]],
    by: Caller | None,
) -> Watched:
    """Write what ``changing`` makes of the subscription, with its entry."""

    def change() -> Watched:
        found = find_webhook(tenant, subscription_id)
        before = found.subscription
        after = changing(before)
        if after.to_item() == before.to_item():  # to Python, filters on true and on 1 are equal
            return found
        after = replace(after, updated_at=timestamp(), version=before.version + 1)
        transaction = Transaction()
        transaction.put(state(), after.to_item(), unchanged(before.version))
        record(transaction, tenant, kind, detail(before, after), by)
        transaction.commit()
        return replace(found, subscription=after)

    return until_committed(change, WHAT)


def _difference(before: Subscription, after: Subscription) -> dict[str, Any]:
    was, now = detail_of(before), detail_of(after)
    different = [name for name in now if to_json(was[name]) != to_json(now[name])]
    return {
        "webhookId": after.subscription_id,
        "before": {name: was[name] for name in different},
        "after": {name: now[name] for name in different},
    }
