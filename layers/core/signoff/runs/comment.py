"""Comments on a run, without a decision."""

from signoff.errors import Invalid
from signoff.history.entry import HistoryEntry
from signoff.history.store import read_entry
from signoff.identity.principal import Caller
from signoff.limits import COMMENT_CHARACTERS
from signoff.runs.change import Change, until_committed
from signoff.runs.read import read_run
from signoff.runs.repeated import done_before, note_done


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
        if done := done_before(run, caller):
            return read_entry(run, done["sequence"])  # this very command, repeated
        change = Change(run, actor=caller.actor.id, via=caller.principal.key_id)
        entry = change.record("comment.added", {"comment": text})
        note_done(change, caller, sequence=entry.sequence)
        change.commit()
        return entry

    return until_committed(command)
