"""How somebody is told, with what it depends on."""

from dataclasses import dataclass

from signoff.directory.users import get_user
from signoff.notifications.mail import mailable
from signoff.notifications.preferences import Preferences, find_preferences
from signoff.notifications.settings import NotificationSettings, find_settings
from signoff.notifications.suppressions import is_suppressed


@dataclass(frozen=True)
class Overview:
    """``mail_stopped``: the address is suppressed."""

    preferences: Preferences
    settings: NotificationSettings
    email: str | None
    mail_stopped: bool


def overview_of(tenant: str, user_id: str) -> Overview:
    """What holds for a user of the directory; four reads. Raises NotFound."""
    user = get_user(tenant, user_id)
    address = mailable(user.email)
    return Overview(
        find_preferences(tenant, user_id),
        find_settings(tenant),
        user.email,
        address is not None and is_suppressed(tenant, address),
    )
