"""A document, its versions, and the lists that it appears in."""

import time
import uuid
from dataclasses import dataclass
from typing import Any, Literal

from signoff.runs.model import DocumentVersion
from signoff.storage.table import Key
from signoff.storage.values import Item

Status = Literal["Processing", "Active", "Rejected", "Deleted"]
LISTED: tuple[Status, ...] = ("Processing", "Active", "Rejected")

DOCUMENT_SORT_KEY = "DOCUMENT"


@dataclass
class Document:
    """One document, with what its present version is.

    ``sequence`` is the number of its last history entry and the item's version. ``version`` is the
    version that is Active, 0 before there is one; ``latest`` the last number that was given out.
    ``duplicate_of`` is the document that has the content, where it is Rejected for that.
    ``expires_at`` (epoch seconds) is set while nothing has been uploaded: then the document, having
    never come to be, goes.
    """

    tenant: str
    document_id: str
    title: str
    name: str
    owner: str
    created_at: str
    updated_at: str
    status: Status = "Processing"
    sequence: int = 0
    version: int = 0
    latest: int = 0
    sha256: str | None = None
    size: int | None = None
    type: str | None = None
    tags: tuple[str, ...] = ()
    folder_id: str | None = None
    reason: str | None = None
    duplicate_of: str | None = None
    expires_at: int | None = None

    @property
    def partition(self) -> str:
        """The partition that holds the document, its versions, and in the history its entries."""
        return document_partition(self.tenant, self.document_id)

    @property
    def key(self) -> Key:
        """Where the document's own item is."""
        return self.partition, DOCUMENT_SORT_KEY

    @property
    def is_gone(self) -> bool:
        """Whether it was deleted, or was announced and never uploaded."""
        return self.status == "Deleted" or _is_over(self.expires_at)

    @property
    def standing(self) -> DocumentVersion:
        """The version that stands: the Active one, before there is one the one that is awaited."""
        return DocumentVersion(self.version or self.latest, self.sha256)

    def to_item(self) -> Item:
        """The item of the state table."""
        return {"PK": self.key[0], "SK": self.key[1], **self._fields()}

    def list_items(self) -> list[Item]:
        """The document in each list that it appears in."""
        if self.status == "Deleted":
            return []
        place = f"{self.created_at}#{self.document_id}"
        return [
            {"PK": partition, "SK": place, **self._fields()}
            for partition in (
                list_partition(self.tenant),
                list_partition(self.tenant, "owner", self.owner),
                list_partition(self.tenant, "status", self.status),
                *([list_partition(self.tenant, "type", self.type)] if self.type else []),
                *(list_partition(self.tenant, "tag", tag) for tag in self.tags),
            )
        ]

    def _fields(self) -> Item:
        return {
            "version": self.sequence,
            "tenant": self.tenant,
            "documentId": self.document_id,
            "title": self.title,
            "name": self.name,
            "owner": self.owner,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
            "status": self.status,
            "current": self.version,
            "latest": self.latest,
            "sha256": self.sha256,
            "size": self.size,
            "type": self.type,
            "tags": list(self.tags),
            "folderId": self.folder_id,
            "reason": self.reason,
            "duplicateOf": self.duplicate_of,
            "expiresAt": self.expires_at,
        }

    @classmethod
    def from_item(cls, item: Item) -> "Document":
        """The document that ``to_item`` wrote, or its entry in a list."""
        return cls(
            tenant=item["tenant"],
            document_id=item["documentId"],
            title=item["title"],
            name=item["name"],
            owner=item["owner"],
            created_at=item["createdAt"],
            updated_at=item["updatedAt"],
            status=item["status"],
            sequence=item["version"],
            version=item["current"],
            latest=item["latest"],
            sha256=item.get("sha256"),
            size=item.get("size"),
            type=item.get("type"),
            tags=tuple(item["tags"]),
            folder_id=item.get("folderId"),
            reason=item.get("reason"),
            duplicate_of=item.get("duplicateOf"),
            expires_at=item.get("expiresAt"),
        )


@dataclass
class Version:
    """One version of a document's content; once Active or Rejected it never changes.

    ``object`` is its key in the bucket. ``comment`` is what its uploader
    said of it, ``declared`` the size that an upload by link announced.
    ``command`` is the command that made it, so that a repetition finds it.
    """

    tenant: str
    document_id: str
    number: int
    status: Status
    name: str
    uploaded_at: str
    uploaded_by: str
    object: str | None = None
    sha256: str | None = None
    size: int | None = None
    type: str | None = None
    reason: str | None = None
    duplicate_of: str | None = None
    comment: str | None = None
    declared: int | None = None
    via: str | None = None
    command: str | None = None
    expires_at: int | None = None

    @property
    def key(self) -> Key:
        """Where the version is: beside its document."""
        return version_key(self.tenant, self.document_id, self.number)

    @property
    def is_gone(self) -> bool:
        """Whether it was announced and never uploaded."""
        return _is_over(self.expires_at)

    def to_item(self) -> Item:
        """The item of the state table."""
        return {
            "PK": self.key[0],
            "SK": self.key[1],
            "tenant": self.tenant,
            "documentId": self.document_id,
            "number": self.number,
            "status": self.status,
            "name": self.name,
            "uploadedAt": self.uploaded_at,
            "uploadedBy": self.uploaded_by,
            "object": self.object,
            "sha256": self.sha256,
            "size": self.size,
            "type": self.type,
            "reason": self.reason,
            "duplicateOf": self.duplicate_of,
            "comment": self.comment,
            "declared": self.declared,
            "via": self.via,
            "command": self.command,
            "expiresAt": self.expires_at,
        }

    @classmethod
    def from_item(cls, item: Item) -> "Version":
        """The version that ``to_item`` wrote."""
        return cls(
            tenant=item["tenant"],
            document_id=item["documentId"],
            number=item["number"],
            status=item["status"],
            name=item["name"],
            uploaded_at=item["uploadedAt"],
            uploaded_by=item["uploadedBy"],
            object=item.get("object"),
            sha256=item.get("sha256"),
            size=item.get("size"),
            type=item.get("type"),
            reason=item.get("reason"),
            duplicate_of=item.get("duplicateOf"),
            comment=item.get("comment"),
            declared=item.get("declared"),
            via=item.get("via"),
            command=item.get("command"),
            expires_at=item.get("expiresAt"),
        )


def document_partition(tenant: str, document_id: str) -> str:
    """The partition of a document, in both tables."""
    return f"T#{tenant}#D#{document_id.lower()}"


def version_key(tenant: str, document_id: str, number: int) -> Key:
    """Where a version is."""
    return document_partition(tenant, document_id), f"V#{number:06d}"


def content_key(tenant: str, sha256: str) -> Key:
    """The item that says which document of a tenant has the content with this hash."""
    return f"T#{tenant}#HASH#{sha256}", "DOCUMENT"


def content_item(tenant: str, sha256: str, document_id: str) -> dict[str, Any]:
    """That item."""
    partition, sort = content_key(tenant, sha256)
    return {"PK": partition, "SK": sort, "documentId": document_id}


def list_partition(tenant: str, by: str | None = None, value: str = "") -> str:
    """The partition of a tenant's documents, or of those with one owner, status, type or tag."""
    return f"T#{tenant}#DOCUMENTS#{by}#{value}" if by else f"T#{tenant}#DOCUMENTS"


def new_document_id() -> str:
    """A fresh random id."""
    return str(uuid.uuid4())


def _is_over(expires_at: int | None) -> bool:
    return expires_at is not None and expires_at <= time.time()
