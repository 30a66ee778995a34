"""The user pool's public keys: fetched when they are needed, kept, never asked for in a flood.

The keys of a pool change seldom and without notice. A token with a key that is not known makes one
fetch, and however many such tokens come, none follows for ``AGAIN_SECONDS``.
"""

import json
import logging
import time
from typing import Any

from signoff.errors import Unavailable
from signoff.identity.pool import CONNECT_SECONDS, READ_SECONDS, keys_url

FRESH_SECONDS = 3600.0  # known keys are asked for again after this time
STALE_SECONDS = 24 * 3600.0  # and believed for this long where nobody answers
AGAIN_SECONDS = 15.0

_MAX_BYTES = 64 * 1024

_log = logging.getLogger(__name__)


class PoolKeys:
    """A container's copy of the keys, by their ids."""

    def __init__(self) -> None:
        self._keys: dict[str, Any] = {}
        self._fetched = self._tried = float("-inf")

    def find(self, key_id: str) -> Any | None:
        """The public key of that id, None if the pool has none.

        Raises Unavailable where the pool does not answer and the key is not known.
        """
        key = self._keys.get(key_id)
        now = time.monotonic()
        due = key is None or now - self._fetched > FRESH_SECONDS
        if due and now - self._tried > AGAIN_SECONDS:
            self._refresh()
            key = self._keys.get(key_id)
        if time.monotonic() - self._fetched > STALE_SECONDS:
            raise Unavailable("Access tokens cannot be verified at the moment; try again")
        return key

    def forget(self) -> None:
        """As in a new container."""
        self.__init__()  # type: ignore[misc]

    def _refresh(self) -> None:
        self._tried = time.monotonic()
        try:
            self._keys = _parsed(fetch(keys_url()))
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            _log.exception("the user pool's keys could not be had")
            return
        self._fetched = self._tried


def fetch(url: str) -> bytes:
    """What is at ``url``. Raises OSError for no or another answer, ValueError for a huge one."""
    import urllib3

    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    with urllib3.PoolManager(timeout=timeout, retries=False) as http:
        try:
            answer = http.request("GET", url, preload_content=False)
            content: bytes = answer.read(_MAX_BYTES + 1)
        except urllib3.exceptions.HTTPError as error:
            raise OSError("no answer") from error
    if answer.status != 200:
        raise OSError(f"answered {answer.status}")
    if len(content) > _MAX_BYTES:
        raise ValueError("more than any set of keys")
    return content


def _parsed(content: bytes) -> dict[str, Any]:
    from jwt import PyJWK
    from jwt.exceptions import PyJWTError

    keys: dict[str, Any] = {}
    for each in json.loads(content)["keys"]:
        try:
            if each["kty"] == "RSA" and each.get("use", "sig") == "sig":
                keys[str(each["kid"])] = PyJWK(each, algorithm="RS256").key
        except PyJWTError as error:
            raise ValueError("a key that is none") from error
    return keys


KEYS = PoolKeys()
