"""Watches every call to AWS of this process and works out what AWS would bill for it.

For use over moto (tests/support/world.py). Writes go one at a time while the meter runs, so that
the item before and after each of them is known.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import botocore.client

from bench.units import IndexShape, read_units, write_units
from tests.support.sam import template

_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}

Call = Callable[..., Any]


@dataclass
class Bill:
    """Units by what they are for, calls by operation, events sent, and history by transaction."""

    writes: Counter[str] = field(default_factory=Counter)
    reads: dict[str, float] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    invocations: list[tuple[str, int]] = field(default_factory=list)
    events: int = 0
    committed: list[list[dict[str, Any]]] = field(default_factory=list)


class Meter:
    """Adds up what happens inside ``running``."""

    def __init__(self) -> None:
        self.bill = Bill()
        self._writing = threading.RLock()
        self._here = threading.local()
        self._indexes = {"state": _indexes("StateTable"), "history": _indexes("HistoryTable")}

    @contextmanager
    def running(self) -> Iterator[Bill]:
        """Meter every call of every thread."""
        # The one place that all calls pass; botocore's type hints leave it out.
        real = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]

        def metered(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
            def call(name: str = operation, given: dict[str, Any] = arguments) -> Any:
                return real(client, name, given)

            self.bill.calls[operation] += 1
            self._here.calls = getattr(self._here, "calls", 0) + 1
            if operation in _WRITES:
                with self._writing:
                    return self._write(call, operation, arguments)
            answer = call()
            self._read(operation, arguments, answer)
            return answer

        with patch.object(botocore.client.BaseClient, "_make_api_call", metered):
            yield self.bill

    def invoked(self, function: str, handler: Call) -> Call:
        """``handler``, its invocations noted with the number of calls that each makes."""

        def call(*given: Any) -> Any:
            before = getattr(self._here, "calls", 0)
            try:
                return handler(*given)
            finally:
                made = getattr(self._here, "calls", 0) - before
                self.bill.invocations.append((function, made))

        return call

    def _read(self, operation: str, given: dict[str, Any], answer: dict[str, Any]) -> None:
        if operation == "GetItem":
            found = [answer["Item"]] if "Item" in answer else []
            self._add_read(given["TableName"], read_units(found, consistent=_strong(given)))
        elif operation == "Query":
            name = given.get("IndexName") or given["TableName"]
            self._add_read(name, read_units(answer["Items"], consistent=_strong(given)))
        elif operation == "BatchGetItem":
            for table, wanted in given["RequestItems"].items():
                found = answer["Responses"].get(table, [])
                units = sum(read_units([item], consistent=_strong(wanted)) for item in found)
                missing = len(wanted["Keys"]) - len(found)
                units += missing * read_units([], consistent=_strong(wanted))
                self._add_read(table, units)
        elif operation == "PutEvents":
            self.bill.events += sum(
                -(-len(entry["Detail"].encode()) // 65_536) for entry in given["Entries"]
            )

    def _add_read(self, name: str, units: float) -> None:
        with self._writing:
            self.bill.reads[name] = self.bill.reads.get(name, 0) + units

    def _write(
        self, call: Callable[..., Any], operation: str, given: dict[str, Any]
    ) -> dict[str, Any]:
        if operation == "TransactWriteItems":
            parts = [(kind, item[kind]) for item in given["TransactItems"] for kind in item]
            times = 2
        else:
            parts, times = [(operation.removesuffix("Item"), given)], 1
        before = [_item(call, part) for _, part in parts]
        answer: dict[str, Any] = call()
        after = [_item(call, part) for _, part in parts]
        for (_, part), old, new in zip(parts, before, after, strict=True):
            table = part["TableName"]
            self.bill.writes[table] += times * write_units(old, new)
            for index in self._indexes[table]:
                self.bill.writes[index.name] += index.write_units(old, new)
        fresh = [
            new
            for (_, part), old, new in zip(parts, before, after, strict=True)
            if part["TableName"] == "history" and old is None and new is not None
        ]
        if fresh:
            self.bill.committed.append(fresh)
        return answer


def _item(call: Callable[..., Any], part: dict[str, Any]) -> dict[str, Any] | None:
    """The item that a write is about, read behind the meter's back."""
    key = part.get("Key") or {name: part["Item"][name] for name in ("PK", "SK")}
    answer = call("GetItem", {"TableName": part["TableName"], "Key": key, "ConsistentRead": True})
    found: dict[str, Any] | None = answer.get("Item")
    return found


def _strong(given: dict[str, Any]) -> bool:
    return bool(given.get("ConsistentRead"))


def _indexes(table: str) -> list[IndexShape]:
    properties = template()["Resources"][table]["Properties"]
    return [
        IndexShape(
            index["IndexName"],
            (index["KeySchema"][0]["AttributeName"], index["KeySchema"][1]["AttributeName"]),
            index["Projection"]["ProjectionType"] == "ALL",
        )
        for index in properties.get("GlobalSecondaryIndexes", [])
    ]
