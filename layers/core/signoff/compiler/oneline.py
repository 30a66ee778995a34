"""Expressions on one line, without comments and without `%}` inside.

People write expressions over several lines and comment them.  In a machine an expression is one
string between `{%` and `%}`; not every reader of machines takes line breaks in it, and none should
have to look for its end.  Only what a value does not depend on is changed.
"""

from __future__ import annotations

import re

from ..definition.expressions import ExpressionError, compile_expression

__all__ = ["one_line"]

_NEEDS_WORK = re.compile(r"[\r\n\u2028\u2029]|%\}|/\*")
# Texts in quotes, names in backticks, comments; and what decides whether a `/` begins a regular
# expression: after a value it divides.
_TOKEN = re.compile(
    r"""(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
      | (?P<name>`[^`]*`)
      | (?P<comment>/\*.*?\*/)
      | (?P<space>\s+)
      | (?P<word>[\w$]+)
      | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_REGEX = re.compile(r"/(?:\\.|[^/\\])+/[a-z]*", re.DOTALL)
_BEFORE_VALUE = re.compile(r"(?:^|[(\[{,;:?=&|+\-*/%<>!~^]|\b(?:and|or|in))\Z")
_LINE_BREAKS = {"\n": r"\n", "\r": r"\r", "\u2028": r"\u2028", "\u2029": r"\u2029"}


def one_line(source: str) -> str:
    """Return an expression that parses, on one line where that can be done."""
    if _NEEDS_WORK.search(source) is None:
        return source
    written = _rewritten(source)
    try:
        compile_expression(written)
    except ExpressionError:
        # Something here is not what it looks like: leave it as its author wrote it.
        return source
    return written


def _rewritten(source: str) -> str:
    parts: list[str] = []
    before, at = "", 0
    while at < len(source):
        match = _REGEX.match(source, at) if _BEFORE_VALUE.search(before) else None
        if match is not None and not source.startswith("/*", at):
            parts.append(match[0])
            before, at = "regex", match.end()
            continue
        token = _TOKEN.match(source, at)
        assert token is not None
        text, at = token[0], token.end()
        match token.lastgroup:
            case "comment" | "space":
                parts.append(" ")
                continue
            case "text":
                for character, escape in _LINE_BREAKS.items():
                    text = text.replace(character, escape)
                text = text.replace("%}", "%\\u007d")
        parts.append(text)
        before = text
    return "".join(parts).strip()
