"""API keys as a container remembers them: each is read once a minute, under its own hash.

Keys that do not exist are remembered for a few seconds in a place of their own, where a flood of
guesses cannot push good keys out.
"""

from signoff.errors import KeyExpired, KeyRevoked, Unauthenticated
from signoff.identity.keys import ApiKey, digest_of, find_by_digest
from signoff.memory import Memory

KNOWN_SECONDS = 60  # the longest that a revoked key may still be taken
UNKNOWN_SECONDS = 5
KNOWN_LIMIT = 1024
UNKNOWN_LIMIT = 256

BAD_CREDENTIALS = "A valid API key or access token is required: Authorization: Bearer …"

_known: Memory[ApiKey] = Memory(KNOWN_LIMIT, KNOWN_SECONDS)
_unknown: Memory[None] = Memory(UNKNOWN_LIMIT, UNKNOWN_SECONDS)


def good_key(secret: str) -> ApiKey:
    """The key that ``secret`` is. Raises Unauthenticated (KeyRevoked, KeyExpired)."""
    key = _lookup(digest_of(secret))
    if key is None:
        raise Unauthenticated(BAD_CREDENTIALS)
    # Only the holder of the key gets to hear these two.
    if key.revoked_at is not None:
        raise KeyRevoked("The API key has been revoked")
    if key.is_expired():
        raise KeyExpired("The API key has expired")
    return key


def forget_all() -> None:
    """Empty both memories."""
    _known.clear()
    _unknown.clear()


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
