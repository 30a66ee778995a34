"""Names that people and programs give to documents: text to be shown, never part of a key."""

import re
import unicodedata
from urllib.parse import quote

from signoff.errors import Invalid

UNNAMED = "document"
MAX_TAGS = 10
MAX_TAG = 50

_NAME_BYTES = 255  # as much as file systems take
_EXTENSION_BYTES = 16
# Kept although they are "format" characters: scripts of India and Persia, and emoji, need them.
_JOINERS = "\u200c\u200d"


def shown(text: str) -> str:
    """``text`` on one line and as it looks: composed, without controls and overrides.

    A right-to-left override makes ``gpj.exe`` look like ``exe.jpg``; a line break in a name makes
    two lines of a log.
    """
    kept = (
        " " if unicodedata.category(each) in ("Cc", "Zl", "Zp") else each
        for each in unicodedata.normalize("NFC", text)
        if each in _JOINERS or unicodedata.category(each) not in ("Cf", "Cs")
    )
    return " ".join("".join(kept).split())


def file_name(given: str) -> str:
    """A file's name without its folders, at most 255 bytes long, its extension kept."""
    name = shown(re.split(r"[/\\]", given)[-1]).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if not stem or len((dot + extension).encode()) > _EXTENSION_BYTES:
        stem, dot, extension = name, "", ""
    end = dot + extension
    return f"{_cut(stem, _NAME_BYTES - len(end.encode()))}{end}" or UNNAMED


def title_of(given: str | None, name: str) -> str:
    """The title that was given, or else the file's name."""
    return shown(given or "") or name


def read_tags(listed: str | None) -> tuple[str, ...]:
    """The tags in a comma list, in lower case, each once. Raises Invalid."""
    tags = (shown(tag).casefold() for tag in (listed or "").split(","))
    found = tuple(dict.fromkeys(tag for tag in tags if tag))
    if len(found) > MAX_TAGS or any(len(tag) > MAX_TAG for tag in found):
        raise Invalid(
            f"tags are at most {MAX_TAGS}, each of at most {MAX_TAG} characters", field="tags"
        )
    return found


def disposition(name: str) -> str:
    """``Content-Disposition`` of a download (RFC 6266): the name for all clients, old and new."""
    plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode("utf-8", "ignore").rstrip()
