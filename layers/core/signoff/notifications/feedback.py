"""What comes back of mail: bounces and complaints, as SES tells them to EventBridge.

"Monitoring Amazon SES sending using event publishing", Amazon SES Developer Guide: the event's
``detail`` has ``eventType``, ``mail`` with the tags that we sent, and ``bounce`` or ``complaint``.
"""

import logging
from typing import Any

from signoff.errors import Invalid, Malformed
from signoff.identity.tenants import check_slug
from signoff.notifications.mail import TENANT_TAG
from signoff.notifications.plain import one_line
from signoff.notifications.suppressions import Cause, suppress

_log = logging.getLogger(__name__)

_MOST_RECIPIENTS = 50  # of one message, and ours has one
# A full mailbox, a server that is down: SES itself has tried for hours, and next week it may work.
_PASSING = "Transient"
# The opposite of a complaint, which comes the same way: somebody took the message out of their spam
# again (RFC 6430).
_WELCOME = "not-spam"


def note_mail_feedback(detail: dict[str, Any]) -> None:
    """Suppress the addresses that a Bounce or a Complaint names. Raises Malformed."""
    try:
        tenant = str(detail["mail"]["tags"][TENANT_TAG][0])
        check_slug(tenant)
        found = _addresses(detail)
    except (KeyError, IndexError, TypeError, AttributeError, Invalid) as error:
        raise Malformed("The event is no feedback of a mail of ours") from error
    for address, cause, why in found[:_MOST_RECIPIENTS]:
        fresh = suppress(tenant, address, cause, why)
        _log.info("mail came back", extra={"tenant": tenant, "cause": cause, "fresh": fresh})


def _addresses(detail: dict[str, Any]) -> list[tuple[str, Cause, str | None]]:
    kind = detail["eventType"]
    if kind == "Bounce":
        bounce = detail["bounce"]
        if bounce["bounceType"] == _PASSING:
            _log.info("a mail could not be delivered now", extra={"kind": bounce["bounceSubType"]})
            return []
        why = one_line(bounce.get("bounceSubType") or bounce["bounceType"])
        return [(_address(each), "bounce", why) for each in bounce["bouncedRecipients"]]
    if kind == "Complaint":
        complaint = detail["complaint"]
        feedback = complaint.get("complaintFeedbackType")
        if feedback == _WELCOME:
            _log.info("a mail was found to be no spam")
            return []
        what = one_line(feedback) if feedback else None
        return [(_address(each), "complaint", what) for each in complaint["complainedRecipients"]]
    return []


def _address(recipient: dict[str, Any]) -> str:
    """The bare address: SES may repeat it with the name in front (``Bob <bob@example.com>``)."""
    text = str(recipient["emailAddress"]).strip()
    return text[text.rindex("<") + 1 : -1] if text.endswith(">") and "<" in text else text
