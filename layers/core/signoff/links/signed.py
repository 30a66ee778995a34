"""Texts that only our key makes, fit for an address: claims, and a MAC over them.

``<claims>.<mac>``, both in base64url without padding; the claims are a JSON array. The key never
leaves KMS, and making a MAC and checking one are two permissions: what shows pages cannot make
links. docs/adr/0019-links-that-decide.md
"""

import base64
import binascii
import json
import os
import re
from typing import Any

from signoff.errors import NotFound, Unavailable
from signoff.storage.clients import client

_ALGORITHM = "HMAC_SHA_256"
_PART = r"[A-Za-z0-9_-]"
# A person's id has 256 characters, of up to 12 bytes as JSON; KMS takes messages of 4,096 bytes.
_TOKEN = re.compile(rf"({_PART}{{1,5000}})\.({_PART}{{43}})", re.ASCII)
_MAX_CLAIMS = 3_900


class BadLink(NotFound):
    """The address is not one that we made: cut off by a mail program, mistyped or invented."""

    def __init__(self) -> None:
        super().__init__("There is no such link")


def claims_of(*parts: Any) -> bytes:
    """``parts`` as they are signed: the same bytes for the same parts."""
    return json.dumps(parts, separators=(",", ":")).encode()


def sign(purpose: bytes, claims: bytes) -> str:
    """The token of ``claims``, good for ``purpose`` alone; one call of KMS."""
    if len(claims) > _MAX_CLAIMS:
        raise ValueError("a link is bound to more than KMS signs")
    made = client("kms").generate_mac(
        KeyId=os.environ["LINKS_KEY_ARN"], MacAlgorithm=_ALGORITHM, Message=purpose + claims
    )
    return f"{_text(claims)}.{_text(made['Mac'])}"


def said_in(token: str, types: tuple[type, ...]) -> list[Any]:
    """What ``token`` claims, where it claims parts of these ``types``, whoever has made it.

    Raises BadLink.
    """
    match = _TOKEN.fullmatch(token)
    content = _bytes(match[1]) if match else None
    try:
        parts: Any = json.loads(content) if content is not None else None
    except (ValueError, RecursionError):
        parts = None
    if not isinstance(parts, list) or tuple(type(each) for each in parts) != types:
        raise BadLink
    return parts


def check(purpose: bytes, claims: bytes, token: str) -> None:
    """That ``token`` is what ``sign`` makes of ``claims``, to the letter; one call of KMS.

    Raises BadLink where it is not, and Unavailable where KMS does not say. What cannot be such a
    token does not reach KMS.
    """
    said, _, made = token.partition(".")
    mac = _bytes(made)
    # One spelling per link: base64 has others for the same bytes.
    if mac is None or (_text(claims), _text(mac)) != (said, made):
        raise BadLink
    if not _is_ours(purpose + claims, mac):
        raise BadLink


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


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes | None:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return None
