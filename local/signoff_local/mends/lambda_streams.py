"""A stream's consumer gets its batch again, from the first record that it reported.

AWS: with ReportBatchItemFailures a DynamoDB stream's batch is retried from the lowest sequence
number that the function returned; an error retries all of it, halved with
BisectBatchOnFunctionError. After MaximumRetryAttempts, or when a record is older than
MaximumRecordAgeInSeconds, what still fails goes to the on-failure destination.

Emulator: `batchItemFailures` of a stream is ignored, so that the reported records are lost. An
error retries for ever, attempts are not counted, nothing is halved. While a batch runs, all
queues wait.

Not emulated: parallel shards (one batch at a time here, so order holds anyway), batching windows.

To see it: tests/local/test_lambda_streams.py. To delete when: ministack passes it.
"""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import dataclass
from typing import Any

from signoff_local import emulator
from signoff_local.mends import lambda_queue

RELIES_ON = {
    "services.lambda_svc:_poll_dynamodb_streams": "2b2460e933a9",
    "services.lambda_svc:_dispatch_esm_batch": "b91ab76fad0b",
    "services.lambda_svc:_iter_all_esms": "7db06c0627a5",
    "services.lambda_svc:_apply_filter_criteria": "d8d7d5c8f77e",
    "services.lambda_svc:_send_ddb_stream_failure_record": "0efd5f5ffe2d",
    "services.dynamodb:stream_records_since": "aed31a353fda",
    "services.dynamodb:stream_start_position": "3b822e76fbb1",
    "services.dynamodb:stream_end_position": "d0483912696d",
}

PAUSE_SECONDS = 1.0
"""Between two attempts at a failing batch (AWS backs off up to a minute)."""


@dataclass
class Attempts:
    """How often the batch at a position was tried, and how much of it the next attempt takes."""

    position: int = -1
    count: int = 0
    size: int = 0


_attempts: dict[str, Attempts] = {}


def apply() -> None:
    """Replace the poller of DynamoDB streams."""
    emulator.module("services.lambda_svc")._poll_dynamodb_streams = poll


def poll() -> bool:
    """Start the next batch of every mapping that has one and is idle; whether there was any."""
    service = emulator.module("services.lambda_svc")
    responses = emulator.module("core.responses")
    started = False
    for account, region, mapping in service._iter_all_esms():
        with responses.request_scope(account, region):
            started = _start(service, mapping) or started
    return started


def _start(service: Any, mapping: dict[str, Any]) -> bool:
    tables = emulator.module("services.dynamodb")
    source, ident = mapping.get("EventSourceArn", ""), mapping["UUID"]
    if ":dynamodb:" not in source or not mapping.get("Enabled", True):
        return False
    if service._esm_inflight.get(ident) or service._esm_backoff_until.get(ident, 0) > time.time():
        return False
    name = source.split(":table/", 1)[1].split("/", 1)[0]
    func, _ = service._get_func_record_for_qualifier(
        mapping["FunctionName"], mapping.get("Qualifier")
    )
    if func is None or (tables._tables.get(name) or {}).get("LatestStreamArn") != source:
        return False
    position = _position(service, tables, mapping, name)
    attempts = _attempts.setdefault(ident, Attempts())
    if attempts.position != position:
        attempts.position, attempts.count = position, 0
        attempts.size = int(mapping.get("BatchSize", 100))
    records = tables.stream_records_since(name, position, attempts.size)
    if not records:
        return False
    service._dispatch_esm_batch(ident, _run, service, mapping, func, list(records), attempts)
    return True


def _position(service: Any, tables: Any, mapping: dict[str, Any], table: str) -> int:
    """Where the mapping reads on: where it was, or else where it is told to start."""
    oldest, newest = tables.stream_start_position(table), tables.stream_end_position(table)
    with service._dynamodb_stream_positions_lock:
        first = oldest if mapping.get("StartingPosition", "LATEST") == "TRIM_HORIZON" else newest
        position = service._dynamodb_stream_positions.get(mapping["UUID"], first)
        position = max(position, oldest)
        service._dynamodb_stream_positions[mapping["UUID"]] = position
    return int(position)


def _run(
    service: Any,
    mapping: dict[str, Any],
    func: dict[str, Any],
    records: list[dict[str, Any]],
    attempts: Attempts,
) -> None:
    """Deliver one batch and move the position behind what was done with."""
    wanted = service._apply_filter_criteria(records, mapping)
    done, result = len(records), {}
    if wanted:
        with lambda_queue.lane("event"):
            result = service._execute_function(func, {"Records": wanted})
        failed = _first_failure(mapping, wanted, result)
        if failed is not None:
            done = records.index(failed)
    mapping["LastProcessingResult"] = "OK" if done == len(records) else "PROBLEM"
    if done == 0:
        done = _failed_again(service, mapping, func, records, attempts, result)
    with service._dynamodb_stream_positions_lock:
        service._dynamodb_stream_positions[mapping["UUID"]] = attempts.position + done


def _first_failure(
    mapping: dict[str, Any], records: list[dict[str, Any]], result: dict[str, Any]
) -> dict[str, Any] | None:
    """The first record of the batch that has to come again; None if all are done with."""
    if result.get("error"):
        return records[0]
    body = result.get("body")
    if isinstance(body, str):
        with contextlib.suppress(ValueError):
            body = json.loads(body)
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []):
        return None
    failures = body.get("batchItemFailures") if isinstance(body, dict) else None
    if not failures:
        return None
    reported = {failure.get("itemIdentifier") for failure in failures}
    for record in records:
        if record["dynamodb"]["SequenceNumber"] in reported:
            return record
    return records[0]  # an identifier that is none of the batch fails all of it, as on AWS


def _failed_again(
    service: Any,
    mapping: dict[str, Any],
    func: dict[str, Any],
    records: list[dict[str, Any]],
    attempts: Attempts,
    result: dict[str, Any],
) -> int:
    """What to do about a batch whose first record failed: how many records to give up (0: none)."""
    oldest = float(records[0]["dynamodb"]["ApproximateCreationDateTime"])
    most = mapping.get("MaximumRetryAttempts", -1)
    age = mapping.get("MaximumRecordAgeInSeconds", -1)
    attempts.size = len(records)  # a retry takes the same records, whatever came since
    halve = bool(mapping.get("BisectBatchOnFunctionError")) and len(records) > 1
    if halve:  # which does not count as an attempt
        attempts.size = (len(records) + 1) // 2
    else:
        attempts.count += 1
    condition = None
    if 0 < age < time.time() - oldest:
        condition = "MaxRecordAgeExceeded"
    elif 0 <= most < attempts.count and not halve:
        condition = "RetryAttemptsExhausted"
    if condition:
        service._send_ddb_stream_failure_record(
            mapping, func, records, mapping["EventSourceArn"], result, condition
        )
        return len(records)
    service._esm_backoff_until[mapping["UUID"]] = time.time() + PAUSE_SECONDS
    return 0
