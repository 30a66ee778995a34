"""What an integration step mails, and to whom."""

from dataclasses import dataclass
from typing import Any

from signoff.errors import Invalid
from signoff.notifications.mail import hand_over, sender
from signoff.notifications.plain import one_line, paragraphs
from signoff.notifications.sending import NotTaken, Unknown
from signoff.notifications.suppressions import is_suppressed
from signoff.outbound.mailboxes import is_mailbox
from signoff.steps.integrations import text_of

# What SES takes for one mail, and what a mail may say.
MAX_RECIPIENTS = 50
MAX_MESSAGE_CHARACTERS = 64 * 1024


@dataclass(frozen=True)
class Mail:
    """A mail as it is sent: to each address once."""

    to: list[str]
    subject: str
    message: str


def mail_of(spec: dict[str, Any]) -> Mail:
    """The mail that ``spec`` (its values computed) asks for. Raises Invalid for one that is none.

    An entry of ``to`` may be a list of addresses.
    """
    wanted = spec.get("to") or []
    listed = [each for entry in wanted for each in (entry if isinstance(entry, list) else [entry])]
    to = list(dict.fromkeys(listed)) if all(isinstance(each, str) for each in listed) else []
    if not to or not all(map(is_mailbox, to)):
        raise Invalid("to is no list of mail addresses", field="to")
    if len(to) > MAX_RECIPIENTS:
        raise Invalid(f"to has more than {MAX_RECIPIENTS} addresses", field="to")
    subject = one_line(text_of(spec.get("subject"), "subject"))
    message = text_of(spec.get("message"), "message")
    if len(message) > MAX_MESSAGE_CHARACTERS:
        raise Invalid(
            f"message has more than {MAX_MESSAGE_CHARACTERS:,} characters", field="message"
        )
    return Mail(to, subject or "(no subject)", paragraphs(message, MAX_MESSAGE_CHARACTERS))


def send(tenant: str, mail: Mail) -> tuple[dict[str, Any] | None, int, str | None]:
    """Send ``mail`` to those whose address is not suppressed.

    Answers ``{"messageId", "recipients", "suppressed"}`` (None where nothing was sent), how many
    were written to, and what went wrong in a sentence. The network never raises.
    """
    if sender() is None:
        return None, 0, "this stack sends no mail (its parameter MailSender is empty)"
    to = [address for address in mail.to if not is_suppressed(tenant, address)]
    if not to:
        return None, 0, "no mail is sent to any of these addresses any more"
    try:
        message_id = hand_over(tenant, to, mail.subject, mail.message)
    except NotTaken:
        return None, len(to), "the mail service does not take it"
    except Unknown:
        return None, len(to), "the mail service did not say whether it has taken it"
    result = {
        "messageId": message_id,
        "recipients": len(to),
        "suppressed": len(mail.to) - len(to),
    }
    return result, len(to), None
