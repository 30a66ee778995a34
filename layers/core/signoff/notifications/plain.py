"""Text of others, made fit for a message: nothing that moves or ends what is beside it."""

import re
import unicodedata
from datetime import UTC, datetime

# Embeddings, overrides and isolates (Unicode, UAX 9): with one a subject can show its end first.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Control characters, halves of pairs, and separators that some mail programs take for line ends.
_BROKEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BLANK = re.compile(r"\s+")
_EMPTY_LINES = re.compile(r"\n{3,}")

LINE = 160  # characters
PARAGRAPHS = 4_000


def one_line(text: object, most: int = LINE) -> str:
    """``text`` in one line of at most ``most`` characters, fit for a header."""
    clean = _BLANK.sub(" ", _clean(str(text), keep="")).strip()
    return _cut(clean, most)


def paragraphs(text: object, most: int = PARAGRAPHS) -> str:
    """``text`` with its line ends as ``\\n``, at most two together, and no other control."""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n")
    clean = _EMPTY_LINES.sub("\n\n", _clean(lines, keep="\n")).strip()
    return _cut(clean, most)


def moment(at: str) -> str:
    """A timestamp as people read it: ``Mon 23 Nov 2026, 17:00 UTC``."""
    time = datetime.fromisoformat(at).astimezone(UTC)
    return f"{_DAYS[time.weekday()]} {time.day} {_MONTHS[time.month - 1]} {time:%Y, %H:%M} UTC"


def _clean(text: str, *, keep: str) -> str:
    straight = _TURNING.sub("", text)
    return "".join(
        each if each in keep or unicodedata.category(each) not in _BROKEN else " "
        for each in straight
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


# Not from the system's locale: mails are in English.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
