"""Handing a letter to an incoming webhook of Slack, by the guarded client."""

from signoff.notifications.as_slack import as_slack
from signoff.notifications.letter import Letter
from signoff.notifications.sending import NotTaken, Refused, Unknown
from signoff.outbound.client import send

_HEADERS = {"Content-Type": "application/json; charset=utf-8"}
# What went wrong before anything was sent (outbound.client).
_BEFORE = frozenset({"address", "name", "connect", "tls"})
_TOO_MANY = 429


def send_slack(url: str, letter: Letter, name: str, *, personal: bool) -> None:
    """Post ``letter``. Raises NotTaken, Refused, Unknown."""
    reply = send(url, headers=_HEADERS, body=as_slack(letter, name, personal=personal))
    if reply.status is None:
        if reply.error == "address":
            raise Refused
        raise NotTaken if reply.error in _BEFORE else Unknown
    if 200 <= reply.status < 300:
        return
    if reply.status == _TOO_MANY:
        raise NotTaken
    if reply.status >= 500:
        raise Unknown
    raise Refused  # 403, 404, 410: Slack knows this webhook no more; a redirect is no Slack
