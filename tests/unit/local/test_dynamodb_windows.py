"""Windows: what a query sees of a partition, against a filter over all of it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff_local import emulator
from signoff_local.mends import dynamodb_queries
from signoff_local.mends.dynamodb_queries import Partition, Window, window_of

TABLE: dict[str, Any] = {
    "pk_name": "PK",
    "sk_name": "SK",
    "AttributeDefinitions": [
        {"AttributeName": "PK", "AttributeType": "S"},
        {"AttributeName": "SK", "AttributeType": "S"},
    ],
}
KEYS = st.text(alphabet="ab#ä😀", max_size=4)


def query(condition: str, **more: Any) -> dict[str, Any]:
    values = {":p": "x", ":s": "a", ":t": "b"}
    return {
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": {"#p": "PK", "#s": "SK", "#o": "other"},
        "ExpressionAttributeValues": {name: {"S": value} for name, value in values.items()},
        **more,
    }


@given(st.lists(KEYS, unique=True), KEYS, KEYS, st.integers(1, 5), st.booleans())
def test_a_window_shows_the_keys_between_its_bounds_up_to_its_count(
    keys: list[str], low: str, high: str, count: int, forward: bool
) -> None:
    partition = Partition((key, key) for key in keys)
    matching = sorted(key for key in keys if low <= key < high)

    shown = partition.shown(Window(low, high, count, forward))

    assert shown == (matching[:count] if forward else matching[-count:])


@given(st.lists(st.tuples(KEYS, st.booleans())))
def test_the_order_is_kept_through_writes_and_removals(changes: list[tuple[str, bool]]) -> None:
    partition, expected = Partition(), {}
    for key, remove in changes:
        if remove:
            assert partition.pop(key, None) == expected.pop(key, None)
        else:
            partition[key] = expected[key] = len(expected)

    assert dict(partition) == expected
    assert partition.shown(Window("", None, None, True)) == sorted(expected)


@pytest.mark.parametrize(
    ("condition", "low", "high"),
    [
        ("PK = :p", "", None),
        ("#p = :p", "", None),
        ("(PK = :p)", "", None),
        ("PK = :p AND SK = :s", "a", "a\0"),
        ("PK = :p and SK < :s", "", "a"),
        ("PK = :p AND SK <= :s", "", "a\0"),
        ("PK = :p AND SK > :s", "a\0", None),
        ("(#p = :p AND #s >= :s)", "a", None),
        ("PK = :p AND SK BETWEEN :s AND :t", "a", "b\0"),
        ("PK = :p AND begins_with(SK, :s)", "a", "a\U0010ffff"),
        ("#p = :p AND begins_with ( #s , :s )", "a", "a\U0010ffff"),
    ],
)
def test_each_form_of_condition_has_its_bounds(condition: str, low: str, high: str | None) -> None:
    assert window_of(query(condition), TABLE) == ("x", Window(low, high, None, True))


@pytest.mark.parametrize(
    "changed",
    [
        query("#o = :p"),
        query("PK = :p AND #o > :s"),
        query("PK = :p AND SK > :missing"),
        query("SK > :s AND PK = :p"),
        query("PK = :p AND NOT SK > :s"),
        query("PK = :p", IndexName="index"),
        query("PK = :p", ExpressionAttributeValues={":p": {"N": "1"}}),
        {"KeyConditions": {}},
    ],
)
def test_what_it_does_not_understand_it_leaves_alone(changed: dict[str, Any]) -> None:
    assert window_of(changed, TABLE) is None


def test_a_page_starts_behind_the_last_one_and_sees_one_more_than_its_limit() -> None:
    start = {"PK": {"S": "x"}, "SK": {"S": "k"}}
    forward = query("PK = :p", Limit=2, ExclusiveStartKey=start)
    backward = {**forward, "ScanIndexForward": False}

    assert window_of(forward, TABLE) == ("x", Window("k\0", None, 3, True))
    assert window_of(backward, TABLE) == ("x", Window("", "k", 3, False))


@pytest.mark.parametrize("mended", [False, True])
def test_a_page_looks_at_what_it_returns_and_not_at_the_whole_partition(
    monkeypatch: pytest.MonkeyPatch, mended: bool
) -> None:
    """On the emulator's own code, counting the items whose key condition it evaluates."""
    tables = emulator.module("services.dynamodb")
    store = emulator.module("core.responses").AccountRegionScopedDict()
    monkeypatch.setattr(tables, "_tables", store)
    for name in ("_query", "_set_item"):
        monkeypatch.setattr(tables, name, getattr(tables, name))  # put back what apply replaces
    if mended:
        dynamodb_queries.apply()
    looked = SimpleNamespace(items=0)
    evaluate = tables._evaluate_condition

    def counted(*arguments: Any, **more: Any) -> Any:
        looked.items += 1
        return evaluate(*arguments, **more)

    monkeypatch.setattr(tables, "_evaluate_condition", counted)
    tables._create_table(
        {
            "TableName": "table",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": TABLE["AttributeDefinitions"],
            "KeySchema": [
                {"AttributeName": "PK", "KeyType": "HASH"},
                {"AttributeName": "SK", "KeyType": "RANGE"},
            ],
        }
    )
    for number in range(500):
        item = {"PK": {"S": "x"}, "SK": {"S": f"b{number:03}"}}
        tables._put_item({"TableName": "table", "Item": item})

    status, _, body = tables._query(
        {
            "TableName": "table",
            "KeyConditionExpression": "PK = :p AND SK > :s",
            "ExpressionAttributeValues": {":p": {"S": "x"}, ":s": {"S": "a"}},
            "ScanIndexForward": False,
            "Limit": 5,
        }
    )

    assert status == 200
    found = [item["SK"]["S"] for item in json.loads(body)["Items"]]
    assert found == ["b499", "b498", "b497", "b496", "b495"]
    assert (looked.items <= 6) is mended
