"""GET /api/v1/admin/departments"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_departments import ShownDepartment, shown_department
from signoff.directory import departments
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.pagination import Slice


def list_departments(request: Request[None]) -> Slice[ShownDepartment]:
    """List the departments by their ids."""
    page = request.page
    found = departments.list_departments(request.tenant, limit=page.limit, cursor=page.cursor)
    return found.map(shown_department)


handler = endpoint(
    ADMIN, "GET /api/v1/admin/departments", list_departments, scope="admin:users:read", paged=True
)
