"""What content is found to be, whatever it is called."""

import pytest

from signoff.documents import kinds
from signoff.documents.detect import HEAD_BYTES
from signoff.documents.inspect import inspect, inspect_bytes
from signoff.documents.kinds import DEFAULT_TYPES, known_types, served_type
from tests.unit.functions.api.documents.files import (
    DOCX,
    EMAIL,
    EXE,
    HTML,
    PDF,
    PNG,
    compound,
    opendocument,
    sha256,
    zipped,
)

CONTENT_TYPES = "[Content_Types].xml"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'

CASES = {
    "text": ("Grüße\r\n\tπ\f".encode(), kinds.TEXT),
    "text with a mark": (b"\xef\xbb\xbfhello", kinds.TEXT),
    "csv": (b"a;b\n1;2\n", kinds.TEXT),
    "json": (b'{"a": "<html>"}', kinds.TEXT),
    "header-like text": (b"Note: this\nis no e-mail", kinds.TEXT),
    "text of one header": (b"Subject: alone\n\nbody", kinds.TEXT),
    "latin-1": (b"Gr\xfc\xdfe", kinds.UNKNOWN),
    "half a character": ("ü".encode()[:1], kinds.UNKNOWN),
    "text with a zero": (b"a\x00b", kinds.UNKNOWN),
    "html": (HTML, kinds.HTML),
    "html in capitals": (b"\xef\xbb\xbf\n<HTML>", kinds.HTML),
    "a comment first": (b"<!-- x --><p>", kinds.HTML),
    "a script": (b"<script>1</script>", kinds.HTML),
    "svg": (SVG, kinds.SVG),
    "bare svg": (b"<svg onload=alert(1)>", kinds.SVG),
    "xml": (b"<?xml version='1.0'?><a/>", kinds.XML),
    "rtf": (b"{\\rtf1 hello}", kinds.RTF),
    "pdf": (PDF, kinds.PDF),
    "pdf behind html": (b"<html>%PDF-1.7", kinds.HTML),
    "e-mail": (EMAIL, kinds.EMAIL),
    "docx": (DOCX, kinds.DOCX),
    "xlsx": (zipped(CONTENT_TYPES, "xl/workbook.xml"), kinds.XLSX),
    "pptx": (zipped(CONTENT_TYPES, "ppt/presentation.xml", comment=b"c"), kinds.PPTX),
    "docm": (
        zipped(CONTENT_TYPES, "word/document.xml", "word/vbaProject.bin"),
        kinds.MACROS[kinds.DOCX],
    ),
    "odt": (opendocument("text"), kinds.ODT),
    "ods": (opendocument("spreadsheet"), kinds.ODS),
    "odf of another kind": (opendocument("formula"), kinds.ZIP),
    "zip": (zipped("word/document.xml"), kinds.ZIP),
    "zip cut off": (DOCX[:-30], kinds.ZIP),
    "doc": (compound("WordDocument"), kinds.DOC),
    "xls": (compound("Workbook"), kinds.XLS),
    "ppt": (compound("PowerPoint Document"), kinds.PPT),
    "msg": (compound("__properties_version1.0"), kinds.OUTLOOK),
    "msi": (compound("Setup"), kinds.COMPOUND),
    "compound cut off": (compound("WordDocument")[:100], kinds.COMPOUND),
    "png": (PNG, "image/png"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(20), "image/jpeg"),
    "gif": (b"GIF89a" + bytes(20), "image/gif"),
    "exe": (EXE, "application/x-msdownload"),
    "elf": (b"\x7fELF\x02\x01\x01" + bytes(60), "application/x-executable"),
    "noise": (bytes(range(256)), kinds.UNKNOWN),
    "nothing": (b"", kinds.TEXT),
}


@pytest.mark.parametrize("name", CASES)
def test_content_is_what_it_is(name: str) -> None:
    content, kind = CASES[name]
    found = inspect_bytes(content)
    assert found.type == kind
    assert (found.sha256, found.size) == (sha256(content), len(content))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("size", [1, 7, 64])
def test_it_does_not_depend_on_how_it_is_read(name: str, size: int) -> None:
    content, _ = CASES[name]
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    whole = inspect_bytes(content)
    assert inspect(pieces, lambda at, length: content[at : at + length]) == whole


def test_only_what_is_needed_is_read_again() -> None:
    content = zipped(CONTENT_TYPES, "word/document.xml", *(f"x/{n}" for n in range(3_000)))
    read: list[int] = []

    def part(offset: int, length: int) -> bytes:
        read.append(length)
        return content[offset : offset + length]

    assert inspect([content], part).type == kinds.DOCX
    assert len(content) > 4 * HEAD_BYTES
    assert len(read) == 2
    assert sum(read) < 1_200_000


def test_text_is_text_to_its_last_byte() -> None:
    assert inspect_bytes(b"a" * 200_000).type == kinds.TEXT
    assert inspect_bytes(b"a" * 200_000 + b"\x00").type == kinds.UNKNOWN


@pytest.mark.parametrize("at", range(0, 512, 8))
def test_a_broken_compound_file_is_no_error(at: int) -> None:
    content = bytearray(compound("WordDocument"))
    content[at : at + 8] = b"\xff" * 8
    assert inspect_bytes(bytes(content)).type in known_types()


@pytest.mark.parametrize("at", range(len(DOCX) - 24, len(DOCX)))
def test_a_broken_zip_is_no_error(at: int) -> None:
    content = bytearray(DOCX)
    content[at] ^= 0xFF
    assert inspect_bytes(bytes(content)).type in known_types()


def test_what_is_taken_unless_told_can_be_found_and_is_handed_out_as_what_no_browser_runs() -> None:
    assert set(DEFAULT_TYPES) <= known_types()
    for kind in known_types():
        assert "html" not in served_type(kind)
        assert "xml" not in served_type(kind) or "openxml" in kind
    assert served_type(kinds.TEXT) == "text/plain; charset=utf-8"
