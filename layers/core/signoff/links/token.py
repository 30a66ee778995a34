"""The token of a link: what it is bound to, and a MAC that only our key makes.

``<claims>.<mac>``, both in base64url without padding. The claims are a JSON array: the form's
number, the tenant, the task's id and edition, the person, and when it ends (Unix time). The key
never leaves KMS, and making a MAC and checking one are two permissions: what shows pages cannot
make links. docs/adr/0019-links-that-decide.md
"""

import base64
import binascii
import json
import os
import re
import time
from dataclasses import dataclass
from typing import Any

from signoff.clock import later
from signoff.errors import NotFound, Unavailable
from signoff.runs.ids import is_id
from signoff.storage.clients import client

SECONDS = 7 * 24 * 3600
"""How long a link is good. What somebody leaves for longer stands in their worklist."""

_ALGORITHM = "HMAC_SHA_256"
# A message of this key is never taken for one of another kind, should it ever sign other things.
_PURPOSE = b"signoff decision link\0"
_FORM = 1
_PART = r"[A-Za-z0-9_-]"
# A person's id has 256 characters, of up to 12 bytes as JSON; KMS takes messages of 4,096 bytes.
_TOKEN = re.compile(rf"({_PART}{{1,5000}})\.({_PART}{{43}})", re.ASCII)
_MAX_CLAIMS = 3_900


class BadLink(NotFound):
    """The address is not one that we made: cut off by a mail program, mistyped or invented."""

    def __init__(self) -> None:
        super().__init__("There is no such link")


@dataclass(frozen=True)
class Link:
    """What a link is bound to. ``edition`` is the task's (``Task.edition``), ``ends`` Unix time."""

    tenant: str
    task_id: str
    edition: int
    person: str
    ends: int

    @property
    def has_ended(self) -> bool:
        """Whether its time is over."""
        return self.ends <= time.time()

    @property
    def ends_at(self) -> str:
        """When its time is over, RFC 3339."""
        return later("1970-01-01T00:00:00+00:00", self.ends)

    def claims(self) -> bytes:
        """What is signed, as bytes: the same for the same link."""
        parts = [_FORM, self.tenant, self.task_id, self.edition, self.person, self.ends]
        return json.dumps(parts, separators=(",", ":")).encode()


def sign(link: Link) -> str:
    """The token of ``link``; one call of KMS."""
    claims = link.claims()
    if len(claims) > _MAX_CLAIMS:
        raise ValueError("a link is bound to more than KMS signs")
    made = client("kms").generate_mac(
        KeyId=os.environ["LINKS_KEY_ARN"], MacAlgorithm=_ALGORITHM, Message=_PURPOSE + claims
    )
    return f"{_text(claims)}.{_text(made['Mac'])}"


def read(token: str) -> Link:
    """The link that ``token`` stands for, whether or not its time is over; one call of KMS.

    Raises BadLink for whatever we did not sign, to the letter, and Unavailable where KMS does not
    say. What cannot be a token does not reach KMS.
    """
    match = _TOKEN.fullmatch(token)
    link = _link(match[1]) if match else None
    if match is None or link is None:
        raise BadLink
    mac = _bytes(match[2])
    # One spelling per link: base64 has others for the same bytes.
    if mac is None or (_text(link.claims()), _text(mac)) != (match[1], match[2]):
        raise BadLink
    if not _is_ours(_PURPOSE + link.claims(), mac):
        raise BadLink
    return link


def _is_ours(message: bytes, mac: bytes) -> bool:
    from botocore.exceptions import BotoCoreError, ClientError

    kms = client("kms")
    try:
        kms.verify_mac(
            KeyId=os.environ["LINKS_KEY_ARN"], MacAlgorithm=_ALGORITHM, Message=message, Mac=mac
        )
    except kms.exceptions.KMSInvalidMacException:
        return False
    except (ClientError, BotoCoreError) as error:
        raise Unavailable("Links cannot be checked at the moment; try again") from error
    return True


def _link(claims: str) -> Link | None:
    """What the claims say, None where they say nothing that a link can."""
    content = _bytes(claims)
    try:
        parts: Any = json.loads(content) if content is not None else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(parts, list) or [type(each) for each in parts] != [
        int,
        str,
        str,
        int,
        str,
        int,
    ]:
        return None
    form, tenant, task_id, edition, person, ends = parts
    if form != _FORM or not is_id(task_id):
        return None
    return Link(tenant, task_id, edition, person, ends)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes | None:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return None
