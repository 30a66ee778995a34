"""What the YAML and the JSON reader share: the result, its bounds, and how text goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from json import JSONDecodeError
from math import isinf
from typing import Any

from .paths import Path, path_text
from .positions import Positions, Span

__all__ = [
    "MAX_DEPTH",
    "Container",
    "Reading",
    "TextProblem",
    "described",
    "number",
    "string",
    "unexpected",
    "whole_text",
]

MAX_DEPTH = 64
# Longer numbers hold nothing a definition needs, and Python refuses to convert them.
_MAX_DIGITS = 40


class TextProblem(Exception):
    """Something in the text is wrong.  Raised inside the readers only, never out of them."""

    def __init__(
        self, code: str, message: str, offset: int, hint: str = "", path: Path = ()
    ) -> None:
        """Keep the code, what is wrong, the offset in the text, and what to do."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.offset = offset
        self.hint = hint
        self.path = path


@dataclass
class Reading:
    """The value of a text, the place of each of its parts, and what is wrong with the text.

    The value is sound unless `fatal`: a duplicate key, for one, leaves the first value standing.
    """

    positions: Positions
    value: Any = None
    problems: list[TextProblem] = field(default_factory=list)
    fatal: bool = False


class Container:
    """A list or a mapping that is being filled."""

    def __init__(self, value: Any, path: Path, start: int, reading: Reading) -> None:
        """Fill `value`, which stands at `path` and begins at the offset `start`."""
        if len(path) >= MAX_DEPTH:
            raise TextProblem(
                "too-deep",
                f"Lists and mappings are nested more than {MAX_DEPTH} deep here.",
                start,
                "Flatten the definition; a part of it can be a sub-workflow.",
                path,
            )
        self.value = value
        self.path = path
        self.is_mapping = isinstance(value, dict)
        self.closing = "}" if self.is_mapping else "]"
        self._start = start
        self._reading = reading
        self._key: str = ""
        self._duplicate = False

    def key(self, key: str, span: Span) -> None:
        """Say which key the next value of a mapping has."""
        self._key = key
        self._duplicate = key in self.value
        path = (*self.path, key)
        if not self._duplicate:
            self._reading.positions.keys[path] = span
            return
        line, _ = self._reading.positions.line_column(self._reading.positions.keys[path].start)
        self._reading.problems.append(
            TextProblem(
                "duplicate-key",
                f'The key "{key}" is here a second time; line {line} has it already.',
                span.start,
                "Remove one of the two.",
                path,
            )
        )

    def next_path(self) -> Path:
        """Return the path of the value that comes next.

        The value of a duplicate key is read under a path of its own, so that it does not move the
        positions of the value that stands.
        """
        if not self.is_mapping:
            return (*self.path, len(self.value))
        return (
            (*self.path, self._key, "(duplicate)") if self._duplicate else (*self.path, self._key)
        )

    def add(self, value: Any) -> None:
        """Add the next value."""
        if not self.is_mapping:
            self.value.append(value)
        elif not self._duplicate:
            self.value[self._key] = value

    def close(self, end: int) -> None:
        """Say where the container ends."""
        self._reading.positions.values[self.path] = Span(self._start, end)


def number(literal: str, is_float: bool, offset: int, base: int = 10) -> int | float:
    """Return the number that a literal stands for.

    Raises:
        TextProblem: It has too many digits, or is beyond what a number can hold.
    """
    if len(literal) <= _MAX_DIGITS:
        value = float(literal) if is_float else int(literal, base)
        if not (isinstance(value, float) and isinf(value)):
            return value
    raise TextProblem(
        "syntax",
        "This number is out of range.",
        offset,
        "Write it in quotes if it is an id rather than a number.",
    )


def whole_text(value: str, offset: int) -> str:
    r"""Return the string, which must hold no half of a surrogate pair (`\ud83d` alone).

    Raises:
        TextProblem: It does; no such string can be stored.
    """
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise TextProblem(
            "syntax",
            "This text holds half of a character (a lone surrogate escape).",
            offset,
            "Write the character itself instead of its \\u escapes.",
        )
    return value


def string(error: JSONDecodeError, start: int) -> TextProblem:
    """Return the problem of a JSON string that begins at `start`."""
    if error.msg.startswith("Unterminated"):
        return TextProblem(
            "syntax", "This text in double quotes has no end.", start, 'Close it with ".'
        )
    if error.msg.startswith("Invalid control"):
        return TextProblem(
            "syntax",
            "A line break, a tab or a control character stands inside a text.",
            error.pos,
            "Write \\n for a line break and \\t for a tab.",
        )
    return TextProblem(
        "syntax",
        "There is no such escape.",
        error.pos,
        'JSON knows \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hex digits.',
    )


def unexpected(text: str, at: int, wanted: str) -> TextProblem:
    """Return the problem that something other than `wanted` stands at an offset."""
    found = f'"{text[at]}"' if at < len(text) else "the end of the text"
    if at >= len(text):
        hint = "The text is cut off; close what is open."
    elif text[at] in "]}" and text[:at].rstrip()[-1:] == ",":
        hint = "The comma before it is one too many."
    elif wanted == "the end of the text":
        hint = "A file holds one definition, and nothing after it."
    else:
        hint = "Check the brackets, commas and quotes around it."
    return TextProblem("syntax", f"Expected {wanted} here, found {found}.", at, hint)


def described(path: Path) -> str:
    """Return how a message names a path; the root is "the definition"."""
    return f"`{path_text(path)}`" if path else "the definition"
