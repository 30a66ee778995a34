"""By which ways a person can be reached, the one they chose first."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from signoff.directory.user import User
from signoff.notifications.letter import Letter
from signoff.notifications.mail import mailable, send_mail, sender
from signoff.notifications.plain import one_line
from signoff.notifications.preferences import Preferences, find_preferences
from signoff.notifications.settings import find_settings
from signoff.notifications.slack import send_slack
from signoff.notifications.suppressions import is_suppressed
from signoff.storage.sealed import CannotOpen

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Route:
    """``send`` hands a letter over and answers what the other side calls it (``sending``)."""

    channel: str
    send: Callable[[Letter], str | None]


def routes_of(user: User) -> list[Route]:
    """How ``user`` can be told something: two or three reads, one call of KMS for Slack.

    Who chose Slack is told by mail where no address of Slack works. Empty for who wants nothing,
    and where there is no way.
    """
    chosen = find_preferences(user.tenant, user.user_id)
    if not user.active or chosen.channel == "none":
        return []
    slack = _slack(user, chosen) if chosen.channel == "slack" else []
    return [*slack, *_mail(user)]


def _slack(user: User, chosen: Preferences) -> list[Route]:
    """Their own address, or else the tenant's, where others read too."""
    try:
        url = chosen.slack_url()
        personal = url is not None
        url = url or find_settings(user.tenant).slack_url()
    except CannotOpen:
        _log.warning("a Slack address cannot be opened", extra={"tenant": user.tenant})
        return []
    if url is None:
        return []
    name = one_line(user.name)
    return [Route("slack", partial(send_slack, url, name=name, personal=personal))]


def _mail(user: User) -> list[Route]:
    address = mailable(user.email)
    if sender() is None or address is None or is_suppressed(user.tenant, address):
        return []
    name = one_line(user.name)
    return [Route("mail", lambda letter: send_mail(user.tenant, address, letter, name))]
