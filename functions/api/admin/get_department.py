"""GET /api/v1/admin/departments/{department}"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_departments import ShownDepartment, shown_department
from signoff.directory import departments
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def get_department(request: Request[None]) -> ShownDepartment:
    """Get a department with its head."""
    found = departments.get_department(request.tenant, request.path["department"])
    return shown_department(found)


handler = endpoint(
    ADMIN, "GET /api/v1/admin/departments/{department}", get_department, scope="admin:users:read",
    refusals=(404,),
)  # fmt: skip
