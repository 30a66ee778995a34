"""A webhook to ask about, and deliveries of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from signoff.clock import timestamp
from signoff.storage.clients import client
from signoff.storage.store import state
from signoff.storage.transaction import Transaction
from signoff.webhooks.delivery import Attempt, Delivery, DeliveryStatus, delivery_id
from signoff.webhooks.health import owner_marks
from tests.support.gateway import Client
from tests.unit.functions.api.admin.documents import data

URL = "/api/v1/admin/webhooks"
BODY: dict[str, Any] = {"url": "https://hooks.example.com/in", "eventTypes": ["workflow.*"]}
UNKNOWN = "c0ffee00-0000-4000-8000-00000000000f"

_FIRST = datetime(2026, 11, 20, 12, tzinfo=UTC)


def made(admin: Client, **change: Any) -> dict[str, Any]:
    """A new webhook, with its secret."""
    found: dict[str, Any] = data(admin.post(URL, BODY | change), 201)
    return found


def at(minute: int) -> str:
    """A moment, by minutes of one day."""
    return timestamp(_FIRST + timedelta(minutes=minute))


def deliver(webhook_id: str, minute: int, status: DeliveryStatus = "DELIVERED") -> str:
    """A delivery of an event that happened then; answers its id."""
    moment = at(minute)
    answered = 500 if status == "FAILED" else 200
    delivery = Delivery(
        tenant="acme",
        subscription_id=webhook_id,
        delivery_id=delivery_id(f"evt_{minute}", moment, webhook_id),
        event_id=f"evt_{minute}",
        event_type="workflow.completed",
        event_at=moment,
        entry=("T#acme#R#x", str(minute)),
        created_at=moment,
        format="papyrus",
        expires_at=1,
        status=status,
        tried=(Attempt(moment, 31, answered, answer="ok then"),),
        attempts=1,
        ended_at=moment,
    )
    batch = Transaction()
    batch.put(state(), delivery.to_item())
    batch.commit()
    return delivery.delivery_id


def make_failing(webhook_id: str) -> None:
    """As the worker notes it after five failures."""
    batch = Transaction()
    key = ("T#acme#WEBHOOK#" + webhook_id, "HEALTH")
    failing = {**owner_marks("acme", webhook_id), "streak": 5, "failingSince": at(0)}
    batch.update(state(), key, set_=failing)
    batch.commit()


def hints() -> list[str]:
    """The bodies of the messages that wait in the quick lane."""
    import os

    sqs, url = client("sqs"), os.environ["DELIVERIES_URL"]
    found: list[str] = []
    while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [each["Body"] for each in got]
    return found


def settings_entries(kind: str) -> list[dict[str, Any]]:
    """The details of the settings history's entries of that type, oldest first."""
    import json

    from signoff.storage.store import history

    entries = history().query_all("T#acme#SETTINGS")
    return [json.loads(each["detail"]) for each in entries if each["type"] == kind]
