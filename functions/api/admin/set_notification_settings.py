"""PUT /api/v1/admin/settings/notifications"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_notifications import (
    NotificationSettingsRequest,
    ShownNotificationSettings,
    shown_notification_settings,
)
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.notifications.settings import change_settings


def set_notification_settings(
    request: Request[NotificationSettingsRequest],
) -> ShownNotificationSettings:
    """Set the Slack channel for those who chose Slack and have no address of their own there."""
    return shown_notification_settings(change_settings(request.caller, request.body.slack_url))


handler = endpoint(
    ADMIN, "PUT /api/v1/admin/settings/notifications", set_notification_settings,
    scope="admin:settings", body=NotificationSettingsRequest,
)  # fmt: skip
