"""The page on which somebody chooses how they are told, by a link of a message.

A GET shows, a POST chooses: what opens links by itself turns nobody's mail off.
"""

from signoff.contracts.pages.html import Html, join, own, tag
from signoff.contracts.pages.page import answer, page, statement
from signoff.directory.find import find_user
from signoff.entrypoints.respond import Answer
from signoff.errors import Invalid
from signoff.notifications.choice_link import ChoiceLink, read_choice
from signoff.notifications.overview import Overview, overview_of
from signoff.notifications.preferences import CHANNELS, Channel, change_preferences

_TITLE = "How you are told of your tasks"
_SAVED = "saved"


def show(token: str, noted: str) -> Answer:
    """The choice as it is; ``noted`` is not empty where it was just made. Raises BadLink."""
    link = read_choice(token)
    return _gone(link) or answer(200, _page(token, _overview(link), saved=bool(noted)))


def choose(token: str, channel: str) -> Answer:
    """Make the choice, and go back to the page, which says so. Raises BadLink and Busy."""
    link = read_choice(token)
    gone = _gone(link)
    if gone:
        return gone
    chosen = next((each for each in CHANNELS if each == channel), None)
    try:
        if chosen is None:
            raise Invalid("Choose how you want to be told", field="channel")
        change_preferences(link.caller, chosen, None, keeps_slack=True)
    except Invalid as problem:
        return answer(422, _page(token, _overview(link), problem=problem))
    return answer(303, "", Location=f"{token}?{_SAVED}=yes")


def _gone(link: ChoiceLink) -> Answer | None:
    """Why the link chooses nothing; None where it does."""
    if link.has_ended:
        return answer(
            410, statement("This link has expired", tag("p", "Use that of a newer mail."))
        )
    user = find_user(link.tenant, link.person)
    if user is None or not user.active:
        told = tag("p", "Nothing is sent to you any more.")
        return answer(410, statement("You are not in the directory any more", told))
    return None


def _overview(link: ChoiceLink) -> Overview:
    return overview_of(link.tenant, link.person)


def _page(token: str, now: Overview, *, saved: bool = False, problem: Invalid | None = None) -> str:
    before = "Not saved: " if problem else "Saved: " if saved else ""
    return page(
        f"{before}{_TITLE}",
        _summary(problem),
        tag("h1", _TITLE),
        tag("p", "Your choice is saved.", role="status", class_="label") if saved else None,
        tag(
            "form",
            tag("fieldset", tag("legend", "Tell me"), *_options(now)),
            tag("button", "Save", type="submit"),
            method="post",
            # Relative to this page, so that it holds behind any address the API may be given.
            action=token,
            accept_charset="utf-8",
        ),
    )


def _summary(problem: Invalid | None) -> Html | None:
    if problem is None:
        return None
    link = tag("a", problem.message, href="#channel-mail")
    label = tag("p", "Your choice is not saved", class_="label")
    return tag(
        "div", label, tag("p", link), class_="problem", role="alert", tabindex="-1", autofocus=True
    )


def _options(now: Overview) -> list[Html]:
    """What there is to choose from; Slack where there is an address of it."""
    chosen = now.preferences.channel
    has_slack = now.preferences.slack or now.settings.slack or chosen == "slack"
    offered: list[Channel] = [each for each in CHANNELS if each != "slack" or has_slack]
    return [_option(each, now, is_chosen=each == chosen) for each in offered]


def _option(channel: Channel, now: Overview, *, is_chosen: bool) -> Html:
    id_ = f"channel-{channel}"
    return tag(
        "div",
        tag(
            "input",
            type="radio",
            name="channel",
            id=id_,
            value=channel,
            required=True,
            checked=is_chosen,
        ),
        tag("label", _label(channel, now), for_=id_),
        class_="choice",
    )


def _label(channel: Channel, now: Overview) -> Html:
    match channel:
        case "mail":
            if now.email is None:
                return join("By mail (there is no address of yours)")
            stopped = " (no mail goes there: ask an administrator)" if now.mail_stopped else None
            return join("By mail to ", own(now.email), stopped)
        case "slack":
            whose = "your own channel" if now.preferences.slack else "your organisation's channel"
            return join(f"In Slack, in {whose}")
        case "none":
            return join("Not at all: your tasks wait where you see them")
