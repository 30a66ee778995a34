"""The media type of content, by what is in it.

What tenants take by default is told by checks of our own, which are strict; the rest is named by
the package ``filetype``, so that a refusal can say what the file is.
"""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass

from signoff.documents import kinds

HEAD_BYTES = 64 * 1024

_TAIL_BYTES = 64 * 1024 + 22  # a zip's end record with the longest comment (APPNOTE.TXT, 4.3.16)
_DIRECTORY_BYTES = 1024 * 1024  # of a zip's directory: some 10,000 names
_SECTOR_BYTES = 4096

_MARKUP = re.compile(
    # What browsers take for HTML (WHATWG MIME Sniffing, section 7.1).
    rb"<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\s/>]"
    rb"|<!--",
    re.IGNORECASE,
)
_FIELD = re.compile(rb"([!-9;-~]+):[ \t]?")  # a header's name (RFC 5322, section 2.2)
_OF_EMAIL = frozenset(
    {
        *(b"from", b"to", b"cc", b"date", b"subject", b"message-id", b"mime-version"),
        *(b"received", b"return-path", b"delivered-to", b"reply-to", b"sender"),
    }
)
_MAIN_PARTS = {
    b"word/document.xml": kinds.DOCX,
    b"xl/workbook.xml": kinds.XLSX,
    b"ppt/presentation.xml": kinds.PPTX,
}
_STREAMS = {
    "WordDocument": kinds.DOC,
    "Workbook": kinds.XLS,
    "Book": kinds.XLS,
    "PowerPoint Document": kinds.PPT,
    "__properties_version1.0": kinds.OUTLOOK,
}


@dataclass(frozen=True)
class Sample:
    """Content as far as its type depends on it.

    ``unicode``: all of it is UTF-8 without control characters. ``printable``: none of it is a
    control character, in whatever encoding.
    """

    head: bytes
    size: int
    unicode: bool
    printable: bool
    read: Callable[[int, int], bytes]


def detect(sample: Sample) -> str:
    """The media type, ``application/octet-stream`` for what nothing is known of."""
    head = sample.head
    if head.startswith(b"%PDF-"):
        return kinds.PDF
    if head.startswith(b"PK\x03\x04"):
        return _zip(sample)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound(sample)
    if head.startswith(b"{\\rtf"):
        return kinds.RTF
    if sample.printable:
        return _text(sample)
    from filetype import guess_mime

    return str(guess_mime(head[:8192]) or kinds.UNKNOWN)


def _text(sample: Sample) -> str:
    begin = sample.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin.startswith(b"<?xml") or begin[:4].lower() == b"<svg":
        return kinds.SVG if b"<svg" in begin.lower() else kinds.XML
    if _MARKUP.match(begin):
        return kinds.HTML
    if _is_email(begin):
        return kinds.EMAIL
    return kinds.TEXT if sample.unicode else kinds.UNKNOWN


def _is_email(begin: bytes) -> bool:
    """Whether it begins with a header as e-mails have it: two of their fields, nothing else."""
    fields: set[bytes] = set()
    for line in begin.splitlines():
        if not line:
            break
        if line[:1] in b" \t" and fields:
            continue
        match = _FIELD.match(line)
        if match is None:
            return False
        fields.add(match[1].lower())
    return len(fields & _OF_EMAIL) >= 2


def _zip(sample: Sample) -> str:
    """An Office file by the parts in the zip's directory (ISO 29500-2), else a zip."""
    if sample.head[30:].startswith(b"mimetypeapplication/vnd.oasis.opendocument."):
        named = re.match(rb"application/[a-z.]+", sample.head[38:120])
        kind = named[0].decode() if named else ""
        return kind if kind in (kinds.ODT, kinds.ODS, kinds.ODP) else kinds.ZIP
    names = _zip_names(sample)
    if b"[Content_Types].xml" not in names:
        return kinds.ZIP
    for part, kind in _MAIN_PARTS.items():
        if part in names:
            carries = any(name.endswith(b"/vbaProject.bin") for name in names)
            return kinds.MACROS[kind] if carries else kind
    return kinds.ZIP


def _zip_names(sample: Sample) -> set[bytes]:
    start = max(0, sample.size - _TAIL_BYTES)
    tail = sample.read(start, _TAIL_BYTES)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        return set()
    size, offset = struct.unpack_from("<II", tail, end + 12)
    directory = sample.read(offset, min(size, _DIRECTORY_BYTES))
    names: set[bytes] = set()
    at = 0
    while directory.startswith(b"PK\x01\x02", at) and len(directory) >= at + 46:
        name, extra, comment = struct.unpack_from("<HHH", directory, at + 28)
        names.add(directory[at + 46 : at + 46 + name])
        at += 46 + name + extra + comment
    return names


def _compound(sample: Sample) -> str:
    """An older Office file or an Outlook message, by its streams' names ([MS-CFB] 2.2, 2.6.1)."""
    if len(sample.head) < 512:
        return kinds.COMPOUND
    (shift,) = struct.unpack_from("<H", sample.head, 30)
    (first,) = struct.unpack_from("<I", sample.head, 48)
    if shift not in (9, 12):
        return kinds.COMPOUND
    directory = sample.read((first + 1) << shift, _SECTOR_BYTES)
    for at in range(0, len(directory) - 127, 128):
        (length,) = struct.unpack_from("<H", directory, at + 64)
        name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        if name in _STREAMS:
            return _STREAMS[name]
    return kinds.COMPOUND
