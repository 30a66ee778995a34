"""DynamoDB's request units, by the rules of its developer guide."""

from typing import Any

import pytest
from bench.units import IndexShape, item_bytes, read_units, write_units

KEYS = IndexShape("by", ("p", "s"), whole=False)
WHOLE = IndexShape("by", ("p", "s"), whole=True)


def item(size: int = 0, **text: str) -> dict[str, Any]:
    made = {"PK": {"S": "a"}, "SK": {"S": "b"}, **{name: {"S": text[name]} for name in text}}
    if size:
        made["x"] = {"S": "x" * (size - item_bytes(made) - 1)}
    return made


def test_the_size_of_an_item_counts_names_and_values() -> None:
    assert item_bytes({"PK": {"S": "ä"}}) == 4
    assert item_bytes({"a": {"BOOL": True}, "b": {"NULL": True}}) == 4
    assert item_bytes({"a": {"L": [{"S": "xy"}]}}) == 1 + 3 + 1 + 2
    assert item_bytes({"a": {"M": {"bc": {"S": "xy"}}}}) == 1 + 3 + 1 + 2 + 2


@pytest.mark.parametrize(("size", "units"), [(100, 1), (1024, 1), (1025, 2), (2049, 3)])
def test_a_write_is_a_unit_per_begun_kilobyte(size: int, units: int) -> None:
    assert write_units(None, item(size)) == units
    assert write_units(item(size), item()) == units
    assert write_units(item(size), None) == units


def test_removing_nothing_costs_a_unit() -> None:
    assert write_units(None, None) == 1


@pytest.mark.parametrize(("sizes", "units"), [([], 1), ([4096], 1), ([4000, 200], 2)])
def test_a_read_is_a_unit_per_begun_four_kilobytes(sizes: list[int], units: int) -> None:
    found = [item(size) for size in sizes]
    assert read_units(found, consistent=True) == units
    assert read_units(found, consistent=False) == units / 2


@pytest.mark.parametrize("index", [KEYS, WHOLE])
def test_an_index_is_written_where_what_it_holds_changes(index: IndexShape) -> None:
    inside, moved = item(p="1", s="1"), item(p="1", s="2")
    assert index.write_units(None, item()) == 0
    assert index.write_units(None, inside) == 1
    assert index.write_units(inside, item()) == 1
    assert index.write_units(inside, moved) == 2
    assert index.write_units(inside, inside) == 0


def test_an_index_of_keys_does_not_notice_other_attributes() -> None:
    assert KEYS.write_units(item(p="1", s="1", x="1"), item(p="1", s="1", x="2")) == 0
    assert WHOLE.write_units(item(p="1", s="1", x="1"), item(p="1", s="1", x="2")) == 1
