"""POST /api/v1/admin/users"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_users import CreateUserRequest, Person, shown_user
from signoff.directory import users
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def create_user(request: Request[CreateUserRequest]) -> Person:
    """Put a person into the directory."""
    sent = request.body
    made = users.create_user(
        request.tenant, sent.id, name=sent.name, email=sent.email, groups=tuple(sent.groups),
        roles=tuple(sent.roles), department=sent.department, manager=sent.manager_id,
        by=request.caller,
    )  # fmt: skip
    return shown_user(made)


handler = endpoint(
    ADMIN, "POST /api/v1/admin/users", create_user, scope="admin:users", body=CreateUserRequest,
    status=201, refusals=(409,),
)  # fmt: skip
