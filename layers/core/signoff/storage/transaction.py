"""A DynamoDB transaction: writes that happen together or not at all.

TransactWriteItems (Amazon DynamoDB API reference): at most 100 items, 4 MB; a cancelled one names
a reason per item, in the order of the request.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from signoff.storage.clients import client
from signoff.storage.table import Key, Table, wire_key
from signoff.storage.values import Item, marshal

MAX_ITEMS = 100

_REPEATABLE = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
_REPEATABLE_ERRORS = frozenset(
    {"TransactionInProgressException", "TransactionConflictException", "ThrottlingException"}
)


class ConditionFailed(Exception):
    """A write's condition did not hold, so nothing was written.

    ``key`` names the item.
    """

    def __init__(self, key: Key) -> None:
        super().__init__(f"condition failed on {key}")
        self.key = key


class Contended(Exception):
    """Another transaction was writing one of the items: read again and repeat."""


@dataclass
class Condition:
    """A condition expression with its names and values.

    ``absent()`` and ``unchanged(n)`` are the two that the engine lives by.
    """

    expression: str
    names: dict[str, str] = field(default_factory=dict)
    values: Item = field(default_factory=dict)


def absent() -> Condition:
    """The key is new."""
    return Condition("attribute_not_exists(PK)")


def present() -> Condition:
    """The item exists."""
    return Condition("attribute_exists(PK)")


def unchanged(version: int) -> Condition:
    """The item is still the one that was read: its ``version`` is the same."""
    return Condition("#version = :version", {"#version": "version"}, {":version": version})


class Transaction:
    """Collects writes, then commits them at once."""

    def __init__(self) -> None:
        self._writes: list[dict[str, Any]] = []
        self._keys: list[Key] = []

    def __len__(self) -> int:
        return len(self._writes)

    def put(self, table: Table, item: Item, condition: Condition | None = None) -> None:
        """Write ``item`` whole."""
        key = (item["PK"], item["SK"])
        self._add("Put", key, table, condition, {"Item": marshal(item)})

    def delete(self, table: Table, key: Key, condition: Condition | None = None) -> None:
        """Remove the item under ``key``; removing nothing is no error."""
        self._add("Delete", key, table, condition, {"Key": wire_key(key)})

    def update(
        self,
        table: Table,
        key: Key,
        *,
        set_: Mapping[str, Any] | None = None,
        remove: tuple[str, ...] = (),
        condition: Condition | None = None,
    ) -> None:
        """Set and remove single attributes of the item under ``key``."""
        names = {f"#u{i}": name for i, name in enumerate([*(set_ or {}), *remove])}
        aliases = {name: alias for alias, name in names.items()}
        values = {f":u{i}": value for i, value in enumerate((set_ or {}).values())}
        parts = []
        if set_:
            assignments = zip((aliases[name] for name in set_), values, strict=True)
            parts.append("SET " + ", ".join(f"{alias} = {value}" for alias, value in assignments))
        if remove:
            parts.append("REMOVE " + ", ".join(aliases[name] for name in remove))
        merged = Condition(
            condition.expression if condition else "",
            names | (condition.names if condition else {}),
            values | (condition.values if condition else {}),
        )
        body = {"Key": wire_key(key), "UpdateExpression": " ".join(parts)}
        self._add("Update", key, table, merged, body)

    def extend(self, other: "Transaction") -> None:
        """Add all writes of ``other``."""
        self._writes.extend(other._writes)
        self._keys.extend(other._keys)

    def commit(self) -> None:
        """Write everything, or raise and write nothing.

        Raises ConditionFailed for the first condition that did not hold, Contended when only
        other writers were in the way. botocore sends one ClientRequestToken with all its own
        retries, so an answer lost on the way does not write twice.
        """
        if not self._writes:
            return
        if len(self._writes) > MAX_ITEMS:
            raise ValueError(f"{len(self._writes)} writes; a transaction takes {MAX_ITEMS}")
        try:
            client("dynamodb").transact_write_items(TransactItems=self._writes)
        except ClientError as error:
            raise self._reason(error) from error

    def _add(
        self, kind: str, key: Key, table: Table, condition: Condition | None, body: dict[str, Any]
    ) -> None:
        write = {"TableName": table.name, **body}
        if condition:
            if condition.expression:
                write["ConditionExpression"] = condition.expression
            if condition.names:
                write["ExpressionAttributeNames"] = condition.names
            if condition.values:
                write["ExpressionAttributeValues"] = marshal(condition.values)
        self._writes.append({kind: write})
        self._keys.append(key)

    def _reason(self, error: ClientError) -> Exception:
        code = error.response["Error"]["Code"]
        if code in _REPEATABLE_ERRORS:
            return Contended(code)
        if code != "TransactionCanceledException":
            return error
        reasons: list[Any] = list(error.response.get("CancellationReasons", []))
        for key, reason in zip(self._keys, reasons, strict=False):
            if reason.get("Code") == "ConditionalCheckFailed":
                return ConditionFailed(key)
        if any(reason.get("Code") in _REPEATABLE for reason in reasons):
            return Contended(code)
        return error
