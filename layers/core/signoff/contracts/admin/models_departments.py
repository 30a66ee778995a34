"""Departments as the admin API takes and shows them."""

from typing import Annotated

from pydantic import Field

from signoff.contracts.admin.models import Sent, Shown
from signoff.directory.department import Department
from signoff.directory.names import MAX_ID, MAX_NAME


class PutDepartmentRequest(Sent):
    """What a department is to be."""

    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME, examples=["Finance"])]
    head_id: Annotated[str | None, Field(min_length=1, max_length=MAX_ID, examples=["erin"])] = None


class ShownDepartment(Shown):
    """A department of the directory."""

    id: str
    name: str
    head_id: str | None
    created_at: str
    updated_at: str
    version: int


def shown_department(department: Department) -> ShownDepartment:
    """The department as the admin API shows it."""
    return ShownDepartment(
        id=department.department_id,
        name=department.name,
        head_id=department.head,
        created_at=department.created_at,
        updated_at=department.updated_at,
        version=department.version,
    )
