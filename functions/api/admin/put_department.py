"""PUT /api/v1/admin/departments/{department}"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_departments import (
    PutDepartmentRequest,
    ShownDepartment,
    shown_department,
)
from signoff.directory import departments
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.face import Answered
from signoff.entrypoints.request import Request


def put_department(request: Request[PutDepartmentRequest]) -> Answered[ShownDepartment]:
    """Make a department, or change one; 201 where it is new."""
    sent, name = request.body, request.path["department"]
    made, is_new = departments.put_department(
        request.tenant, name, name=sent.name, head=sent.head_id, by=request.caller
    )
    return Answered(shown_department(made), 201 if is_new else 200)


handler = endpoint(
    ADMIN, "PUT /api/v1/admin/departments/{department}", put_department, scope="admin:users",
    body=PutDepartmentRequest, also=(201,),
)  # fmt: skip
