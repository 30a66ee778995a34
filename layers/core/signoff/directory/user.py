"""A person of the directory, as an item of the state table.

===================================  ==============  =============================================
partition                            sort key        item
===================================  ==============  =============================================
``T#<tenant>#USERS``                 ``<user id>``   the user
``T#<tenant>#GROUP#<group>``         ``<user id>``   a member, for lists; active users only
``T#<tenant>#ROLE#<role>``           ``<user id>``   a holder of the role, likewise
``T#<tenant>#DEPT#<department>``     ``<user id>``   one of the department, likewise
``SUBJECT#<subject>``                ``USER``        tenant and id of the user whose tokens carry
                                                     this subject
===================================  ==============  =============================================
"""

import zlib
from dataclasses import dataclass
from typing import Literal

from signoff.storage.store import NUDGE_SHARDS
from signoff.storage.table import Key
from signoff.storage.values import Item

Membership = Literal["GROUP", "ROLE", "DEPT"]


@dataclass(frozen=True)
class Absence:
    """Out of office from one moment to another (RFC 3339, UTC; ``until`` None: open-ended)."""

    since: str
    until: str | None
    delegate: str | None

    def covers(self, moment: str) -> bool:
        """Whether the person is away at ``moment``."""
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass(frozen=True)
class User:
    """A person. ``roles`` are platform roles (admin, designer, approver, auditor) and the
    organisation's own (finance-manager). ``manager`` is a user's id. ``subject`` is what the user
    pool calls them; without one they cannot sign in. ``version`` counts the changes. ``command`` is
    the id of the command that made them. ``tasks_due`` is set from their removal on until no open
    task is left with them: when that is to be looked at (again)."""

    tenant: str
    user_id: str
    name: str
    email: str | None
    created_at: str
    updated_at: str
    version: int = 1
    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    department: str | None = None
    manager: str | None = None
    absence: Absence | None = None
    active: bool = True
    subject: str | None = None
    command: str | None = None
    tasks_due: str | None = None

    @property
    def key(self) -> Key:
        """Where the user is."""
        return user_key(self.tenant, self.user_id)

    def memberships(self) -> list[Key]:
        """The lists that show this user: of their groups, roles and department."""
        if not self.active:
            return []
        places: list[tuple[Membership, str]] = [("GROUP", group) for group in self.groups]
        places += [("ROLE", role) for role in self.roles]
        places += [("DEPT", self.department)] if self.department else []
        return [(members_partition(self.tenant, *place), self.user_id) for place in places]

    def to_item(self) -> Item:
        """The user as it is stored."""
        pk, sk = self.key
        away = self.absence
        item: Item = {
            "PK": pk,
            "SK": sk,
            "version": self.version,
            "tenant": self.tenant,
            "userId": self.user_id,
            "name": self.name,
            "email": self.email,
            "createdAt": self.created_at,
            "updatedAt": self.updated_at,
            "groups": list(self.groups),
            "roles": list(self.roles),
            "department": self.department,
            "manager": self.manager,
            "absence": [away.since, away.until, away.delegate] if away else None,
            "active": self.active,
            "subject": self.subject,
            "command": self.command,
            "tasksDue": self.tasks_due,
        }
        if self.tasks_due:
            shard = zlib.crc32(self.user_id.encode()) % NUDGE_SHARDS
            item |= {"nudgeShard": f"N#{shard}", "nudgeAt": self.tasks_due}
        return item

    @staticmethod
    def from_item(item: Item) -> "User":
        """What ``to_item`` wrote."""
        away = item.get("absence")
        return User(
            tenant=item["tenant"],
            user_id=item["userId"],
            name=item["name"],
            email=item.get("email"),
            created_at=item["createdAt"],
            updated_at=item["updatedAt"],
            version=item["version"],
            groups=tuple(item["groups"]),
            roles=tuple(item["roles"]),
            department=item.get("department"),
            manager=item.get("manager"),
            absence=Absence(*away) if away else None,
            active=item["active"],
            subject=item.get("subject"),
            command=item.get("command"),
            tasks_due=item.get("tasksDue"),
        )


def users_partition(tenant: str) -> str:
    """The partition of a tenant's users, in the order of their ids."""
    return f"T#{tenant}#USERS"


def user_key(tenant: str, user_id: str) -> Key:
    """Where a user is."""
    return users_partition(tenant), user_id


def is_user_item(item: Item) -> bool:
    """Whether an item of the state table is a user."""
    return "userId" in item and bool(item["PK"] == users_partition(item.get("tenant", "")))


def members_partition(tenant: str, kind: Membership, name: str) -> str:
    """The partition of those who are in a group or department, or hold a role, by their ids."""
    return f"T#{tenant}#{kind}#{name}"


def subject_key(subject: str) -> Key:
    """Where it stands whose tokens carry ``subject``."""
    return f"SUBJECT#{subject}", "USER"
