"""What content is: its SHA-256, its size, and its type. Nobody's word is taken for any of them.

Content is read once, in chunks, so that its size does not matter; what the type needs beside the
beginning (a zip's directory, at its end) is read again by place.
"""

import codecs
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from signoff.documents.detect import HEAD_BYTES, Sample, detect
from signoff.documents.kinds import UNKNOWN

# C0 controls but for tab, line feed, vertical tab, form feed, carriage return and escape.
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

Read = Callable[[int, int], bytes]
"""Bytes by offset and length; fewer at the end."""


@dataclass(frozen=True)
class Inspected:
    """Content as it was found: SHA-256 in hex, bytes, media type.

    ``foreign_text``: of no known type, and it seems to be text in another encoding than UTF-8.
    """

    sha256: str
    size: int
    type: str
    foreign_text: bool = False


def inspect_bytes(content: bytes) -> Inspected:
    """What ``content`` is."""
    return inspect([content], lambda offset, length: content[offset : offset + length])


def inspect(chunks: Iterable[bytes], read: Read) -> Inspected:
    """What the content in ``chunks`` is; ``read`` reads the same content by place."""
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    head = b""
    size = 0
    unicode = printable = True
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        head += chunk[: HEAD_BYTES - len(head)]
        printable = printable and not _CONTROLS.search(chunk)
        unicode = unicode and printable and _decodes(decoder, chunk)
    unicode = unicode and _decodes(decoder, b"", final=True)
    sample = Sample(head=head, size=size, unicode=unicode, printable=printable, read=read)
    kind = detect(sample)
    foreign = kind == UNKNOWN and (printable or head.startswith(_UTF_16))
    return Inspected(digest.hexdigest(), size, kind, foreign)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True
