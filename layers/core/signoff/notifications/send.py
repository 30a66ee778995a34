"""Telling one person one thing (the worker sendMessage)."""

import logging
from dataclasses import replace
from typing import Any

from signoff.directory.find import find_user
from signoff.directory.groups import groups_of_user
from signoff.directory.user import User
from signoff.errors import Invalid, Malformed
from signoff.notifications.choice_link import choice_url
from signoff.notifications.claims import Claim
from signoff.notifications.compose import compose
from signoff.notifications.letter import Letter
from signoff.notifications.notice import Notice
from signoff.notifications.occurrence import read_occurrence
from signoff.notifications.routes import Route, routes_of
from signoff.notifications.sending import NotTaken, Refused, Unknown

_log = logging.getLogger(__name__)


def send_message(message: dict[str, Any]) -> None:
    """Tell the notice in ``message``, at most once, by the way that its reader chose.

    What is not so any more is not told, nor is anything to who is not in the directory, or has left
    the group that they are told as a member of. Raises NotTaken where nothing was sent, so that the
    message comes again; Malformed, and Invalid where no way takes it or ever will.
    """
    notice = _read(message)
    user = find_user(notice.tenant, notice.person)
    routes = routes_of(user) if user and _is_still_asked(notice, user) else []
    entry = read_occurrence(notice.entry) if routes else None
    letter = compose(notice, entry) if entry else None
    if letter is None:
        _log.info("nothing to tell", extra=_said(notice))
        return
    letter = replace(letter, choose=choice_url(notice.tenant, notice.person))
    claim = Claim(notice)
    if not claim.take():
        _log.info("told before", extra=_said(notice))
        return
    _deliver(claim, routes, letter, notice)


def _deliver(claim: Claim, routes: list[Route], letter: Letter, notice: Notice) -> None:
    said = _said(notice)
    for route in routes:
        try:
            reference = route.send(letter)
        except Refused:
            _log.warning("an address takes nothing", extra=said | {"channel": route.channel})
            continue
        except Unknown:
            _log.error("nobody knows whether it was sent", extra=said | {"channel": route.channel})
            return
        except NotTaken:
            claim.give_back()
            raise
        claim.sent(route.channel, reference)
        _log.info("told", extra=said | {"channel": route.channel})
        return
    claim.give_back()
    raise Invalid("Every address of the reader refuses what is sent to it")


def _is_still_asked(notice: Notice, user: User) -> bool:
    """Whether who is asked as a member of a group is one by now, when the message goes out."""
    return notice.group is None or notice.group in groups_of_user(user)


def _said(notice: Notice) -> dict[str, str]:
    """What the log says of a message: enough to find out why somebody was told, or was not."""
    return {
        "tenant": notice.tenant,
        "person": notice.person,
        "reason": notice.reason,
        "about": notice.about,
    }


def _read(message: dict[str, Any]) -> Notice:
    try:
        return Notice.from_message(message)
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed("The message is no notice") from error
