"""From an event of the bus to a delivery for each subscription that wants it.

The event names its history entry, and the deliveries are made from that. Their ids follow from the
event and the subscription, so an event that comes twice finds what is there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from signoff.chunks import chunks
from signoff.clock import timestamp
from signoff.contracts.events.formats import FORMATS, names_of
from signoff.contracts.events.happened import Happened, entry_key, from_item
from signoff.entrypoints.worker import Message
from signoff.errors import Busy, Malformed
from signoff.identity.settings import WEBHOOK_DELIVERY_FAILED, WEBHOOK_TESTED, SettingsEntry
from signoff.storage.single import put_one
from signoff.storage.store import history, state
from signoff.storage.table import Key
from signoff.storage.together import at_once
from signoff.storage.transaction import MAX_ITEMS, ConditionFailed, Contended, Transaction, absent
from signoff.webhooks.delivery import Delivery, delivery_id, kept_until
from signoff.webhooks.health import Health, health_key, health_of
from signoff.webhooks.matching import wants
from signoff.webhooks.messages import hint_of, send_hints
from signoff.webhooks.parking import is_held, send_on
from signoff.webhooks.read import subscriptions_of
from signoff.webhooks.subscription import Subscription

_ABOUT_ITSELF = "webhook."
_ROUNDS = 3


@dataclass(frozen=True)
class _Named:
    """What a message says of its event: whose it is, and where its entry is."""

    message: str
    tenant: str
    entry: Key


@dataclass(frozen=True)
class _Event:
    message: str
    happened: Happened


@dataclass(frozen=True)
class _Wanted:
    """A delivery to make, whose event's message brought it, and whom it is for."""

    message: str
    happened: Happened
    subscription: Subscription


def fan_out(messages: Sequence[Message]) -> dict[str, Exception]:
    """Make the deliveries of a batch of events; answers what failed, by the message's id.

    Of tenants without a webhook nothing but that is read.
    """
    failed: dict[str, Exception] = {}
    named = _named(messages, failed)
    of_tenant = {tenant: subscriptions_of(tenant) for tenant in {each.tenant for each in named}}
    events = _read_events([each for each in named if of_tenant[each.tenant]], failed)
    wanted = _wanted(events, of_tenant, failed)
    health = _health_of({each.subscription.key: each.subscription for each in wanted})
    now = timestamp()
    rows = [(each, _row(each, health[each.subscription.key], now)) for each in wanted]

    def make(chunk: Sequence[tuple[_Wanted, Delivery]]) -> None:
        try:
            _make([row for _, row in chunk], health, now)
        except Exception as error:  # noqa: BLE001 - logged and reported for each message
            failed.update({each.message: error for each, _ in chunk})

    at_once(make, list(chunks(rows, MAX_ITEMS)))
    return failed


def _named(messages: Sequence[Message], failed: dict[str, Exception]) -> list[_Named]:
    found = []
    for message in messages:
        try:
            event = message.body["detail"]
            found.append(_Named(message.id, str(event["tenant"]), entry_key(event)))
        except (KeyError, TypeError):
            failed[message.id] = Malformed("The message is no event of this system")
    return found


def _read_events(named: Sequence[_Named], failed: dict[str, Exception]) -> list[_Event]:
    entries = history().get_many([each.entry for each in named])
    events = []
    for each in named:
        try:
            happened = from_item(entries[each.entry]) if each.entry in entries else None
            if happened is None:
                raise LookupError("the event's entry is not in history")
            events.append(_Event(each.message, happened))
        except Exception as error:  # noqa: BLE001 - logged and reported for each message
            failed[each.message] = error
    return events


def _wanted(
    events: Sequence[_Event],
    of_tenant: Mapping[str, Sequence[Subscription]],
    failed: dict[str, Exception],
) -> list[_Wanted]:
    """Who wants which. Of what comes twice in a batch one is made.

    An event that cannot be rendered fails alone, or those beside it would go the same way.
    """
    found: dict[tuple[str, str], _Wanted] = {}
    for event in events:
        happened = event.happened
        try:
            wanting = _who_wants(happened, of_tenant[happened.tenant])
        except Exception as error:  # noqa: BLE001 - logged and reported for each message
            failed[event.message] = error
            continue
        for subscription in wanting:
            same = (happened.id, subscription.subscription_id)
            found.setdefault(same, _Wanted(event.message, happened, subscription))
    return list(found.values())


