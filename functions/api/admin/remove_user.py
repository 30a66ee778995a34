"""DELETE /api/v1/admin/users/{userId}"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_users import Person, shown_user
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.tasks.departure import remove_person


def remove_user(request: Request[None]) -> Person:
    """Remove a person: they are not asked any more, and their open tasks go on to others.

    To their delegate, else their manager, else the administrators. History keeps their name, and
    the id stays taken. Repeating it changes nothing.
    """
    return shown_user(remove_person(request.caller, request.path["userId"]))


handler = endpoint(
    ADMIN, "DELETE /api/v1/admin/users/{userId}", remove_user, scope="admin:users",
    refusals=(404,),
)  # fmt: skip
