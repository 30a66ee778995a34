"""Commands that are sent again: a note in the run's partition, written with what they changed."""

import time

from signoff.identity.principal import Caller
from signoff.limits import COMMAND_KEPT_SECONDS
from signoff.runs.change import Change
from signoff.runs.model import Run
from signoff.storage.store import state
from signoff.storage.table import Key
from signoff.storage.transaction import absent
from signoff.storage.values import Item


def done_before(run: Run, caller: Caller) -> Item | None:
    """What ``note_done`` noted of this very command, if it has been committed before."""
    return state().get(_key(run, caller.command_id)) if caller.command_id else None


def note_done(change: Change, caller: Caller, **what: str | int) -> None:
    """Note, in the transaction of ``change``, that the caller's command has been carried out."""
    if caller.command_id is None:
        return
    partition, sort = _key(change.run, caller.command_id)
    expires = int(time.time()) + COMMAND_KEPT_SECONDS
    change.put({"PK": partition, "SK": sort, **what, "expiresAt": expires}, absent())


def _key(run: Run, command_id: str) -> Key:
    return run.partition, f"COMMAND#{command_id}"
