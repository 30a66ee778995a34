"""The bucket: content under keys that no name is part of, and links to it that end soon.

``content/<tenant>/<document>/<random>`` is what versions point to; an object there never changes.
It is put there with the tag ``state=pending``, which a lifecycle rule clears away unless the worker
that follows the commit takes the tag off. ``incoming/<tenant>/<document>/<version>`` is where links
let clients put things; whatever is there goes after a few days.
"""

import base64
import os
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from signoff.clock import after
from signoff.documents.kinds import served_type
from signoff.documents.names import disposition
from signoff.storage.clients import client

LINK_SECONDS = 300
UPLOAD_SECONDS = 3_600
LARGEST = 5 * 1024**3  # PutObject and CopyObject (Amazon S3 API Reference)

PENDING, DELETED = "pending", "deleted"
_STATE = "state"
_CHUNK = 1024 * 1024
_INCOMING = re.compile(r"incoming/([a-z0-9-]{1,31})/([0-9a-f-]{36})/([0-9]{1,6})")


@dataclass(frozen=True)
class Link:
    """An address that works for whoever has it, until ``expires_at``."""

    url: str
    expires_at: str


@dataclass(frozen=True)
class Arrival:
    """What an object's key among the incoming ones says: for which version of which document."""

    tenant: str
    document_id: str
    number: int

    @property
    def object(self) -> str:
        """The key."""
        return f"incoming/{self.tenant}/{self.document_id}/{self.number}"


def read_arrival(key: str) -> Arrival | None:
    """The version that an object was uploaded for; None for a key that is no such one."""
    match = _INCOMING.fullmatch(key)
    return Arrival(match[1], match[2], int(match[3])) if match else None


def new_object(tenant: str, document_id: str) -> str:
    """A key for content that nobody can know or overwrite."""
    return f"content/{tenant}/{document_id}/{uuid.uuid4()}"


def put(key: str, content: bytes, sha256: str, kind: str) -> None:
    """Store ``content``, to be cleared away unless it is settled; S3 checks the hash."""
    client("s3").put_object(
        Bucket=_bucket(),
        Key=key,
        Body=content,
        ContentType=served_type(kind),
        ChecksumSHA256=base64.b64encode(bytes.fromhex(sha256)).decode(),
        Tagging=f"{_STATE}={PENDING}",
    )


def settle(key: str) -> None:
    """Keep an object for good."""
    client("s3").delete_object_tagging(Bucket=_bucket(), Key=key)


def let_go(key: str, kind: str) -> None:
    """Have an object cleared away when the time of grace is over, which begins now.

    A lifecycle rule counts from when an object was made and not from when it was tagged, so it is
    made anew, as a copy in its own place. Repeating it lengthens nothing.
    """
    s3 = client("s3")
    mark = {"Key": _STATE, "Value": DELETED}
    try:
        if mark in s3.get_object_tagging(Bucket=_bucket(), Key=key)["TagSet"]:
            return
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            return  # gone already
        raise
    s3.copy_object(
        Bucket=_bucket(),
        Key=key,
        CopySource={"Bucket": _bucket(), "Key": key},
        MetadataDirective="REPLACE",
        ContentType=served_type(kind),
        TaggingDirective="REPLACE",
        Tagging=f"{_STATE}={DELETED}",
    )


def discard(key: str) -> None:
    """Remove an object that no version points to."""
    client("s3").delete_object(Bucket=_bucket(), Key=key)


def adopt(arrival: Arrival, etag: str, key: str, kind: str) -> None:
    """Copy what was uploaded, as it was when it had ``etag``, to a key of its own."""
    client("s3").copy_object(
        Bucket=_bucket(),
        Key=key,
        CopySource={"Bucket": _bucket(), "Key": arrival.object},
        CopySourceIfMatch=etag,
        MetadataDirective="REPLACE",
        ContentType=served_type(kind),
        TaggingDirective="REPLACE",
        Tagging=f"{_STATE}={PENDING}",
    )


@dataclass(frozen=True)
class Found:
    """An object as it is: size in bytes, and the tag that changes with its content."""

    size: int
    etag: str


def find(key: str) -> Found | None:
    """What is under ``key``, None for nothing."""
    from botocore.exceptions import ClientError

    try:
        head = client("s3").head_object(Bucket=_bucket(), Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise
    return Found(head["ContentLength"], head["ETag"])


def chunks(key: str, etag: str) -> Iterator[bytes]:
    """An object's content, piece by piece, of the one that has ``etag``."""
    body = client("s3").get_object(Bucket=_bucket(), Key=key, IfMatch=etag)["Body"]
    while piece := body.read(_CHUNK):
        yield piece


def reader(key: str, etag: str) -> Callable[[int, int], bytes]:
    """Reads the object that has ``etag`` by offset and length."""

    def read(offset: int, length: int) -> bytes:
        if length <= 0:
            return b""
        wanted = f"bytes={offset}-{offset + length - 1}"
        answer = client("s3").get_object(Bucket=_bucket(), Key=key, IfMatch=etag, Range=wanted)
        content: bytes = answer["Body"].read()
        return content

    return read


def upload_link(arrival: Arrival, size: int) -> Link:
    """Where to PUT content of exactly ``size`` bytes: another length breaks the signature."""
    url = client("s3").generate_presigned_url(
        "put_object",
        Params={"Bucket": _bucket(), "Key": arrival.object, "ContentLength": size},
        ExpiresIn=UPLOAD_SECONDS,
    )
    return Link(url, after(UPLOAD_SECONDS))


def download_link(key: str, name: str, kind: str) -> Link:
    """Where to GET content: as a file to be saved, of a type that no browser runs."""
    url = client("s3").generate_presigned_url(
        "get_object",
        Params={
            "Bucket": _bucket(),
            "Key": key,
            "ResponseContentType": served_type(kind),
            "ResponseContentDisposition": disposition(name),
            "ResponseCacheControl": "private, no-store",
        },
        ExpiresIn=LINK_SECONDS,
    )
    return Link(url, after(LINK_SECONDS))


def _bucket() -> str:
    return os.environ["DOCUMENTS_BUCKET"]
