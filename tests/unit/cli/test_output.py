"""Tables keep their columns, and nothing moves the reader's cursor."""

import pytest

from signoff.cli.output import write_fields, write_table


def test_columns_are_as_wide_as_they_need(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"a": "short", "b": 1}, {"a": "much longer", "b": None}]
    write_table({"a": "A", "b": "B"}, rows)
    assert capsys.readouterr().out.splitlines() == [
        "A            B",
        "short        1",
        "much longer  -",
    ]


def test_wide_characters_take_two_columns(capsys: pytest.CaptureFixture[str]) -> None:
    write_table({"a": "A", "b": "B"}, [{"a": "日本", "b": "x"}, {"a": "e\u0301tat", "b": "y"}])
    assert capsys.readouterr().out.splitlines() == ["A     B", "日本  x", "e\u0301tat  y"]


def test_an_empty_table_has_its_titles(capsys: pytest.CaptureFixture[str]) -> None:
    write_table({"a": "A", "b": "B"}, [])
    assert capsys.readouterr().out == "A  B\n"


def test_values_of_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    write_fields(
        {
            "Yes": True,
            "No": False,
            "List": ["a", "b"],
            "Empty": [],
            "Object": {"ü": 1},
            "Control": "a\x1b[31m\nb",
            "Absent": None,
        }
    )
    assert capsys.readouterr().out.splitlines() == [
        "Yes:     yes",
        "No:      no",
        "List:    a, b",
        "Empty:   -",
        'Object:  {"ü": 1}',
        "Control: a\\x1b[31m\\nb",
    ]
