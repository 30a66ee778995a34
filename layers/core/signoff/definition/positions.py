"""Where each value of a definition stands in its text."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from .paths import Path

__all__ = ["Positions", "Span"]


@dataclass(frozen=True)
class Span:
    """A stretch of the text: offsets of its first character and of the one after its last."""

    start: int
    end: int


@dataclass
class Positions:
    """Spans of values and of keys by path, and line and column of any offset of the text."""

    text: str
    values: dict[Path, Span] = field(default_factory=dict)
    keys: dict[Path, Span] = field(default_factory=dict)
    _aligned: dict[Path, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find where the lines begin: after a newline, a carriage return, or both."""
        self._lines = [0]
        for i, character in enumerate(self.text):
            if character == "\n" or (character == "\r" and self.text[i + 1 : i + 2] != "\n"):
                self._lines.append(i + 1)

    def line_column(self, offset: int) -> tuple[int, int]:
        """Return line and column, both from 1, of an offset of the text."""
        line = bisect_right(self._lines, max(0, offset))
        return line, offset - self._lines[line - 1] + 1

    def offset_of_line(self, line: int) -> int:
        """Return the offset at which a line (from 1) begins."""
        return self._lines[min(line, len(self._lines)) - 1]

    def of_value(self, path: Path) -> int:
        """Return the offset of the value at a path, or of the nearest value around it."""
        for length in range(len(path), -1, -1):
            span = self.values.get(path[:length])
            if span is not None:
                return span.start
        return 0

    def of_key(self, path: Path) -> int:
        """Return the offset of the key that leads to a value; of the value where none does."""
        span = self.keys.get(path)
        return span.start if span is not None else self.of_value(path)

    def of_character(self, path: Path, content: str, index: int) -> int:
        """Return the offset of the character `content[index]` of the string at `path`.

        The content differs from the text where the text has quotes, escapes, indentation or folded
        lines, so the two are aligned character by character, white space aside.
        """
        span = self.values.get(path)
        if span is None:
            return self.of_value(path)
        aligned = self._aligned.get(path)
        if aligned is None:
            aligned = self._aligned[path] = self._align(content, span)
        return aligned[index] if index < len(aligned) else span.end

    def _align(self, content: str, span: Span) -> list[int]:
        """Return the offset of each character of a string whose text is at `span`."""
        found: list[int] = []
        at = last = span.start
        for character in content:
            # What stands between two characters of the content is short: an escape, a quote, or
            # a line's indentation.  Beyond that the character was written as an escape.
            near = -1
            if not character.isspace():
                near = self.text.find(character, at, min(span.end, at + 80))
            if near >= 0:
                last, at = near, near + 1
            found.append(last)
        return found
