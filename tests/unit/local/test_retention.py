"""What the emulator forgets: mends/retention.py, on the emulator's own stores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from signoff_local import emulator
from signoff_local.mends import retention

ACCOUNT, REGION = "000000000000", "us-east-1"


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Empty stores in place of those of the emulator's modules."""
    store = emulator.module("core.responses").AccountRegionScopedDict
    found = {}
    for module, name in [
        ("services.eventbridge", "_events_log"),
        ("services.cloudwatch_logs", "_log_groups"),
        ("services.stepfunctions", "_executions"),
        ("services.dynamodb", "_stream_records"),
        ("services.dynamodb", "_stream_trimmed"),
        ("services.lambda_svc", "_esms"),
        ("services.lambda_svc", "_dynamodb_stream_positions"),
    ]:
        found[name] = store()
        monkeypatch.setattr(emulator.module(module), name, found[name])
    return found


def test_the_newest_events_and_log_streams_stay(stores: dict[str, Any]) -> None:
    stores["_events_log"]["entries"] = list(range(retention.EVENTS + 5))
    stores["_log_groups"]["g"] = {"streams": {str(n): {} for n in range(retention.LOG_STREAMS + 5)}}

    retention.trim()

    assert stores["_events_log"]["entries"][0] == 5
    assert next(iter(stores["_log_groups"]["g"]["streams"])) == "5"


def test_old_closed_executions_lose_their_history_but_not_their_name(
    stores: dict[str, Any],
) -> None:
    for n in range(retention.HISTORIES + 1):
        stores["_executions"][f"closed-{n:04}"] = {
            "status": "SUCCEEDED",
            "stopDate": f"2026-01-01T00:00:00.{n:04}Z",
            "events": ["first", "between", "last"],
        }
    stores["_executions"]["open"] = {"status": "RUNNING", "events": ["first", "between", "x"]}

    retention.trim()

    assert stores["_executions"]["closed-0000"]["events"] == ["first", "last"]
    assert len(stores["_executions"]["closed-0001"]["events"]) == 3
    assert len(stores["_executions"]["open"]["events"]) == 3


def test_a_stream_keeps_what_its_slowest_consumer_has_not_read(stores: dict[str, Any]) -> None:
    source = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t/stream/x"
    for consumer, position in [("fast", 5_010), ("slow", 3_010)]:
        stores["_esms"][consumer] = {"UUID": consumer, "EventSourceArn": source}
        stores["_dynamodb_stream_positions"][consumer] = position
    stores["_stream_trimmed"]["t"] = 10
    stores["_stream_records"]["t"] = list(range(10, 5_010))

    retention.trim()

    assert stores["_stream_records"]["t"][0] == 3_010
    assert stores["_stream_trimmed"]["t"] == 3_010
