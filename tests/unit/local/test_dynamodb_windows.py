"""Windows: what a query sees of a partition, against a filter over all of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
