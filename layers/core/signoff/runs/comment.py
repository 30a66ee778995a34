"""Comments on a run, without a decision."""

import time

from signoff.errors import Invalid
from signoff.history.entry import HistoryEntry
from signoff.history.store import read_entry
from signoff.identity.principal import Caller
from signoff.limits import COMMENT_CHARACTERS
from signoff.runs.change import Change, until_committed
from signoff.runs.read import read_run
from signoff.storage.store import state
from signoff.storage.transaction import absent

COMMAND_SECONDS = 24 * 3600  # as long as an Idempotency-Key is kept


def comment_run(caller: Caller, run_id: str, text: str) -> HistoryEntry:
    """Add a comment to the run's history; also on a run that has ended.

    Raises NotFound, Invalid (blank, or over 4,000 characters).
    """
    if not text.strip():
        raise Invalid("comment must not be blank", field="comment")
    if len(text) > COMMENT_CHARACTERS:
        raise Invalid(f"comment must have at most {COMMENT_CHARACTERS} characters", field="comment")

    def command() -> HistoryEntry:
        run = read_run(caller.tenant, run_id)
        marker = (run.partition, f"COMMAND#{caller.command_id}")
        if caller.command_id and (done := state().get(marker)):
            return read_entry(run, done["sequence"])  # this very command, repeated
        change = Change(run, actor=caller.actor.id, via=caller.principal.key_id)
        entry = change.record("comment.added", {"comment": text})
        if caller.command_id:
            expires = int(time.time()) + COMMAND_SECONDS
            item = {"PK": marker[0], "SK": marker[1], "sequence": entry.sequence}
            change.put(item | {"expiresAt": expires}, absent())
        change.commit()
        return entry

    return until_committed(command)
