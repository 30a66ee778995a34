"""A command that is sent again under one Idempotency-Key is done once.

The command's transaction writes a marker, so whoever repeats it finds out what it did.
"""

import time

from signoff.runs.change import Change
from signoff.runs.model import Run
from signoff.storage.store import state
from signoff.storage.table import Key
from signoff.storage.transaction import absent

KEPT_SECONDS = 24 * 3600  # as long as an Idempotency-Key is kept


def is_done(run: Run, command_id: str | None) -> bool:
    """Whether ``command_id`` has changed ``run`` already; never for a command without an id."""
    return command_id is not None and state().get(_marker(run, command_id)) is not None


def mark_done(change: Change, command_id: str | None) -> None:
    """Let the transaction of ``change`` say that it is the one of ``command_id``."""
    if command_id is not None:
        partition, sort = _marker(change.run, command_id)
        expires = int(time.time()) + KEPT_SECONDS
        item = {"PK": partition, "SK": sort, "sequence": change.run.sequence, "expiresAt": expires}
        change.put(item, absent())


def _marker(run: Run, command_id: str) -> Key:
    return run.partition, f"COMMAND#{command_id}"
