"""Which events a subscription is about."""

from collections.abc import Collection
from typing import Any

from signoff.webhooks.filters import fits
from signoff.webhooks.patterns import matches
from signoff.webhooks.subscription import Subscription


def wants(subscription: Subscription, types: Collection[str], data: dict[str, Any]) -> bool:
    """Whether an event is for ``subscription``, disabled or not.

    ``types`` are all names that the event has; one that fits is enough. ``data`` is the event's
    data as the subscription's format has it.
    """
    named = any(matches(pattern, name) for pattern in subscription.event_types for name in types)
    return named and fits(subscription.filters, data)
