"""PUT /api/v1/users/me/notifications"""

from signoff.contracts.approvals.face import APPROVALS
from signoff.contracts.approvals.models_notifications import (
    MyNotifications,
    MyNotificationsRequest,
    shown_notifications,
)
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.notifications.overview import overview_of
from signoff.notifications.preferences import change_preferences


def set_my_notifications(request: Request[MyNotificationsRequest]) -> MyNotifications:
    """Choose mail, Slack or nothing. For a user's access token; a key is refused."""
    sent, by = request.body, request.caller
    keeps_slack = "slack_url" not in sent.model_fields_set
    change_preferences(by, sent.channel, sent.slack_url, keeps_slack=keeps_slack)
    return shown_notifications(overview_of(request.tenant, by.actor.id))


handler = endpoint(
    APPROVALS, "PUT /api/v1/users/me/notifications", set_my_notifications, scope="tasks:write",
    credentials="user", body=MyNotificationsRequest, refusals=(404,),
)  # fmt: skip
