"""Deliveries of webhooks as the admin API shows them."""

from typing import Annotated, Any, get_args

from pydantic import Field

from signoff.contracts.admin.models import Sent, Shown
from signoff.entrypoints.filters import Filter, Moment, read_filters
from signoff.webhooks.delivery import (
    ANSWER_BYTES,
    SHOWN_ATTEMPTS,
    Attempt,
    Delivery,
    DeliveryStatus,
)
from signoff.webhooks.read import Condition
from signoff.webhooks.replay import MOST_AT_ONCE, Replayed

STATUSES: tuple[DeliveryStatus, ...] = get_args(DeliveryStatus)


class ReplaySinceRequest(Sent):
    """From which moment on events are to be sent again that were given up."""

    since: Annotated[
        str,
        Field(
            max_length=64,
            description="When the first of them happened: RFC 3339 with an offset",
            examples=["2026-11-01T00:00:00Z"],
        ),
    ]

    def moment(self) -> str:
        """The same as the engine writes it, in UTC. Raises Malformed."""
        wanted: dict[str, Filter] = {"since": Moment()}
        return read_filters(wanted, {"since": self.since})["since"]


class ShownAttempt(Shown):
    """One request and what came of it."""

    at: str
    duration_ms: int
    status: Annotated[int | None, Field(description="The HTTP status; null: there was no answer")]
    answer: Annotated[
        str | None, Field(description=f"The answer's beginning, {ANSWER_BYTES} bytes at most")
    ]
    error: Annotated[str | None, Field(description="What went wrong, where it did")]


class DeliverySummary(Shown):
    """An event on its way to a subscription."""

    id: str
    webhook_id: str
    event_id: Annotated[str, Field(description="The same in each attempt and each replay")]
    event_type: str
    event_at: str
    status: Annotated[
        DeliveryStatus,
        Field(description="PARKED: kept until its webhook is well again. FAILED: given up"),
    ]
    attempts: Annotated[int, Field(description="Since the first or the last replay")]
    replays: int
    next_attempt_at: str | None
    created_at: str
    ended_at: str | None
    last_status: Annotated[int | None, Field(description="The last attempt's HTTP status")]
    last_error: str | None


class ShownDelivery(DeliverySummary):
    """A delivery with its attempts."""

    attempt_log: Annotated[
        list[ShownAttempt],
        Field(description=f"The newest {SHOWN_ATTEMPTS}, the oldest of them first"),
    ]


class ReplayedDelivery(ShownDelivery):
    """A delivery that is due again."""

    webhook_status: Annotated[
        Condition, Field(description="Unless it is ACTIVE, the delivery waits until it is")
    ]


class ReplayedDeliveries(Shown):
    """What a replay of several has come to."""

    replayed: Annotated[int, Field(description=f"At most {MOST_AT_ONCE} of one request")]
    has_more: Annotated[bool, Field(description="The same request goes on with the rest")]
    webhook_status: Annotated[
        Condition, Field(description="Unless it is ACTIVE, the deliveries wait until it is")
    ]


def summary(row: Delivery) -> DeliverySummary:
    """The delivery as lists show it."""
    return DeliverySummary(**_fields(row))


def shown_delivery(row: Delivery) -> ShownDelivery:
    """The delivery by itself."""
    return ShownDelivery(**_fields(row), attempt_log=list(map(_attempt, row.tried)))


def replayed_delivery(row: Delivery, condition: Condition) -> ReplayedDelivery:
    """The same where it has just been asked for again."""
    return ReplayedDelivery(
        **_fields(row), attempt_log=list(map(_attempt, row.tried)), webhook_status=condition
    )


def replayed_deliveries(replayed: Replayed) -> ReplayedDeliveries:
    """How many are due again."""
    return ReplayedDeliveries(
        replayed=replayed.count, has_more=replayed.more, webhook_status=replayed.condition
    )


def _attempt(attempt: Attempt) -> ShownAttempt:
    return ShownAttempt(
        at=attempt.at,
        duration_ms=attempt.milliseconds,
        status=attempt.status,
        answer=attempt.answer,
        error=attempt.error,
    )


def _fields(row: Delivery) -> dict[str, Any]:
    last = row.tried[-1] if row.tried else None
    return {
        "id": row.delivery_id,
        "webhook_id": row.subscription_id,
        "event_id": row.event_id,
        "event_type": row.event_type,
        "event_at": row.event_at,
        "status": row.status,
        "attempts": row.attempts,
        "replays": row.replays,
        "next_attempt_at": row.due_at,
        "created_at": row.created_at,
        "ended_at": row.ended_at,
        "last_status": last.status if last else None,
        "last_error": last.error if last else None,
    }
