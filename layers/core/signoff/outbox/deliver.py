"""The signer: a batch of messages to the deliveries that are due among them (docs/adr/0016).

All that a batch needs is read in one call, its attempts run side by side, and each is written when
it has ended. A message is only a hint: the row says whether there is anything to do.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from signoff.clock import after, timestamp
from signoff.contracts.events.happened import from_item
from signoff.entrypoints.worker import Message
from signoff.errors import Malformed, Unavailable
from signoff.identity.settings import WEBHOOK_TESTED
from signoff.outbox.attempt import attempt
from signoff.storage.single import delete_one
from signoff.storage.store import history, state
from signoff.storage.table import Key, get_across
from signoff.storage.together import at_once
from signoff.storage.transaction import present
from signoff.storage.values import Item
from signoff.webhooks.delivery import Delivery, delivery_key
from signoff.webhooks.health import Health, health_key, health_of
from signoff.webhooks.messages import Hint, hint_of, read_hint, send_hints
from signoff.webhooks.parking import is_held, park
from signoff.webhooks.probe import take_over
from signoff.webhooks.release import release_some
from signoff.webhooks.settling import settle
from signoff.webhooks.subscription import Subscription, subscription_key

# A message may be a little early: clocks differ.
_EARLY_SECONDS = 1
_MOST_AT_ONCE = 10


@dataclass
class _Work:
    """A hint, the messages that brought it, and what went wrong."""

    hint: Hint
    in_slow_lane: bool
    messages: list[str] = field(default_factory=list)
    error: Exception | None = None


def deliver(messages: Sequence[Message]) -> dict[str, Exception]:
    """Do what each message asks for; answers what failed, by the message's id."""
    failed: dict[str, Exception] = {}
    works: dict[tuple[str, str, str | None], _Work] = {}
    for message in messages:
        try:
            hint = read_hint(message.body)
        except Malformed as error:
            failed[message.id] = error
            continue
        same = (hint.tenant, hint.subscription_id, hint.delivery_id)
        work = works.setdefault(same, _Work(hint, _is_slow_lane(message)))
        work.messages.append(message.id)
    found = _read([work.hint for work in works.values()])
    at_once(lambda work: _try(work, found), list(works.values()), most=_MOST_AT_ONCE)
    for work in works.values():
        if work.error is not None:
            failed |= dict.fromkeys(work.messages, work.error)
    return failed


def _read(hints: Sequence[Hint]) -> dict[Key, Item]:
    """Subscriptions, health, rows and history entries of all hints to deliveries: one call."""
    here: list[Key] = []
    entries: list[Key] = []
    for hint in hints:
        if hint.delivery_id is None or hint.entry is None:
            continue
        home = hint.tenant, hint.subscription_id
        here += [subscription_key(*home), health_key(*home), delivery_key(*home, hint.delivery_id)]
        entries.append(hint.entry)
    return get_across({state(): here, history(): entries})


def _try(work: _Work, found: dict[Key, Item]) -> None:
    try:
        _do(work, found)
    except Exception as error:  # noqa: BLE001 - logged and reported for each message
        work.error = error


def _do(work: _Work, found: dict[Key, Item]) -> None:
    hint = work.hint
    home = hint.tenant, hint.subscription_id
    if hint.delivery_id is None or hint.entry is None:
        release_some(*home)
        return
    item = found.get(delivery_key(*home, hint.delivery_id))
    row = Delivery.from_item(item) if item else None
    if row is None or row.status in ("DELIVERED", "FAILED"):
        return
    item = found.get(subscription_key(*home))
    if item is None:  # removed, and with it what was on its way
        delete_one(state(), row.key, present())
        return
    subscription = Subscription.from_item(item)
    health = health_of(subscription, found.get(health_key(*home)))
    _deliver_row(work, row, subscription, health, found[row.entry])


def _deliver_row(
    work: _Work, row: Delivery, subscription: Subscription, health: Health, entry: Item
) -> None:
    if (row.due_at or "") > after(_EARLY_SECONDS):
        return  # an old message; the one for that time comes, or the sweep
    is_test = entry["type"] == WEBHOOK_TESTED
    if is_held(subscription, health, row.delivery_id, is_test=is_test):
        park(row)
        return
    if health.is_slow(timestamp()) and not work.in_slow_lane:
        if send_hints([hint_of(row, slow=True)]):
            raise Unavailable("The queue of slow deliveries does not take messages")
        return
    if health.is_failing and health.probe is None and not is_test:
        taken = take_over(health, row)
        if taken is None:  # another delivery was faster
            park(row)
            return
        row, health = taken, replace(health, probe=row.delivery_id)
    happened = from_item(entry)
    if happened is None:
        raise LookupError("the entry of a delivery is none that can be sent")
    answered = attempt(row, subscription, health, happened)
    settle(row, subscription, health, answered, is_test=is_test)


def _is_slow_lane(message: Message) -> bool:
    return message.queue == os.environ["SLOW_DELIVERIES_URL"].rpartition("/")[2]
