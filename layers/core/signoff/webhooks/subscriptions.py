"""Making and removing subscriptions. Each change is an entry of the tenant's settings history.

Who asks for what has judged ``event_types`` and ``format`` already: which there are is the edge's
to know (``contracts.events``).
"""

from dataclasses import dataclass
from typing import Any

from signoff.clock import timestamp
from signoff.errors import Conflict
from signoff.identity.principal import Caller
from signoff.identity.settings import WEBHOOK_CREATED, WEBHOOK_REMOVED, record, sortable_id
from signoff.outbound.urls import check_url
from signoff.storage.repeating import until_committed
from signoff.storage.store import state
from signoff.storage.table import Key
from signoff.storage.transaction import Transaction, absent, unchanged
from signoff.webhooks.filters import check_filters
from signoff.webhooks.health import health_key
from signoff.webhooks.read import Watched, find_webhook, subscriptions_of
from signoff.webhooks.repeated import made_by, note_made
from signoff.webhooks.secrets import new_secret, sealed_secret
from signoff.webhooks.subscription import MAX_SUBSCRIPTIONS, Subscription

MAX_DESCRIPTION = 500
WHAT = "The webhook"


@dataclass(frozen=True)
class Wanted:
    """What a subscription is to be like."""

    url: str
    event_types: tuple[str, ...]
    format: str
    filters: dict[str, Any] | None = None
    description: str | None = None


def create_webhook(caller: Caller, wanted: Wanted) -> tuple[Watched, str | None]:
    """Make a subscription; answers it and its secret, which nobody can read again.

    A command repeated under one Idempotency-Key finds the one that it made, and no secret. Raises
    Invalid, and Conflict where the tenant has as many as it may.
    """
    tenant, command = caller.tenant, caller.command_id
    check_url(wanted.url)
    if wanted.filters is not None:
        check_filters(wanted.filters)
    subscription_id, secret, at = sortable_id(), new_secret(), timestamp()
    made = Subscription(
        tenant=tenant,
        subscription_id=subscription_id,
        url=wanted.url,
        event_types=wanted.event_types,
        filters=wanted.filters,
        format=wanted.format,
        description=wanted.description,
        created_at=at,
        created_by=caller.actor.id,
        updated_at=at,
        secret=sealed_secret(secret, tenant, subscription_id),
    )

    def create() -> str | None:
        if before := made_by(tenant, command):
            return before
        transaction = Transaction()
        _count(transaction, tenant)
        transaction.put(state(), made.to_item(), absent())
        record(transaction, tenant, WEBHOOK_CREATED, detail_of(made), caller)
        note_made(transaction, tenant, command, subscription_id)
        transaction.commit()
        return None

    before = until_committed(create, "The list of webhooks")
    if before is not None:
        return find_webhook(tenant, before), None
    return find_webhook(tenant, subscription_id), secret


def remove_webhook(caller: Caller, subscription_id: str) -> Watched:
    """Remove a subscription for good; what was on its way to it is not sent any more.

    Its deliveries are gone from sight, and from the table when their time is over. Raises NotFound.
    """
    tenant = caller.tenant

    def remove() -> Watched:
        found = find_webhook(tenant, subscription_id)
        gone = found.subscription
        transaction = Transaction()
        transaction.delete(state(), gone.key, unchanged(gone.version))
        transaction.delete(state(), health_key(tenant, subscription_id))
        record(transaction, tenant, WEBHOOK_REMOVED, detail_of(gone), caller)
        transaction.commit()
        return found

    return until_committed(remove, WHAT)


def detail_of(subscription: Subscription) -> dict[str, Any]:
    """What an entry of the settings history says of a subscription."""
    return {
        "webhookId": subscription.subscription_id,
        "url": subscription.url,
        "eventTypes": list(subscription.event_types),
        "filters": subscription.filters,
        "format": subscription.format,
        "description": subscription.description,
        "status": subscription.status,
    }


def _count(transaction: Transaction, tenant: str) -> None:
    """Have ``transaction`` fail where another is made at the same time, so that none is one too
    many. Raises Conflict."""
    partition, sort = key = _list_key(tenant)
    item = state().get(key)
    if len(subscriptions_of(tenant)) >= MAX_SUBSCRIPTIONS:
        raise Conflict(f"A tenant has at most {MAX_SUBSCRIPTIONS} webhooks; delete one first")
    version = item["version"] if item else 0
    transaction.put(
        state(),
        {"PK": partition, "SK": sort, "version": version + 1},
        unchanged(version) if version else absent(),
    )


def _list_key(tenant: str) -> Key:
    return f"T#{tenant}", "WEBHOOKS"
