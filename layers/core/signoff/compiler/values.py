"""Values of a definition as the compiler holds them: plain data with code at the leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from ..definition.expressions import compile_text
from .oneline import one_line

__all__ = ["Code", "Value", "codes", "read"]


@dataclass(frozen=True)
class Code:
    """A JSONata expression over the variables, and the variables it reads as `$name`.

    It is one whole expression, parsed before: put into parentheses it means the same.  `total` says
    that it yields something whatever the variables are.
    """

    source: str
    names: tuple[str, ...] = ()
    total: bool = False


Value = None | bool | int | float | str | Code | list["Value"] | dict[str, "Value"]


def read(value: JsonValue) -> Value:
    """Return a value in which templates and expressions are code.  Keys are never templates."""
    if isinstance(value, str):
        expression = compile_text(value)
        if expression is None:
            return value
        return Code(one_line(expression.source), expression.variables)
    if isinstance(value, list):
        return [read(item) for item in value]
    if isinstance(value, dict):
        return {key: read(item) for key, item in value.items()}
    return value


def codes(value: Value) -> Iterator[Code]:
    """Yield every piece of code in a value."""
    if isinstance(value, Code):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from codes(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from codes(item)
