"""GET /api/v1/admin/settings/notifications"""

from signoff.contracts.admin.face import ADMIN
from signoff.contracts.admin.models_notifications import (
    ShownNotificationSettings,
    shown_notification_settings,
)
from signoff.entrypoints.endpoint import endpoint
from signoff.entrypoints.request import Request
from signoff.notifications.settings import find_settings


def get_notification_settings(request: Request[None]) -> ShownNotificationSettings:
    """Read how people are told: who mail comes from, and where their Slack channel is."""
    return shown_notification_settings(find_settings(request.tenant))


handler = endpoint(
    ADMIN, "GET /api/v1/admin/settings/notifications", get_notification_settings,
    scope="admin:settings:read",
)  # fmt: skip
