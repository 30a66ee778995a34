"""Problems as text: the place, the line, the caret under the character."""

from __future__ import annotations

import json
import unicodedata

import pytest

from signoff.definition.problems import Problem, Source
from signoff.definition.rendering import render_json, render_text, summary


def shown(text: str, line: int, column: int, code: str = "syntax") -> list[str]:
    problem = Problem(code, "Message.", ("a", 0, "b"), line, column, "Do this.")
    return render_text([problem], Source("f.yaml", text)).splitlines()


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def test_a_problem_is_its_place_its_line_and_its_hint() -> None:
    assert shown("one\ntwo: three\n", 2, 6) == [
        "f.yaml:2:6: syntax: Message.",
        "  2 | two: three",
        "    |      ^",
        "  hint: Do this.",
    ]


def test_a_warning_says_that_it_is_one() -> None:
    assert shown("x", 1, 1, "busy-loop")[0] == "f.yaml:1:1: busy-loop: warning: Message."


@pytest.mark.parametrize(
    "line", ["\t\tx", "日本語x", "y" * 300 + "x", "x" + "y" * 300, "y" * 70 + "x" + "y" * 200]
)
def test_the_caret_is_under_the_character(line: str) -> None:
    _, text, caret, _ = shown(line, 1, line.index("x") + 1)
    assert width(text[: text.index("x")]) == caret.index("^")
    assert width(text) <= 120


def test_a_combining_mark_takes_no_column() -> None:
    line = "e\u0301x"
    _, text, caret, _ = shown(line, 1, 3)
    assert caret.index("^") == text.index("x") - 1


def test_nothing_in_a_file_can_write_to_the_terminal() -> None:
    text = "\n".join(shown("a\x1b[31m\u202eb\x07\u2028c", 1, 1))
    assert all(character.isprintable() or character == "\n" for character in text)


@pytest.mark.parametrize(
    ("text", "line", "column"), [("", 1, 1), ("x\n", 2, 1), ("x", 1, 2), ("\n\n", 3, 1)]
)
def test_the_end_of_the_text_has_a_place(text: str, line: int, column: int) -> None:
    assert shown(text, line, column)[0] == f"f.yaml:{line}:{column}: syntax: Message."


def test_lines_are_counted_as_the_readers_count_them() -> None:
    assert shown("a\rb\r\nc\u2028d\ne", 4, 1)[1] == "  4 | e"


def test_json_has_every_part() -> None:
    problem = Problem("busy-loop", "Message.", ("steps", 2, "id"), 3, 4, "Do this.")
    document = json.loads(render_json([(Source("f.yaml", ""), [problem])], ["gone.yaml"]))
    assert document["unreadable"] == ["gone.yaml"]
    (report,) = document["files"]
    assert report["file"] == "f.yaml"
    assert report["problems"] == [problem.to_dict()]
    assert problem.to_dict() == {
        "code": "busy-loop",
        "severity": "warning",
        "message": "Message.",
        "hint": "Do this.",
        "path": "steps[2].id",
        "line": 3,
        "column": 4,
    }


def test_a_summary_counts() -> None:
    error, warning = Problem("syntax", ""), Problem("busy-loop", "")
    assert summary([]) == "no problems"
    assert summary([error]) == "1 error"
    assert summary([error, warning, error]) == "2 errors, 1 warning"
    assert summary([warning] * 2) == "2 warnings"
