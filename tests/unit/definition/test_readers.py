"""YAML and JSON as they are read: values, places, and everything that can be wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signoff.definition.json_reader import read_json
from signoff.definition.paths import Path
from signoff.definition.reading import Reading
from signoff.definition.yaml_reader import read_yaml

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF), max_size=12)


def values(text: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    floats = st.floats(allow_nan=False, allow_infinity=False)
    leaf = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | floats | text
    return st.recursive(
        leaf,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
        max_leaves=20,
    )


def paths(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    found = [(path, value)]
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in items:
        found += paths(inner, (*path, key))
    return found


def complaints(reading: Reading) -> list[tuple[str, tuple[int, int]]]:
    return [(p.code, reading.positions.line_column(p.offset)) for p in reading.problems]


@given(values(TEXT), st.sampled_from([None, 0, 2, "\t"]), st.booleans())
@settings(max_examples=200, deadline=None)
def test_json_is_read_with_the_place_of_every_value(
    value: Any, indent: int | str | None, ascii_only: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    reading = read_json(text)
    assert not reading.problems
    assert reading.value == value
    for path, inner in paths(value):
        span = reading.positions.values[path]
        assert json.loads(text[span.start : span.end]) == inner
        if path and isinstance(path[-1], str):
            key = reading.positions.keys[path]
            assert json.loads(text[key.start : key.end]) == path[-1]


@given(values(PRINTABLE), st.sampled_from([None, 2]))
@settings(max_examples=100, deadline=None)
def test_yaml_reads_json_with_the_same_places(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    as_json, as_yaml = read_json(text), read_yaml(text)
    assert not as_yaml.problems
    assert as_yaml.value == value
    for path, _ in paths(value):
        assert as_yaml.positions.of_value(path) == as_json.positions.of_value(path)
        assert as_yaml.positions.of_key(path) == as_json.positions.of_key(path)


@given(
    st.text() | st.text(st.sampled_from(list("{}[]:,\"'\\ \n\t-?&*!|>%@`#~0a1.+e")), max_size=40)
)
@settings(max_examples=400, deadline=None)
def test_no_text_is_too_strange(text: str) -> None:
    for read in (read_yaml, read_json):
        reading = read(text)
        assert reading.fatal == (reading.fatal and bool(reading.problems))
        for problem in reading.problems:
            assert 0 <= problem.offset <= len(text)
            assert problem.message.endswith((".", "?"))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("Off", "Off"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("null", None),
        ("12", 12),
        ("-0x1F", "-0x1F"),
        ("0x1F", 31),
        ("0o17", 15),
        ("017", 17),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2030-01-31", "2030-01-31"),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("'12'", "12"),
        ("!!str 12", "12"),
        ("!!int '12'", 12),
        ("! 12", "12"),
        ("=", "="),
        ("<<", "<<"),
    ],
)
def test_plain_scalars_are_those_of_yaml_1_2(written: str, value: Any) -> None:
    reading = read_yaml(f"a: {written}")
    assert not reading.problems
    assert reading.value == {"a": value}
    assert type(reading.value["a"]) is type(value)


def test_keys_are_text() -> None:
    assert read_yaml("on: 1\n12: 2\nnull: 3\ntrue: 4").value == {
        "on": 1,
        "12": 2,
        "null": 3,
        "true": 4,
    }


def test_an_alias_is_refused_before_it_can_grow() -> None:
    bomb = "a: &a [x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)
    )
    reading = read_yaml(bomb)
    assert reading.fatal
    assert {problem.code for problem in reading.problems} == {"alias"}


@pytest.mark.parametrize("read", [read_yaml, read_json])
def test_nesting_ends_at_64(read: Any) -> None:
    assert not read("[" * 64 + "]" * 64).problems
    assert complaints(read("[" * 65 + "]" * 65)) == [("too-deep", (1, 65))]
    assert complaints(read("[" * 100_000))[0][0] == "too-deep"


def test_the_first_of_two_keys_stands_and_keeps_its_place() -> None:
    for text, read in (("a: 1\na: {b: 2}\n", read_yaml), ('{"a": 1,\n"a": {"b": 2}}', read_json)):
        reading = read(text)
        assert reading.value == {"a": 1}
        assert [problem.code for problem in reading.problems] == ["duplicate-key"]
        assert reading.positions.line_column(reading.problems[0].offset) == (2, 1)
        assert reading.positions.line_column(reading.positions.of_value(("a",)))[0] == 1


@pytest.mark.parametrize(
    "text", ["9" * 5000, "1e400", "-1e400", '"\\ud83d"', '"\\udc00x"', "[1] [2]", "{'a': 1}", "NaN"]
)
def test_json_refuses_what_is_no_json(text: str) -> None:
    assert [code for code, _ in complaints(read_json(text))] == ["syntax"]


def test_lines_end_in_every_way() -> None:
    for end in ("\n", "\r\n", "\r"):
        reading = read_yaml(end.join(["a: 1", "b: é", "c: [x,", "  yy]"]))
        places = [
            reading.positions.line_column(reading.positions.of_value(p)) for p in [("b",), ("c", 1)]
        ]
        assert places == [(2, 4), (4, 3)]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ('a: "x \\"y\\" \\u00e9 z"', 'x "y" é z'),
        ("a: 'it''s z'", "it's z"),
        ("a: |\n   first\n   second z\n", "first\nsecond z\n"),
        ("a: >-\n  first\n  second z\n", "first second z"),
        ("a: plain over\n  two z", "plain over two z"),
    ],
)
def test_characters_are_found_through_quotes_escapes_and_folds(text: str, content: str) -> None:
    reading = read_yaml(text)
    assert reading.value == {"a": content}
    offset = reading.positions.of_character(("a",), content, content.index("z"))
    assert offset == text.index("z")
