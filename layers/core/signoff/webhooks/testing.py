"""Trying a subscription out: an event of its own, which goes the way of all others and to it
alone."""

from signoff.errors import Conflict
from signoff.identity.principal import Caller
from signoff.identity.settings import WEBHOOK_TESTED, record
from signoff.storage.repeating import until_committed
from signoff.storage.transaction import Transaction
from signoff.webhooks.delivery import delivery_id
from signoff.webhooks.read import find_webhook
from signoff.webhooks.repeated import made_by, note_made
from signoff.webhooks.subscriptions import WHAT


def send_test(caller: Caller, subscription_id: str) -> str:
    """Send the subscription a test event, whatever types and filters it has, failing or not.

    Answers the id of the delivery to be. Once per command. Raises NotFound, and Conflict for one
    that is disabled.
    """
    tenant, command = caller.tenant, caller.command_id

    def send() -> str:
        found = find_webhook(tenant, subscription_id)
        if before := made_by(tenant, command):
            return before
        if found.condition == "DISABLED":
            raise Conflict("The webhook is disabled; enable it first")
        transaction = Transaction()
        entry = record(transaction, tenant, WEBHOOK_TESTED, {"webhookId": subscription_id}, caller)
        delivery = delivery_id(entry.id, entry.at, subscription_id)
        note_made(transaction, tenant, command, delivery)
        transaction.commit()
        return delivery

    return until_committed(send, WHAT)
