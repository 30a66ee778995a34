"""How people are told, as they see and choose it themselves."""

from typing import Annotated, Literal

from pydantic import Field

from signoff.contracts.wire import Answer, Sent
from signoff.notifications.overview import Overview
from signoff.outbound.urls import MAX_URL_CHARACTERS

_ChosenChannel = Annotated[
    Literal["mail", "slack", "none"], Field(description="How to be told", examples=["slack"])
]


class MyNotificationsRequest(Sent):
    """How to be told from now on."""

    channel: _ChosenChannel
    slack_url: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=MAX_URL_CHARACTERS,
            description=(
                "An incoming webhook of your own. Absent: as it is; null: none, so that Slack is "
                "the organisation's channel"
            ),
            examples=["https://hooks.slack.com/services/T000/B000/XXXX"],
        ),
    ] = None


class MyNotifications(Answer):
    """How the caller is told. Addresses of Slack are secrets: only their hosts are shown."""

    channel: Literal["mail", "slack", "none"]
    email: Annotated[str | None, Field(description="Where mail goes to; from the directory")]
    mail_stopped: Annotated[
        bool, Field(description="Mail came back, so no more is sent; administrators release it")
    ]
    slack_host: Annotated[str | None, Field(description="Host of your own Slack address")]
    shared_slack_host: Annotated[
        str | None, Field(description="Host of the organisation's Slack address")
    ]


def shown_notifications(overview: Overview) -> MyNotifications:
    """How somebody is told, as they see it."""
    return MyNotifications(
        channel=overview.preferences.channel,
        email=overview.email,
        mail_stopped=overview.mail_stopped,
        slack_host=overview.preferences.slack_host,
        shared_slack_host=overview.settings.slack_host,
    )
