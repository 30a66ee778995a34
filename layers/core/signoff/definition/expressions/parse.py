"""Parsing JSONata within bounds; every way it can fail is one kind of error."""

from __future__ import annotations

from .types import Expression, ExpressionError, Use

__all__ = ["MAX_LENGTH", "compile_expression"]

MAX_LENGTH = 32_768


def compile_expression(source: str, offset: int = 0) -> Expression:
    """Parse JSONata and return what it takes from outside.

    `offset` is where `source` begins in the text around it: it is added to the offsets of the
    uses and of the error.

    Raises:
        ExpressionError: `bad-expression`: it does not parse, or is too long or too complex.
    """
    if not source:
        hint = "Write JSONata between {% and %}."
        raise ExpressionError("bad-expression", "The expression is empty.", offset, hint)
    if len(source) > MAX_LENGTH:
        message = f"The expression is longer than {MAX_LENGTH} characters."
        raise ExpressionError("bad-expression", message, offset, "Split it over several steps.")
    # The parser is loaded when the first expression is: a definition may have none.
    from .grammar import parse

    try:
        uses = parse(source)
    except ExpressionError as error:
        at = offset + error.offset
        raise ExpressionError(error.code, error.message, at, error.hint) from None
    return Expression(source, tuple(Use(use.kind, use.word, use.offset + offset) for use in uses))
