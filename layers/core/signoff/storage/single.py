"""Writes of one item, outside of any transaction, at half of a transaction's price.

Each raises ConditionFailed, and Contended where a transaction holds the item at that moment.
"""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from signoff.storage.clients import client
from signoff.storage.table import Key, Table, wire_key
from signoff.storage.transaction import Condition, ConditionFailed, Contended
from signoff.storage.values import Item, marshal, unmarshal


def put_one(table: Table, item: Item, condition: Condition) -> None:
    """Write ``item`` whole, where ``condition`` holds."""
    request: dict[str, Any] = {"TableName": table.name, "Item": marshal(item)}
    _call("put_item", (item["PK"], item["SK"]), request, condition)


def set_one(table: Table, key: Key, values: Mapping[str, Any], condition: Condition) -> None:
    """Set attributes of one item, where ``condition`` holds; those that are None are removed."""
    names = {f"#s{i}": name for i, name in enumerate(values)}
    assigned = {f":s{i}": value for i, value in enumerate(values.values())}
    kept = [f"#s{i} = :s{i}" for i, value in enumerate(values.values()) if value is not None]
    gone = [f"#s{i}" for i, value in enumerate(values.values()) if value is None]
    parts = {"SET": kept, "REMOVE": gone}
    request = {
        "TableName": table.name,
        "Key": wire_key(key),
        "UpdateExpression": " ".join(
            f"{word} {', '.join(each)}" for word, each in parts.items() if each
        ),
    }
    own = Condition(condition.expression, names | condition.names, assigned | condition.values)
    _call("update_item", key, request, own)


def delete_one(table: Table, key: Key, condition: Condition) -> None:
    """Remove the item under ``key``, where ``condition`` holds."""
    _call("delete_item", key, {"TableName": table.name, "Key": wire_key(key)}, condition)


def count_up(
    table: Table, key: Key, counter: str, values: Mapping[str, Any], first: Mapping[str, Any]
) -> Item:
    """Add one to the attribute ``counter`` and set ``values``; answers the item as it is then.

    What is named in ``first`` is set where it is not there yet. However many do so at once, each is
    counted and each gets a number of its own.
    """
    names = {f"#s{i}": name for i, name in enumerate([*values, *first])}
    assigned = {f":s{i}": each for i, each in enumerate([*values.values(), *first.values()])}
    assignments = ", ".join(
        f"#s{i} = :s{i}" if i < len(values) else f"#s{i} = if_not_exists(#s{i}, :s{i})"
        for i in range(len(names))
    )
    try:
        answer = client("dynamodb").update_item(
            TableName=table.name,
            Key=wire_key(key),
            UpdateExpression=f"SET {assignments} ADD #c :one",
            ExpressionAttributeNames=names | {"#c": counter},
            ExpressionAttributeValues=marshal(assigned | {":one": 1}),
            ReturnValues="ALL_NEW",
        )
    except ClientError as error:
        raise _reason(key, error) from error
    return unmarshal(answer["Attributes"])


def _call(operation: str, key: Key, request: dict[str, Any], condition: Condition) -> None:
    request["ConditionExpression"] = condition.expression
    if condition.names:
        request["ExpressionAttributeNames"] = condition.names
    if condition.values:
        request["ExpressionAttributeValues"] = marshal(condition.values)
    try:
        getattr(client("dynamodb"), operation)(**request)
    except ClientError as error:
        raise _reason(key, error) from error


def _reason(key: Key, error: ClientError) -> Exception:
    code = error.response["Error"]["Code"]
    if code == "ConditionalCheckFailedException":
        return ConditionFailed(key)
    return Contended(code) if code == "TransactionConflictException" else error
