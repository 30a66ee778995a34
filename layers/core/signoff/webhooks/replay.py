"""Sending again: one delivery, or all that were given up since a time. The event keeps its id.

A replayed delivery is due at once and has all its attempts again. Where its subscription is failing
or disabled the worker parks it, as any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from signoff.chunks import chunks
from signoff.clock import timestamp
from signoff.identity.principal import Caller
from signoff.identity.settings import WEBHOOK_REPLAYED, record
from signoff.storage.repeating import until_committed
from signoff.storage.store import DELIVERIES_BY_STATUS, state
from signoff.storage.table import Key
from signoff.storage.transaction import Transaction, unchanged
from signoff.webhooks.deliveries import read_delivery
from signoff.webhooks.delivery import Delivery, first_id_at, status_partition
from signoff.webhooks.messages import hint_of, send_hints
from signoff.webhooks.progress import replayed
from signoff.webhooks.read import Condition, find_webhook
from signoff.webhooks.repeated import made_by, note_made

# Of one call; a call more goes on with the rest.
MOST_AT_ONCE = 200
_CHUNK = 50  # rows of one transaction
WHAT = "The delivery"


@dataclass(frozen=True)
class Replayed:
    """How many deliveries are due again, whether there are more, and how their subscription is:
    unless it is active, they wait."""

    count: int
    more: bool
    condition: Condition


def replay_delivery(
    caller: Caller, subscription_id: str, delivery_id: str
) -> tuple[Delivery, Condition]:
    """Send one delivery again, whatever has become of it; answers how its subscription is, too.

    Once per command. Raises NotFound.
    """
    tenant = caller.tenant
    condition = find_webhook(tenant, subscription_id).condition

    def replay() -> tuple[Delivery, bool]:
        row = read_delivery(tenant, subscription_id, delivery_id)
        if made_by(tenant, caller.command_id):
            return row, False
        again = replayed(row, timestamp())
        transaction = Transaction()
        transaction.put(state(), again.to_item(), unchanged(row.version))
        detail = {"webhookId": subscription_id, "deliveryId": delivery_id}
        record(transaction, tenant, WEBHOOK_REPLAYED, detail, caller)
        note_made(transaction, tenant, caller.command_id, delivery_id)
        transaction.commit()
        return again, True

    row, is_new = until_committed(replay, WHAT)
    if is_new:
        send_hints([hint_of(row)])  # what does not get through is left to the sweep
    return row, condition


def replay_failed(caller: Caller, subscription_id: str, since: str) -> Replayed:
    """Send again what was given up, of events that happened from ``since`` on, oldest first.

    At most ``MOST_AT_ONCE``: where there is more, the same call goes on. The list of those given up
    follows a write within a moment. Raises NotFound.
    """
    condition = find_webhook(caller.tenant, subscription_id).condition
    page = state().query(
        status_partition(caller.tenant, subscription_id, "FAILED"),
        index=DELIVERIES_BY_STATUS,
        after=first_id_at(since),
        limit=MOST_AT_ONCE + 1,
    )
    keys = [(each["PK"], each["SK"]) for each in page.items]
    count = 0
    for some in chunks(keys[:MOST_AT_ONCE], _CHUNK):
        count += _replay_chunk(caller, subscription_id, since, some)
    more = len(keys) > MOST_AT_ONCE or page.next_key is not None
    return Replayed(count, more, condition)


def _replay_chunk(caller: Caller, subscription_id: str, since: str, keys: Sequence[Key]) -> int:
    def replay() -> list[Delivery]:
        rows = [Delivery.from_item(item) for item in state().get_many(keys).values()]
        failed = [row for row in rows if row.status == "FAILED"]
        if not failed:
            return []
        again = [replayed(row, timestamp()) for row in failed]
        transaction = Transaction()
        for before, after in zip(failed, again, strict=True):
            transaction.put(state(), after.to_item(), unchanged(before.version))
        detail = {"webhookId": subscription_id, "since": since, "count": len(again)}
        record(transaction, caller.tenant, WEBHOOK_REPLAYED, detail, caller)
        transaction.commit()
        return again

    again = until_committed(replay, "A delivery")
    send_hints(hint_of(row) for row in again)
    return len(again)
