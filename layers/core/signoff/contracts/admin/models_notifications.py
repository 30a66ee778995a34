"""How a tenant's people are told, as the admin API takes and shows it."""

from typing import Annotated, Literal

from pydantic import Field

from signoff.contracts.admin.models import Sent, Shown
from signoff.notifications.mail import sender
from signoff.notifications.settings import NotificationSettings
from signoff.notifications.suppressions import Suppression
from signoff.outbound.urls import MAX_URL_CHARACTERS


class NotificationSettingsRequest(Sent):
    """The Slack channel for those who chose Slack and have no address of their own there."""

    slack_url: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=MAX_URL_CHARACTERS,
            description="An incoming webhook; null takes it away. It is kept sealed",
            examples=["https://hooks.slack.com/services/T000/B000/XXXX"],
        ),
    ]


class ShownNotificationSettings(Shown):
    """What is set. The address of Slack is a secret: only its host is shown."""

    slack_host: str | None
    mail_sender: Annotated[
        str | None, Field(description="Who mail comes from; null: this stack sends none")
    ]


class ShownSuppression(Shown):
    """An address that gets no mail."""

    id: Annotated[str, Field(json_schema_extra={"format": "uuid"})]
    address: str
    cause: Literal["bounce", "complaint"]
    detail: Annotated[str | None, Field(description="What the mail service says of it")]
    at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]


def shown_notification_settings(settings: NotificationSettings) -> ShownNotificationSettings:
    """The settings that hold."""
    return ShownNotificationSettings(slack_host=settings.slack_host, mail_sender=sender())


def shown_suppression(found: Suppression) -> ShownSuppression:
    """A suppressed address."""
    return ShownSuppression(
        id=found.address_id,
        address=found.address,
        cause=found.cause,
        detail=found.detail,
        at=found.at,
    )
