"""Files as the tests upload them, and what is stored of them."""

import hashlib
import io
import re
import struct
import zipfile
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from signoff.documents.entry import DocumentEntry
from signoff.documents.model import document_partition
from signoff.storage.clients import client
from signoff.storage.store import history

URL = "/api/v1/documents"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(20)
EXE = b"MZ\x90\x00\x03" + bytes(200)
HTML = b"  <!DOCTYPE html><html><script>alert(1)</script></html>"
EMAIL = (
    b"Received: from a by b\r\n\tfor c\r\nFrom: a@example.com\r\nSubject: Hi\r\n\r\nBody \xe9\r\n"
)


def zipped(*names: str, comment: bytes = b"") -> bytes:
    """A zip that holds these names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.comment = comment
        for name in names:
            archive.writestr(name, f"content of {name}")
    return made.getvalue()


DOCX = zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml")


def opendocument(kind: str) -> bytes:
    """An OpenDocument file: its type stands at a fixed place."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<office/>")
    return made.getvalue()


def compound(stream: str) -> bytes:
    """A compound file whose directory, in its second sector, names one stream."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 48, 1)
    entries = b""
    for name in ("Root Entry", stream):
        text = name.encode("utf-16-le")
        entries += text.ljust(64, b"\0") + struct.pack("<H", len(text) + 2) + bytes(62)
    return bytes(header) + bytes(512) + entries.ljust(512, b"\0")


def sha256(content: bytes) -> str:
    """The hash, in hex."""
    return hashlib.sha256(content).hexdigest()


def objects() -> dict[str, bytes]:
    """Everything in the bucket."""
    s3 = client("s3")
    listed = s3.list_objects_v2(Bucket="documents").get("Contents", [])
    return {
        each["Key"]: s3.get_object(Bucket="documents", Key=each["Key"])["Body"].read()
        for each in listed
    }


def tags(key: str) -> dict[str, str]:
    """An object's tags."""
    found = client("s3").get_object_tagging(Bucket="documents", Key=key)["TagSet"]
    return {tag["Key"]: tag["Value"] for tag in found}


def entries(document_id: str, tenant: str = "acme") -> list[DocumentEntry]:
    """A document's history, oldest first."""
    items = history().query_all(document_partition(tenant, document_id))
    return [DocumentEntry.from_item(item) for item in items]


def link(url: str) -> dict[str, Any]:
    """What a link says: the object's key, and each parameter of its query."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    key = re.sub(r"^/(documents/)?", "", unquote(parts.path))
    return {"key": key, **query}
