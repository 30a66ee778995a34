"""A published definition and its versions, as items of the state table.

======================  ===============  ==========================================================
partition               sort key         item
======================  ===============  ==========================================================
``T#<tenant>#DEFS``     ``K#<key>``      head: what the newest version says, and where it runs
``T#<tenant>#DEFS``     ``I#<uuid>``     the key behind a definition's UUID
``T#<tenant>#DEF#…``    ``V#<6 digits>`` a version; written once and never changed
======================  ===============  ==========================================================
"""

from dataclasses import dataclass
from typing import Any

from signoff.storage.table import Key
from signoff.storage.values import Item, from_json, to_json


@dataclass(frozen=True)
class DefinitionHead:
    """The newest version of a definition: all that a start has to know.

    ``machine_arn`` is the ARN of a published state machine version. ``initiator_groups`` is None
    where anyone may start a run. ``digest`` stands for the document's content.
    """

    definition_id: str
    tenant: str
    key: str
    name: str
    description: str | None
    category: str | None
    version: int
    enabled: bool
    initiator_groups: tuple[str, ...] | None
    machine_arn: str
    digest: str
    created_at: str
    published_at: str
    published_by: str

    def to_item(self) -> Item:
        """The head as it is stored."""
        pk, sk = head_key(self.tenant, self.key)
        groups = self.initiator_groups
        return {
            "PK": pk,
            "SK": sk,
            "definitionId": self.definition_id,
            "tenant": self.tenant,
            "key": self.key,
            "name": self.name,
            "description": self.description,
            "category": self.category,
            "version": self.version,
            "enabled": self.enabled,
            "initiatorGroups": None if groups is None else list(groups),
            "machineArn": self.machine_arn,
            "digest": self.digest,
            "createdAt": self.created_at,
            "publishedAt": self.published_at,
            "publishedBy": self.published_by,
        }

    @staticmethod
    def from_item(item: Item) -> "DefinitionHead":
        """What ``to_item`` wrote."""
        groups = item.get("initiatorGroups")
        return DefinitionHead(
            definition_id=item["definitionId"],
            tenant=item["tenant"],
            key=item["key"],
            name=item["name"],
            description=item.get("description"),
            category=item.get("category"),
            version=item["version"],
            enabled=item["enabled"],
            initiator_groups=None if groups is None else tuple(groups),
            machine_arn=item["machineArn"],
            digest=item["digest"],
            created_at=item["createdAt"],
            published_at=item["publishedAt"],
            published_by=item["publishedBy"],
        )


@dataclass(frozen=True)
class PublishedVersion:
    """One version of a definition; it never changes, and runs stay on theirs.

    ``document`` is the definition as JSON data; it must not be changed by who reads it.
    """

    definition_id: str
    tenant: str
    key: str
    version: int
    name: str
    document: dict[str, Any]
    machine_arn: str
    digest: str
    published_at: str
    published_by: str

    def to_item(self) -> Item:
        """The version as it is stored."""
        pk, sk = version_key(self.tenant, self.definition_id, self.version)
        return {
            "PK": pk,
            "SK": sk,
            "definitionId": self.definition_id,
            "tenant": self.tenant,
            "key": self.key,
            "version": self.version,
            "name": self.name,
            "document": to_json(self.document),
            "machineArn": self.machine_arn,
            "digest": self.digest,
            "publishedAt": self.published_at,
            "publishedBy": self.published_by,
        }

    @staticmethod
    def from_item(item: Item) -> "PublishedVersion":
        """What ``to_item`` wrote."""
        return PublishedVersion(
            definition_id=item["definitionId"],
            tenant=item["tenant"],
            key=item["key"],
            version=item["version"],
            name=item["name"],
            document=from_json(item["document"]),
            machine_arn=item["machineArn"],
            digest=item["digest"],
            published_at=item["publishedAt"],
            published_by=item["publishedBy"],
        )


def definitions_partition(tenant: str) -> str:
    """The partition of a tenant's heads and pointers."""
    return f"T#{tenant}#DEFS"


def head_key(tenant: str, key: str) -> Key:
    """Where the head of the definition with that key is."""
    return (definitions_partition(tenant), f"{HEAD_PREFIX}{key}")


def pointer_key(tenant: str, definition_id: str) -> Key:
    """Where the key of the definition with that UUID is."""
    return (definitions_partition(tenant), f"I#{definition_id}")


def version_key(tenant: str, definition_id: str, version: int) -> Key:
    """Where a version is."""
    return (f"T#{tenant}#DEF#{definition_id}", f"V#{version:06d}")


HEAD_PREFIX = "K#"
