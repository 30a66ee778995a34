"""Reading an answer of HTTP/1.1 (RFC 9112), no more of it than is wanted."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from signoff.outbound.patience import NoAnswer

# Status line and header fields, those of 1xx answers before it included.
HEAD_BYTES = 32 * 1024
_LINE_BYTES = 8 * 1024
_PIECE = 4 * 1024

_STATUS = re.compile(rb"HTTP/1\.[0-9] ([1-9][0-9]{2})(?: .*)?")
# Without the blanks around a value: a pattern that looks for them takes a second for 8 KiB of them.
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)")
_BLANK = b" \t"
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?")
_SWITCHING = 101
_WITHOUT_BODY = (204, 304)


@dataclass(frozen=True)
class Head:
    """Status, and the fields by their lower-case names; those of one name joined by commas."""

    status: int
    fields: dict[str, str]


class Answer:
    """The answer that ``receive`` (at most so many bytes, none at the end) yields."""

    def __init__(self, receive: Callable[[int], bytes]) -> None:
        self._receive = receive
        self._buffer = b""
        self._head_left = HEAD_BYTES

    def head(self) -> Head:
        """The final status and its fields. Raises NoAnswer for what is no HTTP, or too much."""
        while True:
            head = self._one_head()
            if not 100 <= head.status < 200 or head.status == _SWITCHING:
                return head

    def body(self, head: Head, method: str, keep: int) -> tuple[bytes, bool]:
        """The first ``keep`` bytes of the body, and whether they came in time.

        A body that breaks off ends there.
        """
        got = bytearray()
        try:
            self._into(got, head, method, keep)
        except NoAnswer as error:
            return bytes(got), error.word != "timeout"
        return bytes(got), True

    def _into(self, got: bytearray, head: Head, method: str, keep: int) -> None:
        if method == "HEAD" or head.status in _WITHOUT_BODY or head.status == _SWITCHING:
            return
        length = head.fields.get("content-length", "")
        if head.fields.get("transfer-encoding", "").lower().endswith("chunked"):
            self._chunks(got, keep)
        elif length.isascii() and length.isdigit():
            self._bytes(got, min(keep, int(length[:15])))
        else:
            self._bytes(got, keep)

    def _chunks(self, got: bytearray, keep: int) -> None:
        while len(got) < keep:
            size = _CHUNK.fullmatch(self._line())
            if size is None or not int(size[1], 16):
                return
            self._bytes(got, min(keep - len(got), int(size[1], 16)))
            if len(got) < keep and self._line():
                return

    def _bytes(self, got: bytearray, count: int) -> None:
        left = count
        while left > 0:
            if not self._buffer:
                self._fill()
            part, self._buffer = self._buffer[:left], self._buffer[left:]
            got += part
            left -= len(part)

    def _one_head(self) -> Head:
        status = _STATUS.fullmatch(self._head_line())
        if status is None:
            raise NoAnswer("protocol")
        fields: dict[str, str] = {}
        while line := self._head_line():
            field = _FIELD.fullmatch(line)
            if field is None:
                raise NoAnswer("protocol")
            name, value = field[1].decode("ascii").lower(), field[2].strip(_BLANK).decode("latin-1")
            fields[name] = f"{fields[name]}, {value}" if name in fields else value
        return Head(int(status[1]), fields)

    def _head_line(self) -> bytes:
        line = self._line()
        self._head_left -= len(line) + 2
        if self._head_left < 0:
            raise NoAnswer("protocol")
        return line

    def _line(self) -> bytes:
        while b"\n" not in self._buffer:
            if len(self._buffer) > _LINE_BYTES:
                raise NoAnswer("protocol")
            self._fill()
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.removesuffix(b"\r")

    def _fill(self) -> None:
        more = self._receive(_PIECE)
        if not more:
            raise NoAnswer("connect")
        self._buffer += more
