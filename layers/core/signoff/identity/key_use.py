"""When a key was last used, noted at most once a minute.

The note has an item of its own, ``KEYUSED#<hash>`` / ``USED``, so that every function may write it
and no function needs to write keys for it (template.yaml, ``NoteKeyUse``). It is read together with
the key, once a minute per container, and written only where it is older than a minute, so that a
key costs one write a minute however many containers serve it.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError

from signoff import clock
from signoff.clock import timestamp
from signoff.storage.single import set_one
from signoff.storage.store import state
from signoff.storage.table import Key
from signoff.storage.transaction import Condition, ConditionFailed, Contended

NOTED_SECONDS = 60

_log = logging.getLogger(__name__)


def use_key(digest: str) -> Key:
    """Where the last use of the secret with this hash is noted."""
    return (f"KEYUSED#{digest}", "USED")


def last_uses(digests: Iterable[str]) -> dict[str, str]:
    """The moments of last use that are known, by hash; one read per hundred."""
    keys = {use_key(digest): digest for digest in digests}
    items = state().get_many(list(keys))
    return {keys[key]: str(item["usedAt"]) for key, item in items.items()}


def note_use(digest: str, noted_at: str | None) -> None:
    """Note that the secret is used now, unless ``noted_at`` (what was read) is fresh enough.

    Never fails: what matters is the request. Somebody who noted it meanwhile is as good.
    """
    now = clock.now()
    stale = timestamp(now - timedelta(seconds=NOTED_SECONDS))
    if noted_at is not None and noted_at > stale:
        return
    not_yet = Condition("attribute_not_exists(usedAt) OR usedAt <= :stale", {}, {":stale": stale})
    try:
        set_one(state(), use_key(digest), {"usedAt": timestamp(now)}, not_yet)
    except ConditionFailed:
        return
    except (Contended, ClientError, BotoCoreError):
        _log.warning("the use of a key could not be noted", exc_info=True)
