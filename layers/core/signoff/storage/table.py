"""One DynamoDB table: reading items by key and by key range.

All reads are strongly consistent unless an index is read (an index cannot be). Nothing scans.
"""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from signoff.chunks import chunks
from signoff.storage.clients import client
from signoff.storage.values import Item, marshal, unmarshal

Key = tuple[str, str]

_BATCH_GET_LIMIT = 100  # BatchGetItem: keys per call
# What a BatchGetItem leaves unprocessed is asked for again, behind pauses that double.
_PAUSES_SECONDS = (0.0, 0.05, 0.1, 0.2, 0.4)


@dataclass(frozen=True)
class Page:
    """A page of items; ``next_key`` is where the next one starts, None on the last."""

    items: list[Item]
    next_key: Item | None


@dataclass(frozen=True)
class Index:
    """A global secondary index and the names of its two key attributes."""

    name: str
    partition: str
    sort: str


class Table:
    """A table whose keys are ``PK`` and ``SK``."""

    def __init__(self, name: str) -> None:
        self.name = name

    def get(self, key: Key) -> Item | None:
        """The item under ``key``, or None."""
        answer = client("dynamodb").get_item(
            TableName=self.name, Key=wire_key(key), ConsistentRead=True
        )
        item = answer.get("Item")
        return unmarshal(item) if item else None

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Item]:
        """The items under ``keys`` that exist; one call a hundred, unless throttled."""
        return get_across({self: keys})

    def query(
        self,
        partition: str,
        *,
        prefix: str | None = None,
        after: str | None = None,
        before: str | None = None,
        index: Index | None = None,
        newest_first: bool = False,
        limit: int | None = None,
        start: Item | None = None,
    ) -> Page:
        """One page of a partition in key order.

        ``prefix`` narrows to sort keys that begin with it, ``after`` and ``before`` to those on one
        side of a key, which is itself left out. ``limit`` is the most items read; ``start`` a
        former ``next_key``.
        """
        names = {"#p": index.partition if index else "PK"}
        values: Item = {":p": partition}
        condition = "#p = :p"
        sort_condition = _sort_condition(prefix, after, before, values)
        if sort_condition:
            names["#s"] = index.sort if index else "SK"
            condition += f" AND {sort_condition}"
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": marshal(values),
            "ScanIndexForward": not newest_first,
            "ConsistentRead": index is None,
        }
        if index:
            request["IndexName"] = index.name
        if limit:
            request["Limit"] = limit
        if start:
            request["ExclusiveStartKey"] = marshal(start)
        answer = client("dynamodb").query(**request)
        last = answer.get("LastEvaluatedKey")
        return Page(
            [unmarshal(each) for each in answer["Items"]], unmarshal(last) if last else None
        )

    def query_all(
        self, partition: str, *, max_pages: int = 100, **narrowing: Any
    ) -> Iterator[Item]:
        """Every item of a key range, page after page; the bound guards against a runaway."""
        start: Item | None = None
        for _ in range(max_pages):
            page = self.query(partition, start=start, **narrowing)
            yield from page.items
            start = page.next_key
            if start is None:
                return
        raise OverflowError(f"more than {max_pages} pages under one key")


def batch_get(wanted: Mapping[str, Sequence[Key]]) -> dict[Key, Item]:
    """The items under the keys, by the tables' names, that exist; one call unless throttled.

    Keys of different tables are told apart by what is in them. Raises TimeoutError where DynamoDB
    leaves some unprocessed for about a second, and botocore's ClientError where it takes none.
    """
    request: dict[str, Any] = {
        table: {"Keys": [wire_key(key) for key in keys], "ConsistentRead": True}
        for table, keys in wanted.items()
        if keys
    }
    found: dict[Key, Item] = {}
    for pause in _PAUSES_SECONDS:
        if not request:
            break
        if pause:
            time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - only jitter
        answer = client("dynamodb").batch_get_item(RequestItems=request)
        for items in answer["Responses"].values():
            for each in items:
                item = unmarshal(each)
                found[item["PK"], item["SK"]] = item
        request = answer.get("UnprocessedKeys") or {}
    if request:
        raise TimeoutError("DynamoDB left keys unprocessed")
    return found


def get_across(wanted: Mapping[Table, Sequence[Key]]) -> dict[Key, Item]:
    """The items under keys of several tables that exist; one call a hundred, unless throttled.

    Keys of different tables are told apart by what is in them. Raises TimeoutError where DynamoDB
    leaves some unprocessed for about a second, and botocore's ClientError where it takes none.
    """
    ordered = [(table, key) for table, keys in wanted.items() for key in dict.fromkeys(keys)]
    found: dict[Key, Item] = {}
    for some in chunks(ordered, _BATCH_GET_LIMIT):
        found |= _batch_get(some)
    return found


def _batch_get(wanted: Sequence[tuple[Table, Key]]) -> dict[Key, Item]:
    request: dict[str, Any] = {}
    for table, key in wanted:
        of_table = request.setdefault(table.name, {"Keys": [], "ConsistentRead": True})
        of_table["Keys"].append(wire_key(key))
    found: dict[Key, Item] = {}
    for pause in _PAUSES_SECONDS:
        if pause:
            time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - only jitter
        answer = client("dynamodb").batch_get_item(RequestItems=request)
        for items in answer["Responses"].values():
            for item in map(unmarshal, items):
                found[item["PK"], item["SK"]] = item
        request = answer.get("UnprocessedKeys") or {}
        if not request:
            return found
    raise TimeoutError("DynamoDB left keys unprocessed")


def wire_key(key: Key) -> dict[str, dict[str, Any]]:
    """A primary key for the wire."""
    return marshal({"PK": key[0], "SK": key[1]})


def _sort_condition(
    prefix: str | None, after: str | None, before: str | None, values: Item
) -> str | None:
    if prefix is not None:
        values[":prefix"] = prefix
        return "begins_with(#s, :prefix)"
    if after is not None:
        values[":after"] = after
        return "#s > :after"
    if before is not None:
        values[":before"] = before
        return "#s < :before"
    return None
