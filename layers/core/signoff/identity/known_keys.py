"""API keys as a container remembers them: each is read once a minute, under its secret's hash.

Keys that do not exist are remembered for a few seconds in a place of their own, where a flood of
guesses cannot push good keys out.
"""

from signoff.errors import AddressNotAllowed, KeyExpired, KeyRevoked, Unauthenticated
from signoff.identity.addresses import is_allowed
from signoff.identity.key_use import note_use
from signoff.identity.keys import ApiKey, digest_of, find_by_digest, is_past
from signoff.memory import Memory

KNOWN_SECONDS = 60  # the longest that a revoked key may still be taken
UNKNOWN_SECONDS = 5
KNOWN_LIMIT = 1024
UNKNOWN_LIMIT = 256

BAD_CREDENTIALS = "A valid API key or access token is required: Authorization: Bearer …"

_known: Memory[ApiKey] = Memory(KNOWN_LIMIT, KNOWN_SECONDS)
_unknown: Memory[None] = Memory(UNKNOWN_LIMIT, UNKNOWN_SECONDS)


def good_key(secret: str, source_ip: str | None) -> ApiKey:
    """The key that ``secret`` is, used from ``source_ip``.

    Raises Unauthenticated (KeyRevoked, KeyExpired) and AddressNotAllowed. Ends and addresses are
    judged on every request, remembered or not.
    """
    digest = digest_of(secret)
    key, fresh = _lookup(digest)
    if key is None:
        raise Unauthenticated(BAD_CREDENTIALS)
    # Only the holder of the key gets to hear these two.
    if key.revoked_at is not None:
        raise KeyRevoked("The API key has been revoked")
    if key.is_expired():
        raise KeyExpired("The API key has expired")
    if is_past(key.secret_until):
        raise KeyRevoked("The API key has been rotated; this is its former secret")
    if not is_allowed(source_ip, key.allowed):
        raise AddressNotAllowed("The API key may not be used from this address")
    if fresh:
        note_use(digest, key.used_at)
    return key


def forget_all() -> None:
    """Empty both memories."""
    _known.clear()
    _unknown.clear()


def _lookup(digest: str) -> tuple[ApiKey | None, bool]:
    """The key, and whether it was read just now."""
    known = _known.find(digest)
    if known is not None:
        return known.value, False
    if _unknown.find(digest) is not None:
        return None, False
    key = find_by_digest(digest)
    if key is None:
        _unknown.keep(digest, None)
    else:
        _known.keep(digest, key)
    return key, True
