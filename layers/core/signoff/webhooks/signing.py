"""The headers that prove who sent a webhook, and that nobody has changed it.

Standard Webhooks 1.0: HMAC-SHA256 over ``<id>.<timestamp>.<body>``, base64. The Approvals API's own
``X-Papyrus-Signature``: HMAC-SHA256 over ``<timestamp>.<body>``, hex. The key of both is the
secret's bytes, that is, what follows ``whsec_``, decoded.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from signoff.webhooks.secrets import PREFIX

PAPYRUS_HEADER = "X-Papyrus-Signature"


def signed_headers(
    event_id: str, body: bytes, secrets: Sequence[str], at: datetime
) -> dict[str, str]:
    """The signature headers of one attempt ``at`` a moment, one signature for each secret."""
    timestamp = str(int(at.timestamp()))
    keys = [_key(secret) for secret in secrets]
    content = f"{event_id}.{timestamp}.".encode() + body
    standard = [base64.b64encode(_mac(key, content)).decode() for key in keys]
    papyrus = [_mac(key, f"{timestamp}.".encode() + body).hex() for key in keys]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{each}" for each in standard),
        PAPYRUS_HEADER: ",".join([f"t={timestamp}", *(f"v1={each}" for each in papyrus)]),
    }


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX))


def _mac(key: bytes, content: bytes) -> bytes:
    return hmac.new(key, content, hashlib.sha256).digest()
