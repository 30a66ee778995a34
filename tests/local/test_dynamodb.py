"""mends/dynamodb_queries.py: the same pages as without it (their cost: tests/unit/local)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.harness import Stack

SORTS = ["", "a", "a#1", "a#2", "a#3", "b", "b#1", "ä", "😀"]


def page(stack: Stack, table: str, condition: str, **more: Any) -> tuple[list[str], Any]:
    values = {":p": "p", **more.pop("values", {})}
    found = stack.client("dynamodb").query(
        TableName=table,
        KeyConditionExpression=condition,
        ExpressionAttributeValues={name: {"S": value} for name, value in values.items()},
        ConsistentRead=True,
        **more,
    )
    return [item["SK"]["S"] for item in found["Items"]], found.get("LastEvaluatedKey")


@pytest.fixture
def table(stack: Stack) -> str:
    name, _ = stack.table()
    for sort in reversed(SORTS[1:]):
        stack.put(name, "p", sort)
    return name


def test_conditions_select_the_same_items_as_ever(stack: Stack, table: str) -> None:
    def sorts(condition: str, **values: str) -> list[str]:
        return page(stack, table, condition, values={f":{k}": v for k, v in values.items()})[0]

    assert sorts("PK = :p") == ["a", "a#1", "a#2", "a#3", "b", "b#1", "ä", "😀"]
    assert sorts("PK = :p AND begins_with(SK, :s)", s="a#") == ["a#1", "a#2", "a#3"]
    assert sorts("(PK = :p AND SK < :s)", s="a#2") == ["a", "a#1"]
    assert sorts("PK = :p AND SK <= :s", s="a#2") == ["a", "a#1", "a#2"]
    assert sorts("PK = :p AND SK > :s", s="b") == ["b#1", "ä", "😀"]
    assert sorts("PK = :p AND SK >= :s", s="b") == ["b", "b#1", "ä", "😀"]
    assert sorts("PK = :p AND SK = :s", s="b") == ["b"]
    assert sorts("PK = :p AND SK BETWEEN :s AND :t", s="a#2", t="b") == ["a#2", "a#3", "b"]


def test_pages_follow_each_other_both_ways(stack: Stack, table: str) -> None:
    for forward in (True, False):
        seen: list[str] = []
        more: dict[str, Any] = {}
        for _ in range(10):
            sorts, key = page(stack, table, "PK = :p", Limit=3, ScanIndexForward=forward, **more)
            seen += sorts
            if key is None:
                break
            more = {"ExclusiveStartKey": key}
        assert seen == (SORTS[1:] if forward else SORTS[:0:-1])


def test_a_removed_item_is_gone_and_comes_back(stack: Stack, table: str) -> None:
    key = {"PK": {"S": "p"}, "SK": {"S": "a#2"}}
    stack.client("dynamodb").delete_item(TableName=table, Key=key)
    assert page(stack, table, "PK = :p AND begins_with(SK, :s)", values={":s": "a#"})[0] == [
        "a#1",
        "a#3",
    ]

    stack.put(table, "p", "a#2")

    assert page(stack, table, "PK = :p", Limit=4)[0] == ["a", "a#1", "a#2", "a#3"]
