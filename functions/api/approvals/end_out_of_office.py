"""DELETE /api/v1/users/me/out-of-office"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.approvals.models_people import Me, shown_me
from signoff.directory import users
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def end_out_of_office(request: Request[None]) -> Me:
    """Be back: new tasks are one's own again. Repeating it changes nothing."""
    by = request.caller
    return shown_me(users.edit_user(request.tenant, by.actor.id, {"absence": None}, by=by))


handler = endpoint(
    APPROVALS, "DELETE /api/v1/users/me/out-of-office", end_out_of_office, scope="tasks:write",
    credentials="user", refusals=(404,),
)  # fmt: skip
