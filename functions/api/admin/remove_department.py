"""DELETE /api/v1/admin/departments/{department}"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_departments import ShownDepartment, shown_department
from signoff.directory import departments
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def remove_department(request: Request[None]) -> ShownDepartment:
    """Remove a department that nobody is in."""
    name = request.path["department"]
    return shown_department(departments.remove_department(request.tenant, name, by=request.caller))


handler = endpoint(
    ADMIN, "DELETE /api/v1/admin/departments/{department}", remove_department,
    scope="admin:users", refusals=(404, 409),
)  # fmt: skip
