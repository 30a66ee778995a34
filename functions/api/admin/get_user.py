"""GET /api/v1/admin/users/{userId}"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_users import Person, shown_user
from signoff.directory import users
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def get_user(request: Request[None]) -> Person:
    """Get a person of the directory, one who was removed too."""
    return shown_user(users.get_user(request.tenant, request.path["userId"]))


handler = endpoint(
    ADMIN, "GET /api/v1/admin/users/{userId}", get_user, scope="admin:users:read", refusals=(404,)
)
