"""What pages say of times, and of tasks that a link can no longer decide."""

from datetime import datetime

from signoff.contracts.pages.html import Html, join, own, tag
from signoff.contracts.pages.shown import Shown
from signoff.links.choices import CHANGES, label_of
from signoff.links.decide import action_of
from signoff.links.standing import (
    CHANGED,
    DECIDED,
    EXPIRED,
    MOVED,
    OVER,
    SENT_BACK,
    USED,
    Standing,
)

_CLOSE = "You can close this page."
_HEADLINES = {
    USED: "Your decision is recorded",
    DECIDED: "This is already decided",
    SENT_BACK: "Changes have been asked for",
    OVER: "This is no longer asked",
    MOVED: "This task has moved",
    CHANGED: "This task has changed",
    EXPIRED: "This link has expired",
}
_ENDED = {
    "COMPLETED": "The workflow has ended. There is nothing left to decide here.",
    "CANCELLED": "The workflow was cancelled. There is nothing left to decide here.",
    "FAILED": "The workflow has failed. Nobody can act in it until an administrator retries it.",
    "RUNNING": "The workflow has gone on without it. There is nothing left to decide here.",
}


def moment(at: str) -> Html:
    """``21 November 2026, 17:03 UTC`` for a timestamp."""
    when = datetime.fromisoformat(at)
    return tag("time", f"{when.day} {when:%B %Y, %H:%M} UTC", datetime=at)


def headline_of(standing: Standing) -> str:
    """What has become of the link, in a few words."""
    return _HEADLINES[standing.state]


def story_of(standing: Standing, shown: Shown | None) -> Html:
    """The same in whole sentences; ``shown`` is None for who may not know more."""
    task = standing.task
    match standing.state:
        case "used":
            return join(tag("p", _decision(standing)), _comment(task.comment), tag("p", _CLOSE))
        case "decided":
            return tag("p", _decider(standing, shown), ": ", _decision(standing))
        case "sent back":
            return join(
                tag("p", "It comes back to whoever asked for them once they are made."),
                tag("p", _CLOSE),
            )
        case "over":
            return tag("p", _ENDED[standing.run.status])
        case "moved":
            has_it = tag("p", own(shown.holder), " has it now.") if shown and shown.holder else None
            return join(tag("p", "It is not yours to decide any more."), has_it)
        case "changed":
            return tag(
                "p",
                "It is still yours to decide, but it is not as it was when this link was sent. Use "
                "the link of a newer mail, or decide where you see your tasks.",
            )
        case _:
            return tag(
                "p",
                "Nothing was decided by it. If you are still asked, decide where you see "
                "your tasks.",
            )


def _decision(standing: Standing) -> Html:
    task = standing.task
    action = action_of(task)
    label = "Request changes" if action == CHANGES else label_of(action or "")
    return join(own(label), ", ", moment(task.decided_at) if task.decided_at else None)


def _decider(standing: Standing, shown: Shown | None) -> Html:
    task = standing.task
    if task.decided_by is not None:
        return join("The time was over, and the workflow decided")
    if task.owner == standing.link.person:
        return join("You have decided")
    return join(own(shown.holder), " has decided") if shown and shown.holder else join("Decided")


def _comment(comment: str | None) -> Html | None:
    return tag("p", own(comment), class_="said") if comment else None
