"""A delivery: one event on its way to one subscription, and every attempt at it.

The row is the truth; messages in queues are hints that it may be due. It names the history entry
that the event is, and the body is made from that each time, so every attempt sends the same bytes.
"""

import hashlib
import uuid
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from signoff.clock import later
from signoff.storage.sortable import sortable
from signoff.storage.store import NUDGE_SHARDS
from signoff.storage.table import Key
from signoff.storage.values import Item
from signoff.webhooks.subscription import subscription_partition

# Waits for its first or next attempt; waits until its subscription is well again; arrived; given up
# (dead-lettered).
DeliveryStatus = Literal["PENDING", "PARKED", "DELIVERED", "FAILED"]

# A message has this long to bring a row that is due; then the sweep sends another.
DUE_GRACE_SECONDS = 60
# Rows are kept so long, and with them what can be replayed (``kept_until``).
KEPT_SECONDS = 30 * 24 * 3600
# Attempts that a row shows, the newest last; replays add to them without end.
SHOWN_ATTEMPTS = 20
# What is kept of an answer.
ANSWER_BYTES = 1024

_SORT = "D#"


@dataclass(frozen=True)
class Attempt:
    """One request: when, the HTTP status (None: no answer), how long it took, the beginning of the
    answer's body, and what went wrong in a word (``outbound.client``) and a sentence."""

    at: str
    milliseconds: int
    status: int | None = None
    answer: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class Delivery:
    """``entry`` is the key of the history entry. ``format`` is what the subscription had when the
    event was fanned out, ``event_id`` and ``event_type`` what that calls them: each attempt sends
    the same bytes, whatever the subscription is changed to. ``attempts`` counts those since the
    first or the last replay, ``tried`` are the newest of all. ``due_at`` is set while PENDING; from
    ``look_at`` on (default: ``DUE_GRACE_SECONDS`` behind) the sweep sends a message. ``expires_at``
    is Unix time.
    """

    tenant: str
    subscription_id: str
    delivery_id: str
    event_id: str
    event_type: str
    event_at: str
    entry: Key
    created_at: str
    expires_at: int
    format: str
    status: DeliveryStatus = "PENDING"
    due_at: str | None = None
    look_at: str | None = None
    attempts: int = 0
    tried: tuple[Attempt, ...] = ()
    replays: int = 0
    ended_at: str | None = None
    version: int = 1

    @property
    def key(self) -> Key:
        """Where the delivery is."""
        return delivery_key(self.tenant, self.subscription_id, self.delivery_id)

    def to_item(self) -> Item:
        """The item of the state table. While it is due it stands in the index of what is owed."""
        pk, sk = self.key
        item: Item = {
            "PK": pk,
            "SK": sk,
            "version": self.version,
            "tenant": self.tenant,
            "subscriptionId": self.subscription_id,
            "deliveryId": self.delivery_id,
            "eventId": self.event_id,
            "eventType": self.event_type,
            "eventAt": self.event_at,
            "entry": list(self.entry),
            "createdAt": self.created_at,
            "expiresAt": self.expires_at,
            "format": self.format,
            "status": self.status,
            "dueAt": self.due_at,
            "attempts": self.attempts,
            "tried": [_kept(attempt) for attempt in self.tried[-SHOWN_ATTEMPTS:]],
            "replays": self.replays,
            "endedAt": self.ended_at,
            "deliveryList": status_partition(self.tenant, self.subscription_id, self.status),
            "deliveryAt": self.delivery_id,
        }
        if self.due_at:
            item["nudgeShard"] = due_partition(shard_of(self.delivery_id))
            item["nudgeAt"] = self.look_at or later(self.due_at, DUE_GRACE_SECONDS)
        return item

    @staticmethod
    def from_item(item: Item) -> "Delivery":
        """What ``to_item`` wrote."""
        return Delivery(
            tenant=item["tenant"],
            subscription_id=item["subscriptionId"],
            delivery_id=item["deliveryId"],
            event_id=item["eventId"],
            event_type=item["eventType"],
            event_at=item["eventAt"],
            entry=(item["entry"][0], item["entry"][1]),
            created_at=item["createdAt"],
            expires_at=item["expiresAt"],
            format=item["format"],
            status=item["status"],
            due_at=item.get("dueAt"),
            look_at=item.get("nudgeAt"),
            attempts=item["attempts"],
            tried=tuple(_attempt(each) for each in item["tried"]),
            replays=item["replays"],
            ended_at=item.get("endedAt"),
            version=item["version"],
        )


def _kept(attempt: Attempt) -> dict[str, Any]:
    made = {
        "at": attempt.at,
        "milliseconds": attempt.milliseconds,
        "status": attempt.status,
        "answer": attempt.answer,
        "error": attempt.error,
    }
    return {name: value for name, value in made.items() if value is not None}


def _attempt(item: dict[str, Any]) -> Attempt:
    return Attempt(
        at=item["at"],
        milliseconds=item["milliseconds"],
        status=item.get("status"),
        answer=item.get("answer"),
        error=item.get("error"),
    )


def delivery_id(entry_id: str, event_at: str, subscription_id: str) -> str:
    """The id of the delivery of an entry's event to a subscription: always the same one.

    A UUID whose text sorts by the event's time (RFC 9562, version 7), with a hash for chance, so
    that fanning an event out again finds the row that is there, be it in another format by now.
    """
    chance = hashlib.sha256(f"{entry_id}/{subscription_id}".encode()).digest()
    return sortable(milliseconds_of(event_at), int.from_bytes(chance[:10]))


def first_id_at(moment: str) -> str:
    """What no id of an event at ``moment`` or later sorts before."""
    return str(uuid.UUID(int=milliseconds_of(moment) << 80))


def kept_until(moment: str) -> int:
    """When a row goes that was made, or let go anew, at ``moment``; Unix time."""
    return milliseconds_of(moment) // 1000 + KEPT_SECONDS


def milliseconds_of(moment: str) -> int:
    """A timestamp as milliseconds of Unix time, within what an id holds."""
    whole = round(datetime.fromisoformat(moment).timestamp() * 1000)
    return min(max(whole, 0), (1 << 48) - 1)


def delivery_key(tenant: str, subscription_id: str, delivery: str) -> Key:
    """Where a delivery is."""
    return subscription_partition(tenant, subscription_id), f"{_SORT}{delivery}"


def status_partition(tenant: str, subscription_id: str, status: DeliveryStatus) -> str:
    """Index partition of a subscription's deliveries with that status, by the event's time."""
    return f"{subscription_partition(tenant, subscription_id)}#{status}"


def due_partition(shard: int) -> str:
    """Index partition of part of all deliveries that are due at some time."""
    return f"D#{shard}"


def shard_of(delivery: str) -> int:
    """Which part a delivery is in."""
    return zlib.crc32(delivery.encode()) % NUDGE_SHARDS
