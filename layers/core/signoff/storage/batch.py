"""Items of several tables in one call."""

from collections.abc import Mapping, Sequence

from signoff.storage.clients import client
from signoff.storage.table import BATCH_GET_LIMIT, BATCH_GET_ROUNDS, Key, Table, wire_key
from signoff.storage.values import Item, unmarshal


def get_across(wanted: Mapping[Table, Sequence[Key]]) -> dict[Key, Item]:
    """The items under the keys, at most 100 together, that exist; one call unless throttled.

    Keys of different tables are told apart by what is in them.
    """
    if sum(len(keys) for keys in wanted.values()) > BATCH_GET_LIMIT:
        raise ValueError(f"at most {BATCH_GET_LIMIT} keys in one call")
    request = {
        table.name: {"Keys": [wire_key(key) for key in keys], "ConsistentRead": True}
        for table, keys in wanted.items()
        if keys
    }
    found: dict[Key, Item] = {}
    for _ in range(BATCH_GET_ROUNDS):
        if not request:
            return found
        answer = client("dynamodb").batch_get_item(RequestItems=request)
        for items in answer["Responses"].values():
            for each in items:
                item = unmarshal(each)
                found[item["PK"], item["SK"]] = item
        request = answer.get("UnprocessedKeys") or {}
    if request:
        raise TimeoutError("DynamoDB left keys unprocessed")
    return found
