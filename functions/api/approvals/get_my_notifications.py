"""GET /api/v1/users/me/notifications"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.approvals.models_notifications import MyNotifications, shown_notifications
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.notifications.overview import overview_of


def get_my_notifications(request: Request[None]) -> MyNotifications:
    """Get how you are told of your tasks, and whether mail reaches you."""
    return shown_notifications(overview_of(request.tenant, request.caller.actor.id))


handler = endpoint(
    APPROVALS, "GET /api/v1/users/me/notifications", get_my_notifications, scope="tasks:read",
    credentials="user", refusals=(404,),
)  # fmt: skip
