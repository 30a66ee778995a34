"""The emulator forgets what nobody reads any more.

AWS has room for logs of 30 days, executions of 90 and stream records of one.

Emulator: it keeps every log line, every event ever put and every state of every execution in
memory, and writes all of it into every snapshot. A benchmark of an hour fills a laptop.

Kept here: the newest events, log streams and stream records, and the history of the newest closed
executions. Every execution itself is kept: its name must stay taken.

To see it: tests/unit/local/test_retention.py. To delete when: never.
"""

from __future__ import annotations

from typing import Any

from signoff_local import emulator

RELIES_ON = {
    "services.eventbridge:_events_log_list": "4e34b5198354",
    "services.lambda_svc:_emit_lambda_logs": "111efbf06968",
    "services.dynamodb:_trim_stream_records": "43f62f181df0",
    "services.stepfunctions:_get_execution_history": "e865bdd85d5d",
}

EVENTS = 1_000
LOG_STREAMS = 300
"""Of each log group; here every invocation has a stream of its own."""
RECORDS = 1_000
"""Of each stream, beyond those that a consumer has not read."""
HISTORIES = 500
"""Closed executions whose history is kept in full; of others the first and the last event."""


def apply() -> None:
    """Nothing to replace: the launcher calls `trim` before each snapshot."""


def trim() -> None:
    """Forget. Called on the thread that serves requests."""
    events = emulator.module("services.eventbridge")
    for entries in events._events_log.all_values():
        del entries[:-EVENTS]
    logs = emulator.module("services.cloudwatch_logs")
    for group in logs._log_groups.all_values():
        streams = group["streams"]
        for name in list(streams)[:-LOG_STREAMS]:
            streams.pop(name, None)
    _trim_histories(emulator.module("services.stepfunctions"))
    _trim_streams(emulator.module("services.dynamodb"), emulator.module("services.lambda_svc"))


def _trim_histories(states: Any) -> None:
    closed = [e for e in states._executions.all_values() if e["status"] != "RUNNING"]
    closed.sort(key=lambda execution: execution.get("stopDate") or "")
    for execution in closed[:-HISTORIES]:
        events = execution["events"]
        if len(events) > 2:
            execution["events"] = [events[0], events[-1]]


def _trim_streams(tables: Any, service: Any) -> None:
    """Drop records that every consumer has read, but for the newest RECORDS."""
    read: dict[tuple[str, str, str], int] = {}
    for account, region, mapping in service._iter_all_esms():
        source = mapping.get("EventSourceArn", "")
        if ":dynamodb:" not in source:
            continue
        key = (account, region, source.split(":table/", 1)[1].split("/", 1)[0])
        position = service._dynamodb_stream_positions.get_scoped(
            account, region, mapping["UUID"], 0
        )
        read[key] = min(read.get(key, position), position)
    for key, records in tables._stream_records.all_items():
        trimmed = tables._stream_trimmed.get_scoped(*key, 0)
        surplus = min(len(records) - RECORDS, read.get(key, len(records) + trimmed) - trimmed)
        if surplus > 0:
            del records[:surplus]
            tables._stream_trimmed.set_scoped(*key, trimmed + surplus)
