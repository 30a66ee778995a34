"""Lists of people: all of a tenant's, or those of a group, a role or a department."""

from collections.abc import Mapping

from signoff.directory.find import find_users
from signoff.directory.user import Membership, User, members_partition, users_partition
from signoff.errors import Malformed
from signoff.pagination import Slice
from signoff.storage.merge import merged

FILTERS: dict[str, Membership] = {"group": "GROUP", "role": "ROLE", "department": "DEPT"}


def find_people(
    tenant: str, filters: Mapping[str, str], *, limit: int, cursor: str | None = None
) -> Slice[User]:
    """The tenant's users, or those of one group, role or department.

    Raises Malformed for several filters at once: a list must cost what it returns.
    """
    if not filters:
        return list_users(tenant, limit=limit, cursor=cursor)
    if len(filters) > 1:
        first, second, *_ = filters
        raise Malformed(f"{second} cannot be combined with {first}", field=second)
    [(name, value)] = filters.items()
    return list_members(tenant, FILTERS[name], value, limit=limit, cursor=cursor)


def list_users(tenant: str, *, limit: int, cursor: str | None = None) -> Slice[User]:
    """The tenant's users by their ids, removed ones too; one query."""
    return merged([users_partition(tenant)], limit=limit, cursor=cursor).map(User.from_item)


def list_members(
    tenant: str, kind: Membership, name: str, *, limit: int, cursor: str | None = None
) -> Slice[User]:
    """Those in a group or department, or with a role, by their ids: one query, and one read of the
    people per hundred. Removed users are in no group."""
    found = merged([members_partition(tenant, kind, name)], limit=limit, cursor=cursor)
    users = find_users(tenant, (item["SK"] for item in found.items))
    # Somebody may leave the list between the two reads.
    shown = [users[item["SK"]] for item in found.items if item["SK"] in users]
    return Slice(shown, found.cursor)
