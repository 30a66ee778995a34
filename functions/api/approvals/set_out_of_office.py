"""PUT /api/v1/users/me/out-of-office"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.approvals.models_people import Me, OutOfOfficeRequest, shown_me
from signoff.directory import users
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request


def set_out_of_office(request: Request[OutOfOfficeRequest]) -> Me:
    """Be out of office: new tasks come to the delegate, open ones stay.

    What was set before is replaced. For a user's access token; a key is refused.
    """
    by, changes = request.caller, {"absence": request.body.read()}
    return shown_me(users.edit_user(request.tenant, by.actor.id, changes, by=by))


handler = endpoint(
    APPROVALS, "PUT /api/v1/users/me/out-of-office", set_out_of_office, scope="tasks:write",
    credentials="user", body=OutOfOfficeRequest, refusals=(404,),
)  # fmt: skip
