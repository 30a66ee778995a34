"""multipart/form-data (RFC 7578): a form with one file, read whole.

The body has come through Lambda and is in memory already; the parser's own limits bound what is
made of it. It is loaded with the first form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from signoff.entrypoints.refusals import MalformedBody, Problem
from signoff.errors import FileTooLarge

if TYPE_CHECKING:
    from multipart import PushMultipartParser

# What field names, boundaries, headers and text fields may add to the file itself.
FORM_ALLOWANCE = 96 * 1024

_MAX_PARTS = 20
_MAX_FIELD_BYTES = 32 * 1024
_MAX_HEADER_BYTES = 32 * 1024  # a hostile file name of 10 KB is text like any other


@dataclass(frozen=True)
class FormSpec:
    """A form's one file: its field, the most bytes it may have, and what takes larger ones."""

    file: str
    most: int
    larger: str

    def too_large(self) -> FileTooLarge:
        """The refusal of a file, or a form, that is larger."""
        return FileTooLarge(
            f"A file of more than {self.most:,} bytes is uploaded by {self.larger}",
            field=self.file,
        )


@dataclass(frozen=True)
class FormFile:
    """A file as it was sent: its bytes, and the name that the client gave it, if any."""

    name: str
    content: bytes


def read_form(spec: FormSpec, content_type: str, body: bytes) -> tuple[dict[str, str], FormFile]:
    """The text fields and the file of a form.

    Raises MalformedBody for what is no such form, lacks the file or has a field twice, and
    FileTooLarge.
    """
    from multipart import MultipartError, PushMultipartParser, parse_options_header

    kind, options = parse_options_header(content_type)
    boundary = options.get("boundary", "")
    if kind.lower() != "multipart/form-data" or not boundary:
        raise _malformed("The body must be multipart/form-data with a boundary")
    fields: dict[str, str] = {}
    found: FormFile | None = None
    try:
        parser = PushMultipartParser(
            boundary,
            max_header_size=_MAX_HEADER_BYTES,
            max_segment_count=_MAX_PARTS,
            strict=True,
        )
        for name, filename, content in _parts(parser, body):
            if name in fields or (found and name == spec.file):
                raise _malformed(f"{name[:64]} is there twice", name)
            if name == spec.file:
                found = FormFile(filename or "", content)
            elif len(content) > _MAX_FIELD_BYTES:
                raise _malformed(f"{name[:64]} is too long", name)
            else:
                fields[name] = content.decode("utf-8")
    except (MultipartError, UnicodeError) as error:
        raise _malformed("The body is not valid multipart/form-data") from error
    if found is None:
        raise _malformed(f"{spec.file} is required", spec.file)
    if len(found.content) > spec.most:
        raise spec.too_large()
    return fields, found


def _parts(parser: PushMultipartParser, body: bytes) -> Iterator[tuple[str, str | None, bytes]]:
    """Each part's field, file name and content."""
    name, filename = "", None
    chunks: list[bytes] = []
    with parser:
        for event in parser.parse(body):
            if event is None:
                yield name, filename, b"".join(chunks)
            elif isinstance(event, bytes | bytearray):
                chunks.append(bytes(event))
            else:
                name, filename, chunks = event.name or "", event.filename, []


def _malformed(message: str, field: str | None = None) -> MalformedBody:
    return MalformedBody((Problem(message, field and field[:64]),))
