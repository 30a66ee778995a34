"""The secrets that deliveries are signed with, as Standard Webhooks 1.0 writes them: ``whsec_`` and
base64 of 24 to 64 random bytes. They are kept sealed, each for its own subscription."""

import base64
import secrets
from datetime import datetime

from signoff import clock
from signoff.storage.sealed import seal, unseal
from signoff.webhooks.subscription import Subscription

PREFIX = "whsec_"

_BYTES = 32


def new_secret() -> str:
    """A secret that nobody has had."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def sealed_secret(secret: str, tenant: str, subscription_id: str) -> str:
    """The secret as the subscription keeps it; one call to KMS."""
    return seal(secret, tenant=tenant, webhook=subscription_id)


def signing_secrets(subscription: Subscription, now: datetime | None = None) -> list[str]:
    """The secrets, each with its ``whsec_``, that sign what is sent at ``now`` (default: now).

    The present one comes first; within the overlap after a rotation the one before is second. One
    call to KMS for each that this container has not opened within five minutes. Raises
    ``storage.sealed.CannotOpen``, and botocore's ClientError.
    """
    sealed = [subscription.secret]
    until = subscription.previous_until
    overlaps = until is not None and datetime.fromisoformat(until) > (now or clock.now())
    if subscription.previous_secret and overlaps:
        sealed.append(subscription.previous_secret)
    context = {"tenant": subscription.tenant, "webhook": subscription.subscription_id}
    return [unseal(each, **context) for each in sealed]
