"""PATCH /api/v1/admin/users/{userId}"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_users import EditUserRequest, Person, shown_user
from signoff.directory import users
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def edit_user(request: Request[EditUserRequest]) -> Person:
    """Change a person of the directory; what is left out stays as it is, and null takes away."""
    sent, user_id = request.body, request.path["userId"]
    changed = users.edit_user(
        request.tenant, user_id, sent.changes(), version=sent.version, by=request.caller
    )
    return shown_user(changed)


handler = endpoint(
    ADMIN, "PATCH /api/v1/admin/users/{userId}", edit_user, scope="admin:users",
    body=EditUserRequest, refusals=(404, 409),
)  # fmt: skip
