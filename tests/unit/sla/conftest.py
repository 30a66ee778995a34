"""A fresh World, whose timers are schedules of moto."""

from collections.abc import Iterator

import pytest

from signoff.storage.clients import client
from tests.support.world import World, world

ENVIRONMENT = {
    "TIMER_GROUP": "timers",
    "TIMER_QUEUE_ARN": "arn:aws:sqs:us-east-1:123456789012:due",
    "TIMER_FAILURES_ARN": "arn:aws:sqs:us-east-1:123456789012:failures",
    "TIMER_ROLE_ARN": "arn:aws:iam::123456789012:role/timer",
}


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, socket_disabled: None) -> Iterator[World]:
    """A Signoff of its own."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SLA_TIME_SCALE", raising=False)
    with world(monkeypatch) as made:
        client("scheduler").create_schedule_group(Name="timers")
        yield made
