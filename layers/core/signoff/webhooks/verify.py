"""For receivers of webhooks: whether a request is genuine, and the event that it brings.

This file needs Python alone, no AWS and nothing else of this package, so that it may be copied.
``verify`` checks what Standard Webhooks 1.0 asks for; ``verify_papyrus`` the X-Papyrus-Signature
that every delivery carries beside it. One of them is enough; the first covers the event's id too.
"""

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# A request that was signed longer ago than this, or so far ahead, is taken for a repeated one.
TOLERANCE_SECONDS = 300

_PREFIX = "whsec_"
_MOMENT = re.compile(r"[0-9]{1,12}", re.ASCII)


class NotGenuine(Exception):
    """The request is not one that was signed with this secret a short while ago; says why."""


@dataclass(frozen=True)
class Received:
    """A genuine event. ``id`` is the same however often it comes: what was seen may be passed over.

    ``sent_at`` is when this attempt was signed, in seconds of Unix time; ``event`` the parsed body.
    """

    id: str
    sent_at: int
    event: dict[str, Any]


def verify(
    body: bytes,
    headers: Mapping[str, str],
    secrets: str | Iterable[str],
    *,
    tolerance: float = TOLERANCE_SECONDS,
    now: float | None = None,
) -> Received:
    """The event of a request with the headers of Standard Webhooks 1.0.

    ``body`` is the body as it came, before anything has parsed it. ``headers`` are taken in any
    spelling. ``secrets`` is the subscription's secret (``whsec_…``), or several while it is being
    changed. ``now`` is Unix time, by default the clock's. Raises NotGenuine, and ValueError for a
    secret that is none.
    """
    given = _lower(headers)
    event_id = _header(given, "webhook-id")
    sent_at = _moment(_header(given, "webhook-timestamp"), tolerance, now)
    signatures = [
        signature
        for version, comma, signature in (
            each.partition(",") for each in _header(given, "webhook-signature").split(" ")
        )
        if version == "v1" and comma
    ]
    # Some servers hand on what is no text in a header as surrogates; that is nobody's signature.
    signed = f"{event_id}.{sent_at}.".encode(errors="surrogatepass") + body
    _check(
        signatures,
        (base64.b64encode(_mac(secret, signed)).decode() for secret in _each(secrets)),
    )
    return Received(event_id, sent_at, _parsed(body))


def verify_papyrus(
    body: bytes,
    headers: Mapping[str, str],
    secrets: str | Iterable[str],
    *,
    tolerance: float = TOLERANCE_SECONDS,
    now: float | None = None,
) -> Received:
    """The event of a request with ``X-Papyrus-Signature: t=<unix>,v1=<hex>``.

    What is signed is ``<t>.<body>``. Otherwise as ``verify``; the event's id is the body's.
    """
    header = _header(_lower(headers), "x-papyrus-signature")
    parts = [part.partition("=") for part in header.replace(" ", "").split(",")]
    moments = [value for name, _, value in parts if name == "t"]
    if len(moments) != 1:
        raise NotGenuine("X-Papyrus-Signature has no time")
    sent_at = _moment(moments[0], tolerance, now)
    signatures = [value for name, _, value in parts if name == "v1"]
    signed = f"{sent_at}.".encode() + body
    _check(signatures, (_mac(secret, signed).hex() for secret in _each(secrets)))
    event = _parsed(body)
    return Received(str(event.get("id", "")), sent_at, event)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _header(headers: Mapping[str, str], name: str) -> str:
    if not headers.get(name):
        raise NotGenuine(f"the header {name} is missing")
    return headers[name]


def _moment(text: str, tolerance: float, now: float | None) -> int:
    """The time of signing, where it is near enough to ``now``."""
    if not _MOMENT.fullmatch(text):
        raise NotGenuine("the time of signing is no Unix time")
    sent_at = int(text)
    if abs((time.time() if now is None else now) - sent_at) > tolerance:
        raise NotGenuine("it was signed too long ago, or the clocks differ")
    return sent_at


def _each(secrets: str | Iterable[str]) -> list[str]:
    return [secrets] if isinstance(secrets, str) else list(secrets)


def _mac(secret: str, signed: bytes) -> bytes:
    return hmac.new(_key(secret), signed, hashlib.sha256).digest()


def _key(secret: str) -> bytes:
    """The key that a secret is: base64 behind ``whsec_``."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except ValueError as error:
        raise ValueError("a webhook's secret is whsec_ and base64") from error
    if not key:
        raise ValueError("a webhook's secret is whsec_ and base64")
    return key


def _check(signatures: Iterable[str], wanted: Iterable[str]) -> None:
    """Raise NotGenuine unless one of ``signatures`` is one of ``wanted``.

    The time that it takes says nothing of how much was right.
    """
    expected = [each.encode() for each in wanted]
    given = [each.encode(errors="surrogatepass") for each in signatures]
    matches = [hmac.compare_digest(one, other) for one in given for other in expected]
    if not any(matches):
        raise NotGenuine("no signature fits")


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except ValueError as error:
        raise NotGenuine("the body is no JSON") from error
    if not isinstance(event, dict):
        raise NotGenuine("the body is no event")
    return event
