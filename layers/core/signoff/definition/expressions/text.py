"""Telling literal text, templates and expressions apart, and turning templates into JSONata."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from .parse import compile_expression
from .types import Expression, ExpressionError, Use

__all__ = ["compile_text", "is_expression", "is_template", "template_to_expression"]

_OPEN, _CLOSE = "{%", "%}"
_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_SEGMENT = re.compile(r"\s*([^\s.`$(){}\[\]%&|\"',:;?!=<>@#^*/\\+~]+)((?:\[-?[0-9]{1,6}\])*)\s*\Z")
# Words of the language: as names they need quotes.
_WORDS = frozenset({"and", "or", "in", "true", "false", "null", "function"})


class _Piece(NamedTuple):
    """A part of a template: literal text, or the path inside `{{…}}` and its first name."""

    source: str
    name: str | None = None
    offset: int = 0


def is_expression(text: str) -> bool:
    """Say whether a text is one expression, `{% … %}`; white space around it does not matter."""
    stripped = text.strip()
    return len(stripped) >= 4 and stripped.startswith(_OPEN) and stripped.endswith(_CLOSE)


def is_template(text: str) -> bool:
    """Say whether a text holds `{{…}}` and is no expression."""
    return "{{" in text and not is_expression(text)


def compile_text(text: str) -> Expression | None:
    """Return the expression that a text is or stands for, None where it is literal text.

    Raises:
        ExpressionError: `bad-expression` or `bad-template`, with the offset in `text`.
    """
    if is_expression(text):
        begin = text.index(_OPEN) + 2
        inner = text[begin : text.rindex(_CLOSE)]
        lead = len(inner) - len(inner.lstrip())
        return compile_expression(inner.strip(), begin + lead)
    if (stray := text.find(_OPEN)) >= 0:
        raise ExpressionError(
            "bad-template",
            "An expression has to be the whole text, from {% to %}.",
            stray,
            'Put the text inside as well: {% "Dear " & name %}; or use {{name}}.',
        )
    if "{{" not in text:
        return None
    pieces = _pieces(text)
    uses = tuple(Use("name", p.name, p.offset) for p in pieces if p.name is not None)
    return Expression(_join(pieces), uses)


def template_to_expression(text: str) -> str:
    """Return the JSONata that a template stands for.

    A template that is one `{{x}}` and nothing else keeps the value as it is; any other is text, in
    which a variable that is not set is empty and an object is JSON.

    Raises:
        ExpressionError: `bad-template`, with the offset in `text`.
    """
    return _join(_pieces(text))


def _join(pieces: list[_Piece]) -> str:
    return " & ".join(piece.source for piece in pieces) or '""'


def _pieces(text: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    at = 0
    while (begin := text.find("{{", at)) >= 0:
        if begin > at:
            pieces.append(_literal(text[at:begin]))
        end = text.find("}}", begin)
        if end < 0:
            raise ExpressionError("bad-template", "{{ has no }}.", begin, "Close it with }}.")
        pieces.append(_path(text[begin + 2 : end], begin + 2))
        at = end + 2
    if at < len(text):
        pieces.append(_literal(text[at:]))
    named = [piece for piece in pieces if piece.name is not None]
    if len(named) == 1 and text.strip() == text[text.index("{{") : text.index("}}") + 2]:
        return named
    return pieces


def _literal(text: str) -> _Piece:
    return _Piece(json.dumps(text, ensure_ascii=False))


def _path(inner: str, offset: int) -> _Piece:
    """Read `a.b[0].c`: names, parts of names by dots, entries of lists by number."""
    segments = [_SEGMENT.match(segment) for segment in inner.split(".")]
    sources: list[str] = []
    for segment in segments:
        if segment is None:
            raise ExpressionError(
                "bad-template",
                f"{{{{{inner}}}}} is not a name, such as {{{{amount}}}} or {{{{order.total}}}}.",
                offset,
                "Write anything more than a name as an expression: {% … %}.",
            )
        word = segment[1]
        quoted = word if _SIMPLE.match(word) and word not in _WORDS else f"`{word}`"
        sources.append(quoted + segment[2])
    first = segments[0]
    assert first is not None
    return _Piece(".".join(sources), first[1], offset + first.start(1))
