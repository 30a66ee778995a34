"""One request to a subscriber: the event in the subscription's format, signed."""

from contextlib import suppress

from botocore.exceptions import BotoCoreError, ClientError

from signoff import clock
from signoff.clock import timestamp
from signoff.contracts.events.formats import FORMATS
from signoff.contracts.events.happened import Happened
from signoff.outbound.client import Reply, send
from signoff.storage.sealed import CannotOpen
from signoff.storage.transaction import Contended
from signoff.webhooks.delivery import ANSWER_BYTES, Attempt, Delivery
from signoff.webhooks.health import Health
from signoff.webhooks.retries import retry_after
from signoff.webhooks.secrets import signing_secrets
from signoff.webhooks.settling import Answered
from signoff.webhooks.signing import signed_headers
from signoff.webhooks.subscription import Subscription
from signoff.webhooks.wellbeing import note_slow

USER_AGENT = "Signoff-Webhooks/1"
# The whole request: lookup, connection, answer.
SECONDS = 10.0
# Beside the words of ``outbound.client``.
NO_SECRET = "secret"  # noqa: S105 - a word for what is missing

_GONE = 410


def attempt(
    row: Delivery, subscription: Subscription, health: Health, happened: Happened
) -> Answered:
    """Send the event once. A receiver that takes its time is noted as slow while it does.

    Nothing is sent unsigned: a secret that does not open is a failure like any other, so that it is
    seen where the others are. Raises what else KMS raises; never for what the network does.
    """
    format_ = FORMATS[row.format]
    body, at = format_.body(happened), clock.now()
    try:
        secrets = signing_secrets(subscription, at)
    except CannotOpen:
        return Answered(Attempt(timestamp(at), 0, error=NO_SECRET), "failed")
    headers = {
        "Content-Type": format_.content_type,
        "User-Agent": USER_AGENT,
        **signed_headers(row.event_id, body, secrets, at),
    }
    reply = send(
        subscription.url,
        headers=headers,
        body=body,
        seconds=SECONDS,
        keep=ANSWER_BYTES,
        on_slow=lambda: _note_slow(health),
    )
    return _answered(reply, timestamp(at))


def _answered(reply: Reply, at: str) -> Answered:
    made = Attempt(at, reply.milliseconds, reply.status, reply.answer or None, reply.error)
    if reply.ok:
        return Answered(made, "taken")
    if reply.status == _GONE:
        return Answered(made, "gone")
    return Answered(made, "failed", retry_after(reply.headers, clock.now()))


def _note_slow(health: Health) -> None:
    """A note that is lost is made with the next slow answer."""
    with suppress(Contended, ClientError, BotoCoreError):
        note_slow(health)
