"""Handing a letter to Amazon SES, which makes the MIME message: no header is ever written here.

Only what is not settled by SES itself is retried: botocore is told to try once (storage.clients),
because an answer that was lost does not say that nothing was sent.
"""

import os
import re

from signoff.notifications.as_html import as_html
from signoff.notifications.as_text import as_text
from signoff.notifications.letter import Letter
from signoff.notifications.sending import NotTaken, Unknown
from signoff.storage.clients import client

# RFC 5322, "dot-atom": what needs quotes could mean two addresses to some. SES takes ASCII alone.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}")
_MAX_LOCAL = 64

# RFC 3834: no machine answers a machine. The second is what Exchange looks for.
_HEADERS = [
    {"Name": "Auto-Submitted", "Value": "auto-generated"},
    {"Name": "X-Auto-Response-Suppress", "Value": "All"},
]
TENANT_TAG = "tenant"


def sender() -> str | None:
    """The address that mail comes from; None where the stack sends none."""
    return os.environ.get("MAIL_SENDER") or None


def mailable(address: str | None) -> str | None:
    """``address`` as SES takes it: its domain in ASCII. None for what cannot be mailed to."""
    local, _, domain = (address or "").rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    good = len(local) <= _MAX_LOCAL and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)
    return f"{local}@{domain}" if good else None


def send_mail(tenant: str, address: str, letter: Letter, name: str) -> str:
    """Send ``letter`` to somebody called ``name``; answers SES's id of it. One call.

    ``address`` is ``mailable``. Raises NotTaken, Unknown.
    """
    text, html = as_text(letter, name), as_html(letter, name)
    return hand_over(tenant, [address], letter.subject, text, html)


def hand_over(
    tenant: str, addresses: list[str], subject: str, text: str, html: str | None = None
) -> str:
    """Give SES one mail for ``addresses``, which all see each other; answers its id. One call.

    Raises NotTaken, Unknown.
    """
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        ConnectTimeoutError,
        EndpointConnectionError,
        HTTPClientError,
    )

    body = {"Text": _content(text)} | ({"Html": _content(html)} if html is not None else {})
    simple = {"Subject": _content(subject), "Body": body, "Headers": _HEADERS}
    request = {
        "FromEmailAddress": f"Signoff <{sender()}>",
        "Destination": {"ToAddresses": addresses},
        "Content": {"Simple": simple},
        "EmailTags": [{"Name": TENANT_TAG, "Value": tenant}],
        "ConfigurationSetName": os.environ["MAIL_CONFIGURATION_SET"],
    }
    ses = client("sesv2")
    try:
        return str(ses.send_email(**request)["MessageId"])
    except ClientError as error:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500) >= 500:
            raise Unknown from error
        raise NotTaken from error
    except (EndpointConnectionError, ConnectTimeoutError) as error:
        raise NotTaken from error
    except HTTPClientError as error:
        raise Unknown from error
    except BotoCoreError as error:  # nothing left this process: no credentials, a bad parameter
        raise NotTaken from error


def _content(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
