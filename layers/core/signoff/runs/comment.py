"""Comments on a run, without a decision."""

from signoff.errors import Invalid
from signoff.history.entry import HistoryEntry
from signoff.identity.principal import Caller
from signoff.runs.change import Change, until_committed
from signoff.runs.read import read_run
from signoff.tasks.decide import MAX_COMMENT


def comment_run(caller: Caller, run_id: str, text: str) -> HistoryEntry:
    """Add a comment to the run's history; also on a run that has ended.

    Raises NotFound, Invalid (blank, or over 10,000 characters).
    """
    if not text.strip():
        raise Invalid("comment must not be blank", field="comment")
    if len(text) > MAX_COMMENT:
        raise Invalid(f"comment must have at most {MAX_COMMENT} characters", field="comment")

    def command() -> HistoryEntry:
        change = Change(
            read_run(caller.tenant, run_id), actor=caller.actor.id, via=caller.principal.key_id
        )
        entry = change.record("comment.added", {"comment": text})
        change.commit()
        return entry

    return until_committed(command)
