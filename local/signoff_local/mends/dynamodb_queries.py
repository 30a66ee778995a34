"""A Query costs what it returns.

AWS: a query with a sort-key condition and a limit reads that many items of the partition.

Emulator: it copies the whole partition, sorts it, and evaluates the key condition on every item, so
that a page of 50 out of 20,000 takes 300 ms of the one thread that serves everything.

Here each partition keeps its sort keys in order, and a query sees only the items between its bounds
and up to its limit; the emulator's own code does the rest on those. Only base tables with a string
sort key, only the forms of condition below; everything else goes the emulator's way.

To see it: tests/local/test_dynamodb.py. To delete when: ministack keeps partitions sorted.
"""

from __future__ import annotations

import bisect
import contextvars
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from signoff_local import emulator

RELIES_ON = {
    "services.dynamodb:_query": "50c2e7ec69e9",
    "services.dynamodb:_set_item": "4e78ad492132",
    "services.dynamodb:_remove_item": "5cce50c99688",
    "services.dynamodb:_paginate_evaluated_items": "d70cfb58e3a2",
    "services.dynamodb:_apply_exclusive_start_key": "080cc305f303",
}

BEHIND_ALL = "\U0010ffff"
"""Sorts behind every continuation of a prefix (it is no assigned character)."""

_NAME = r"(#?\w+)"
_VALUE = r"(:\w+)"
_CONDITION = re.compile(
    rf"\(?\s*{_NAME}\s*=\s*{_VALUE}\s*"
    rf"(?:AND\s+\(?(?:begins_with\s*\(\s*{_NAME}\s*,\s*{_VALUE}\s*\)"
    rf"|{_NAME}\s*(<=|>=|=|<|>)\s*{_VALUE}"
    rf"|{_NAME}\s+BETWEEN\s+{_VALUE}\s+AND\s+{_VALUE})\)?)?\s*\)?",
    re.IGNORECASE,
)
"""`partition = :v`, alone or with one condition on the sort key."""


@dataclass(frozen=True)
class Window:
    """Which sort keys of a partition a query wants to see: low <= key < high, at most `count`."""

    low: str
    high: str | None
    count: int | None
    forward: bool


_window: contextvars.ContextVar[Window | None] = contextvars.ContextVar("window", default=None)


class Partition(dict[str, Any]):
    """Items of one partition by sort key, with the sort keys in order beside them."""

    def __init__(self, items: Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__(items)
        self._keys: list[str] = sorted(self)

    def __setitem__(self, key: str, value: Any) -> None:
        if key not in self:
            bisect.insort(self._keys, key)
        super().__setitem__(key, value)

    def pop(self, key: str, *default: Any) -> Any:
        """As `dict.pop`."""
        if key in self:
            del self._keys[bisect.bisect_left(self._keys, key)]
        return super().pop(key, *default)

    def values(self) -> Any:
        """As `dict.values`, but inside a query only what its window shows, in order."""
        window = _window.get()
        return super().values() if window is None else [self[key] for key in self.shown(window)]

    def shown(self, window: Window) -> list[str]:
        """The sort keys in a window, ascending."""
        low = bisect.bisect_left(self._keys, window.low)
        high = len(self._keys)
        if window.high is not None:
            high = bisect.bisect_left(self._keys, window.high)
        if window.count is not None and high - low > window.count:
            if window.forward:
                high = low + window.count
            else:
                low = high - window.count
        return self._keys[low:high]


def apply() -> None:
    """Let partitions be ordered, and let queries look through a window."""
    tables = emulator.module("services.dynamodb")
    query, set_item = tables._query, tables._set_item

    def ordered(table: dict[str, Any], partition: Any) -> None:
        items = table["items"].get(partition)
        if table["sk_name"] and type(items) is not Partition:
            table["items"][partition] = Partition((items or {}).items())

    def store(table: dict[str, Any], partition: Any, sort: Any, item: Any) -> Any:
        ordered(table, partition)
        return set_item(table, partition, sort, item)

    def run_query(data: dict[str, Any]) -> Any:
        table = tables._tables.get(tables._normalize_table_name(data.get("TableName")))
        found = window_of(data, table) if table else None
        if table is None or found is None:
            return query(data)
        partition, window = found
        if partition in table["items"]:
            ordered(table, partition)
        token = _window.set(window)
        try:
            return query(data)
        finally:
            _window.reset(token)

    tables._query = run_query
    tables._set_item = store


def window_of(data: dict[str, Any], table: dict[str, Any]) -> tuple[str, Window] | None:
    """(partition, window) of a query that this file understands, else None."""
    match = _CONDITION.fullmatch((data.get("KeyConditionExpression") or "").strip())
    types = {d["AttributeName"]: d["AttributeType"] for d in table["AttributeDefinitions"]}
    if data.get("IndexName") or not match or types.get(table["sk_name"]) != "S":
        return None
    names = data.get("ExpressionAttributeNames") or {}
    values = data.get("ExpressionAttributeValues") or {}

    def text(reference: str) -> str | None:
        value = values.get(reference)
        return value.get("S") if isinstance(value, dict) else None

    hash_name, hash_value, prefix_name, prefix, name, operator, bound, span_name, first, last = (
        match.groups()
    )
    sort_name = prefix_name or name or span_name
    partition = text(hash_value)
    if names.get(hash_name, hash_name) != table["pk_name"] or partition is None:
        return None
    if sort_name and names.get(sort_name, sort_name) != table["sk_name"]:
        return None
    bounds: tuple[str, str | None] | None = ("", None)
    if prefix:
        start = text(prefix)
        bounds = None if start is None else (start, start + BEHIND_ALL)
    elif bound:
        bounds = _compared(operator, text(bound))
    elif first:
        low, high = text(first), text(last)
        bounds = None if low is None or high is None else (low, _next(high))
    if bounds is None:
        return None
    return partition, _resumed(data, table, *bounds)


def _compared(operator: str, value: str | None) -> tuple[str, str | None] | None:
    if value is None:
        return None
    return {
        "=": (value, _next(value)),
        "<": ("", value),
        "<=": ("", _next(value)),
        ">": (_next(value), None),
        ">=": (value, None),
    }[operator]


def _next(value: str) -> str:
    """The smallest text behind `value`."""
    return value + "\0"


def _resumed(data: dict[str, Any], table: dict[str, Any], low: str, high: str | None) -> Window:
    """The window behind the query's start key. One more than the limit: is there a next page?"""
    forward = data.get("ScanIndexForward", True)
    start = ((data.get("ExclusiveStartKey") or {}).get(table["sk_name"]) or {}).get("S")
    if isinstance(start, str):
        if forward:
            low = max(low, _next(start))
        else:
            high = start if high is None else min(high, start)
    limit = data.get("Limit")
    count = limit + 1 if isinstance(limit, int) and limit > 0 else None
    return Window(low, high, count, bool(forward))
