"""Expressions are put on one line without changing what they mean."""

from __future__ import annotations

import pytest
from jsonata import Jsonata

from signoff.compiler.oneline import one_line


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("a + b", "a + b"),
        ("a  and  'two  spaces'", "a  and  'two  spaces'"),
        ("a\n  + b", "a + b"),
        ("a /* why\nnot */ + b", "a   + b"),
        ("'50%}' & x", "'50%\\u007d' & x"),
        ("'a\nb'", "'a\\nb'"),
        ("'it is /* no comment */'\n", "'it is /* no comment */'"),
        ("`a %} b`\n.c", "`a %} b` .c"),
        ("a / b /* c */ / d", "a / b   / d"),
        ('$match(a, /"[%\\}]/)\n', '$match(a, /"[%\\}]/)'),
        ("a ~> /x y/i\n", "a ~> /x y/i"),
    ],
)
def test_written_on_one_line(source: str, written: str) -> None:
    assert one_line(source) == written


@pytest.mark.parametrize(
    "source",
    [
        "(\n  $x := 2; /* double */\n  $x * a\n)",
        "{'a': [\n1,\n2\n], \"b\": 'x\ny%}'}",
        "a / 2\n / 3",
        "$count($match('a%}\"b', /[%\\}]+\"/)\n)",
        "(a) / 2 /* ) */ & 'x' ",
        "[1..3]\n[$ > 1]",
    ],
)
def test_the_value_stays(source: str) -> None:
    written = one_line(source)
    assert "\n" not in written
    assert "%}" not in written
    assert Jsonata(written).evaluate({"a": 12}) == Jsonata(source).evaluate({"a": 12})
