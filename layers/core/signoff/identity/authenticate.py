"""From an ``Authorization`` header to a principal.

A key is read once per container and minute: principals are remembered under the key's own hash,
so one never serves another key. Keys that do not exist are remembered for a few seconds in a
place of their own, where a flood of guesses cannot push good keys out.
"""

import logging

from signoff.errors import Forbidden, KeyExpired, KeyRevoked, Unauthenticated, WrongTenant
from signoff.identity.keys import ApiKey, digest_of, find_by_digest, is_wellformed
from signoff.identity.principal import Principal
from signoff.identity.scopes import expand
from signoff.memory import Memory

KNOWN_SECONDS = 60  # the longest that a revoked key may still be taken
UNKNOWN_SECONDS = 5
KNOWN_LIMIT = 1024
UNKNOWN_LIMIT = 256

BAD_CREDENTIALS = "A valid API key is required: Authorization: Bearer wf_…"

_log = logging.getLogger(__name__)


_known: Memory[ApiKey] = Memory(KNOWN_LIMIT, KNOWN_SECONDS)
_unknown: Memory[None] = Memory(UNKNOWN_LIMIT, UNKNOWN_SECONDS)


def authenticate(
    authorization: str | None, tenant_header: str | None, source_ip: str | None
) -> Principal:
    """Who holds the key in ``Authorization: Bearer <key>``.

    ``tenant_header`` is ``X-Tenant-Id``: not needed, since the key knows its tenant, but when it
    is sent it must be that tenant's slug. ``source_ip`` is logged with every refusal, and nothing
    of the key is. Raises Unauthenticated (KeyRevoked, KeyExpired) and WrongTenant.
    """
    try:
        key = _good_key(authorization)
        if tenant_header is not None and tenant_header.strip() != key.tenant:
            raise WrongTenant("X-Tenant-Id is not the tenant of this key", field="X-Tenant-Id")
    except (Unauthenticated, Forbidden) as refusal:
        _log.warning("refused %s: %s", source_ip, refusal.message)
        raise
    return Principal(key.tenant, expand(key.scopes), key.key_id, key.name)


def forget_all() -> None:
    """Empty both memories."""
    _known.clear()
    _unknown.clear()


def _good_key(authorization: str | None) -> ApiKey:
    secret = _bearer(authorization)
    if secret is None:
        raise Unauthenticated(BAD_CREDENTIALS)
    key = _lookup(digest_of(secret))
    if key is None:
        raise Unauthenticated(BAD_CREDENTIALS)
    # Only the holder of the key gets to hear these two.
    if key.revoked_at is not None:
        raise KeyRevoked("The API key has been revoked")
    if key.is_expired():
        raise KeyExpired("The API key has expired")
    return key


def _bearer(authorization: str | None) -> str | None:
    scheme, _, secret = (authorization or "").strip().partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not is_wellformed(secret):
        return None
    return secret


def _lookup(digest: str) -> ApiKey | None:
    known = _known.find(digest)
    if known is not None:
        return known.value
    if _unknown.find(digest) is not None:
        return None
    key = find_by_digest(digest)
    if key is None:
        _unknown.keep(digest, None)
    else:
        _known.keep(digest, key)
    return key
