"""JSON with the position of every value; duplicate keys and depth are problems, not surprises."""

from __future__ import annotations

import re
from collections.abc import Callable
from json import JSONDecodeError, decoder
from typing import Any

from .paths import Path
from .positions import Positions, Span
from .reading import Container, Reading, TextProblem, number, string, unexpected, whole_text

__all__ = ["read_json"]

# The standard library's own reading of a string from its first quote on; typeshed omits it.
_scan_string: Callable[[str, int, bool], tuple[str, int]] = decoder.scanstring  # type: ignore[attr-defined]
_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def read_json(text: str) -> Reading:
    """Read one JSON value.  Raises nothing: what is wrong is in the reading's `problems`."""
    reader = _JsonReader(text)
    try:
        reader.reading.value = reader.read()
    except TextProblem as problem:
        reader.reading.problems.append(problem)
        reader.reading.fatal = True
    return reader.reading


class _JsonReader:
    """Reads without recursion: the containers that are open are on a list."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.reading = Reading(Positions(text))

    def read(self) -> Any:
        """Return the value of the whole text."""
        open_: list[Container] = []
        root: Any = None
        while True:
            self._space()
            path = open_[-1].next_path() if open_ else ()
            start = self.at
            value = self._value(path)
            if open_:
                open_[-1].add(value)
            else:
                root = value
            if isinstance(value, dict | list):
                open_.append(Container(value, path, start, self.reading))
                if self._closes(open_[-1]):
                    self._close(open_)
                else:
                    self._key(open_[-1])
                    continue
            self._close_all(open_)
            if not open_:
                return root

    def _close_all(self, open_: list[Container]) -> None:
        """After a value: close what ends here, and read on to where the next value begins."""
        while open_:
            if self._closes(open_[-1]):
                self._close(open_)
                continue
            if not self._take(","):
                raise unexpected(self.text, self.at, f'"," or "{open_[-1].closing}"')
            self._key(open_[-1])
            return
        self._space()
        if self.at < len(self.text):
            raise unexpected(self.text, self.at, "the end of the text")

    def _value(self, path: Path) -> Any:
        start = self.at
        character = self.text[start : start + 1]
        value: Any
        if character in ("{", "["):
            self.at += 1
            value = {} if character == "{" else []
        elif character == '"':
            value = self._string()
        elif (word := _WORD.match(self.text, start)) is not None and word[0] in _WORDS:
            self.at = word.end()
            value = _WORDS[word[0]]
        elif (literal := _NUMBER.match(self.text, start)) is not None:
            self.at = literal.end()
            value = number(literal[0], bool(literal[1] or literal[2]), start)
        else:
            raise unexpected(self.text, start, "a value")
        self.reading.positions.values[path] = Span(start, self.at)
        return value

    def _key(self, container: Container) -> None:
        """Read the key and the colon that come before a value of an object."""
        if not container.is_mapping:
            return
        self._space()
        if self.text[self.at : self.at + 1] != '"':
            raise unexpected(self.text, self.at, 'a key in double quotes ("…")')
        start = self.at
        key = self._string()
        container.key(key, Span(start, self.at))
        self._space()
        if not self._take(":"):
            raise unexpected(self.text, self.at, '":" after the key')

    def _string(self) -> str:
        start = self.at
        try:
            value, self.at = _scan_string(self.text, start + 1, True)
        except JSONDecodeError as error:
            raise string(error, start) from None
        return whole_text(value, start)

    def _closes(self, container: Container) -> bool:
        self._space()
        return self.text[self.at : self.at + 1] == container.closing

    def _close(self, open_: list[Container]) -> None:
        self.at += 1
        open_.pop().close(self.at)

    def _take(self, character: str) -> bool:
        if self.text[self.at : self.at + 1] != character:
            return False
        self.at += 1
        return True

    def _space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at
