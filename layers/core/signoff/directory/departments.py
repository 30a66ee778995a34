"""Departments: making, changing, listing and removing them."""

from dataclasses import replace

from signoff.clock import timestamp
from signoff.directory.checks import check_person
from signoff.directory.department import Department, department_key, departments_partition
from signoff.directory.names import check_id, check_name
from signoff.directory.user import members_partition
from signoff.errors import Conflict, NotFound
from signoff.identity.principal import Caller
from signoff.identity.settings import (
    DEPARTMENT_CHANGED,
    DEPARTMENT_CREATED,
    DEPARTMENT_REMOVED,
    record,
)
from signoff.pagination import Slice
from signoff.storage.merge import merged
from signoff.storage.repeating import until_committed
from signoff.storage.store import state
from signoff.storage.transaction import Transaction, absent, unchanged


def find_department(tenant: str, department_id: str) -> Department | None:
    """The department with this id, or None."""
    item = state().get(department_key(tenant, department_id)) if department_id else None
    return Department.from_item(item) if item else None


def get_department(tenant: str, department_id: str) -> Department:
    """The department. Raises NotFound."""
    found = find_department(tenant, department_id)
    if found is None:
        raise NotFound("Department not found")
    return found


def list_departments(tenant: str, *, limit: int, cursor: str | None = None) -> Slice[Department]:
    """The tenant's departments by their ids; one query."""
    found = merged([departments_partition(tenant)], limit=limit, cursor=cursor)
    return found.map(Department.from_item)


def put_department(
    tenant: str, department_id: str, *, name: str, head: str | None, by: Caller | None = None
) -> tuple[Department, bool]:
    """Make the department, or make it what is said here; answers it and whether it is new.

    Putting what is there already writes nothing. Raises Invalid.
    """
    check_id(department_id, "department", "A department's id")
    name = check_name(name)

    def command() -> tuple[Department, bool]:
        before = find_department(tenant, department_id)
        at = timestamp()
        if before is None:
            made = Department(tenant, department_id, name, head, at, at)
        else:
            made = replace(before, name=name, head=head)
            if made == before:
                return before, False
            made = replace(made, updated_at=at, version=before.version + 1)
        if before is None or head != before.head:
            check_person(tenant, head, "headId")
        transaction = Transaction()
        condition = unchanged(before.version) if before else absent()
        transaction.put(state(), made.to_item(), condition)
        entry = DEPARTMENT_CHANGED if before else DEPARTMENT_CREATED
        detail = {"departmentId": department_id, "name": name, "head": head}
        record(transaction, tenant, entry, detail, by)
        transaction.commit()
        return made, before is None

    return until_committed(command, "The directory")


def remove_department(tenant: str, department_id: str, *, by: Caller | None = None) -> Department:
    """Remove a department that nobody is in. Raises NotFound, and Conflict while somebody is."""

    def command() -> Department:
        found = get_department(tenant, department_id)
        if state().query(members_partition(tenant, "DEPT", department_id), limit=1).items:
            raise Conflict("Somebody is in this department", field="department")
        transaction = Transaction()
        key = department_key(tenant, department_id)
        transaction.delete(state(), key, unchanged(found.version))
        detail = {"departmentId": department_id, "name": found.name}
        record(transaction, tenant, DEPARTMENT_REMOVED, detail, by)
        transaction.commit()
        return found

    return until_committed(command, "The directory")
