"""GET /api/v1/users/me"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.approvals.models_people import Me, shown_me
from signoff.directory import users
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def get_me(request: Request[None]) -> Me:
    """Get the user of the access token, with their groups, and when they are away."""
    return shown_me(users.get_user(request.tenant, request.caller.actor.id))


handler = endpoint(
    APPROVALS, "GET /api/v1/users/me", get_me, scope="tasks:read", credentials="user",
    refusals=(404,),
)  # fmt: skip
