"""A Signoff whose webhooks lead into this process."""

from collections.abc import Iterator

import pytest

from signoff import clock
from signoff.outbox import attempt
from signoff.webhooks import care, messages, settling, wellbeing
from tests.support.world import world
from tests.unit.outbox.outside import Outside


class Queues:
    """SQS, as far as messages are sent."""

    def __init__(self, out: Outside) -> None:
        self._out = out

    def send_message_batch(self, *, QueueUrl: str, Entries: list) -> dict:  # noqa: N803
        return self._out.take(QueueUrl.rpartition("/")[2], Entries)


@pytest.fixture
def no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A delivery is tried again exactly when the schedule says."""
    monkeypatch.setattr(settling.random, "random", lambda: 0.5)


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch, socket_disabled: None) -> Iterator[Outside]:
    """Receivers, queues and a clock around tables of the test's own."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with world(monkeypatch) as here:
        monkeypatch.setenv("DELIVERIES_URL", "https://sqs/1/deliveries")
        monkeypatch.setenv("SLOW_DELIVERIES_URL", "https://sqs/1/slow")
        made = Outside(here)
        monkeypatch.setattr(clock, "now", lambda: made.now)
        monkeypatch.setattr(messages, "client", lambda _: Queues(made))
        monkeypatch.setattr(attempt, "send", made.send)
        # Days pass in these tests, and each look costs moto 100 ms.
        monkeypatch.setattr(wellbeing, "FAILING_CARE_SECONDS", 12 * 3600)
        monkeypatch.setattr(care, "FAILING_CARE_SECONDS", 12 * 3600)
        yield made