def _who_wants(happened: Happened, subscriptions: Sequence[Subscription]) -> list[Subscription]:
    about = happened.subject if isinstance(happened, SettingsEntry) else None
    if happened.type == WEBHOOK_TESTED:
        return [each for each in subscriptions if each.subscription_id == about]
    if happened.type.startswith(_ABOUT_ITSELF):
        # What goes wrong with it would never come to an end.
        subscriptions = [each for each in subscriptions if each.subscription_id != about]
    if not subscriptions or _is_of_a_failure_to_tell_of_webhooks(happened):
        return []
    names = names_of(happened)
    formats = {each.format for each in subscriptions}
    data = {name: FORMATS[name].render(happened)["data"] for name in formats if name in FORMATS}
    return [
        each
        for each in subscriptions
        if each.format in data and wants(each, names, data[each.format])
    ]


def _is_of_a_failure_to_tell_of_webhooks(happened: Happened) -> bool:
    """Whether an event about a webhook was given up. People are told; if other webhooks were, which
    perhaps take no such event either, each of them would make as many more as there are others."""
    if happened.type != WEBHOOK_DELIVERY_FAILED:
        return False
    given_up = str(happened.detail.get("eventType"))
    return given_up.startswith((_ABOUT_ITSELF, f"dev.signoff.{_ABOUT_ITSELF}"))


def _health_of(subscriptions: dict[Key, Subscription]) -> dict[Key, Health]:
    keys = {
        key: health_key(each.tenant, each.subscription_id) for key, each in subscriptions.items()
    }
    items = state().get_many(list(keys.values()))
    return {key: health_of(each, items.get(keys[key])) for key, each in subscriptions.items()}


def _row(wanted: _Wanted, health: Health, now: str) -> Delivery:
    subscription, happened = wanted.subscription, wanted.happened
    format_ = FORMATS[subscription.format]
    id_ = delivery_id(happened.id, happened.at, subscription.subscription_id)
    is_test = happened.type == WEBHOOK_TESTED
    waits = is_held(subscription, health, id_, is_test=is_test)
    return Delivery(
        tenant=happened.tenant,
        subscription_id=subscription.subscription_id,
        delivery_id=id_,
        event_id=format_.event_id(happened),
        event_type=format_.type_of(happened),
        event_at=happened.at,
        entry=happened.key,
        format=subscription.format,
        created_at=now,
        expires_at=kept_until(now),
        status="PARKED" if waits else "PENDING",
        due_at=None if waits else now,
    )


def _make(rows: list[Delivery], health: dict[Key, Health], now: str) -> None:
    """Write what is not there yet, and send a message for each that waits for nothing."""
    there = _write(rows)
    parked = [row for row in there if row.status == "PARKED"]
    slow = {each.subscription_id for each in health.values() if each.is_slow(now)}
    send_hints(
        hint_of(row, slow=row.subscription_id in slow) for row in there if row.status == "PENDING"
    )  # all are due: the sweep finds those that the queue does not take
    if parked:
        send_on(parked)


def _write(rows: list[Delivery]) -> list[Delivery]:
    """The rows as they are in the table, where those that were there stay what they have become."""
    there: list[Delivery] = []
    for _ in range(_ROUNDS):
        try:
            _put(rows)
        except (ConditionFailed, Contended):
            items = state().get_many([row.key for row in rows])
            there += [Delivery.from_item(item) for item in items.values()]
            rows = [row for row in rows if row.key not in items]
            continue
        return there + rows
    raise Busy("The deliveries of the event are being made by others")


def _put(rows: list[Delivery]) -> None:
    if len(rows) == 1:  # at half of a transaction's price
        put_one(state(), rows[0].to_item(), absent())
        return
    change = Transaction()
    for row in rows:
        change.put(state(), row.to_item(), absent())
    change.commit()
