"""Problems as people and as programs read them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable

from .problems import Problem, Source

__all__ = ["render_json", "render_text", "summary"]

# How much of a long line is shown to either side of the place.
_WIDTH = 100
_BEFORE = 60
_LINE_END = re.compile(r"\r\n|\r|\n")


def render_text(problems: Iterable[Problem], source: Source) -> str:
    """Return each problem as `file:line:column: code: message`, its line with a caret, its hint.

    Ends in a newline, unless there are no problems.
    """
    lines = _LINE_END.split(source.text)
    return "".join(_problem(problem, source.name, lines) for problem in problems)


def render_json(
    reports: Iterable[tuple[Source, Iterable[Problem]]], unreadable: Iterable[str] = ()
) -> str:
    """Return the problems of several sources as `{files: [{file, problems}], unreadable}`."""
    document = {
        "files": [
            {"file": source.name, "problems": [problem.to_dict() for problem in problems]}
            for source, problems in reports
        ],
        "unreadable": list(unreadable),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def summary(problems: Iterable[Problem]) -> str:
    """Return how many errors and warnings there are: `2 errors, 1 warning`."""
    listed = list(problems)
    errors = sum(problem.is_error for problem in listed)
    parts = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for count, word in ((errors, "error"), (len(listed) - errors, "warning"))
        if count
    ]
    return ", ".join(parts) or "no problems"


def _problem(problem: Problem, name: str, lines: list[str]) -> str:
    mark = "" if problem.is_error else " warning:"
    head = f"{name}:{problem.line}:{problem.column}: {problem.code}:{mark} {problem.message}"
    parts = [_clean(head)]
    number = str(problem.line)
    line = lines[problem.line - 1] if problem.line <= len(lines) else ""
    if line.strip():
        shown, before = _excerpt(line, problem.column - 1)
        gutter = " " * len(number)
        parts.append(f"  {number} | {shown}")
        parts.append(f"  {gutter} | {' ' * before}^")
    if problem.hint:
        parts.append(f"  hint: {_clean(problem.hint)}")
    return "\n".join(parts) + "\n"


def _excerpt(line: str, index: int) -> tuple[str, int]:
    """Return the part of a line around a character, and the columns that come before it."""
    begin = max(0, index - _BEFORE) if len(line) > _WIDTH else 0
    part = line[begin : begin + _WIDTH]
    lead = "…" if begin else ""
    tail = "…" if begin + _WIDTH < len(line) else ""
    before = len(lead) + sum(_columns(character) for character in line[begin:index])
    return f"{lead}{_clean(part)}{tail}", before


def _clean(text: str) -> str:
    """Return a text without anything that could move a terminal's cursor or colour it."""
    return "".join(
        character if character.isprintable() else " " if character in "\t\n" else "\ufffd"
        for character in text
    )


def _columns(character: str) -> int:
    """Return how many columns of a terminal a character takes."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
