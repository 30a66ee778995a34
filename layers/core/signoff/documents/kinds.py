"""The media types that content can be found to have, and those that are taken unless told."""

from functools import lru_cache

_OPENXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"

TEXT = "text/plain"
HTML = "text/html"
SVG = "image/svg+xml"
XML = "application/xml"
RTF = "application/rtf"
EMAIL = "message/rfc822"
OUTLOOK = "application/vnd.ms-outlook"
PDF = "application/pdf"
ZIP = "application/zip"
COMPOUND = "application/x-ole-storage"
UNKNOWN = "application/octet-stream"

DOCX = f"{_OPENXML}.wordprocessingml.document"
XLSX = f"{_OPENXML}.spreadsheetml.sheet"
PPTX = f"{_OPENXML}.presentationml.presentation"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
PPT = "application/vnd.ms-powerpoint"
ODT, ODS, ODP = f"{_ODF}.text", f"{_ODF}.spreadsheet", f"{_ODF}.presentation"

# Office files that carry programs have types of their own, so that a tenant must ask for them.
MACROS = {
    DOCX: "application/vnd.ms-word.document.macroenabled.12",
    XLSX: "application/vnd.ms-excel.sheet.macroenabled.12",
    PPTX: "application/vnd.ms-powerpoint.presentation.macroenabled.12",
}

IMAGES = (
    *("image/png", "image/jpeg", "image/gif", "image/webp"),
    *("image/tiff", "image/bmp", "image/heic"),
)

# Plain text, PDF, Office, images and e-mail.
DEFAULT_TYPES: tuple[str, ...] = (
    *(TEXT, PDF),
    *(DOCX, XLSX, PPTX, DOC, XLS, PPT, ODT, ODS, ODP),
    *IMAGES,
    *(EMAIL, OUTLOOK),
)

_OWN = frozenset({*DEFAULT_TYPES, *MACROS.values(), HTML, SVG, XML, RTF, ZIP, COMPOUND, UNKNOWN})

# What a browser would run, or what one has been known to take for something that it runs.
_ACTIVE = frozenset({HTML, SVG, XML, EMAIL})


@lru_cache(maxsize=1)
def known_types() -> frozenset[str]:
    """Every type that detection can answer."""
    from filetype import TYPES

    return _OWN | {kind.mime for kind in TYPES}


def served_type(kind: str) -> str:
    """The Content-Type that content of ``kind`` is handed out with: never one that runs."""
    if kind in _ACTIVE:
        return UNKNOWN
    return f"{TEXT}; charset=utf-8" if kind == TEXT else kind
