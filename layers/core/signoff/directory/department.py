"""A department, as an item of the state table: ``T#<tenant>#DEPTS`` / ``<department's id>``."""

from dataclasses import dataclass

from signoff.storage.table import Key
from signoff.storage.values import Item


@dataclass(frozen=True)
class Department:
    """Part of the organisation. ``head`` is a user's id. ``version`` counts the changes."""

    tenant: str
    department_id: str
    name: str
    head: str | None
    created_at: str
    updated_at: str
    version: int = 1

    def to_item(self) -> Item:
        """The department as it is stored."""
        pk, sk = department_key(self.tenant, self.department_id)
        return {
            "PK": pk,
            "SK": sk,
            "version": self.version,
            "tenant": self.tenant,
            "departmentId": self.department_id,
            "name": self.name,
            "head": self.head,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
        }

    @staticmethod
    def from_item(item: Item) -> "Department":
        """What ``to_item`` wrote."""
        return Department(
            tenant=item["tenant"],
            department_id=item["departmentId"],
            name=item["name"],
            head=item.get("head"),
            created_at=item["createdAt"],
            updated_at=item["updatedAt"],
            version=item["version"],
        )


def departments_partition(tenant: str) -> str:
    """The partition of a tenant's departments, in the order of their ids."""
    return f"T#{tenant}#DEPTS"


def department_key(tenant: str, department_id: str) -> Key:
    """Where a department is."""
    return departments_partition(tenant), department_id
