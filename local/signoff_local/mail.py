"""Mail of the local stack: it goes nowhere, and is shown at `/_ministack/ses/messages`."""

from __future__ import annotations

from botocore.exceptions import ClientError

from signoff_local.clients import client

DOMAIN = "acme.example"
SENDER = f"signoff@{DOMAIN}"
"""Who mail comes from (the template's MailSender). RFC 2606: nobody has this domain."""


def verify_sender(port: int) -> None:
    """Let the emulator's SES take mail from `SENDER`; elsewhere an operator does this once."""
    try:
        client("sesv2", port).create_email_identity(EmailIdentity=DOMAIN)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AlreadyExistsException":
            raise
