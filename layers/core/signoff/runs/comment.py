"""Comments on a run, without a decision."""

from collections.abc import Callable
from dataclasses import replace

from signoff.errors import Forbidden, Invalid
from signoff.history.entry import HistoryEntry
from signoff.history.store import read_entry
from signoff.identity.principal import Actor, Caller
from signoff.limits import COMMENT_CHARACTERS
from signoff.runs.change import Change
from signoff.runs.model import Run
from signoff.runs.read import read_run
from signoff.runs.repeated import done_before, note_done
from signoff.storage.repeating import until_committed
from signoff.tasks.asked import was_asked


def comment_run(caller: Caller, run_id: str, text: str) -> HistoryEntry:
    """Add a comment to the run's history; also on a run that has ended.

    Raises NotFound, Invalid (blank, or over 4,000 characters).
    """
    return _comment(caller, run_id, text, lambda _: True)


def comment_as_participant(caller: Caller, run_id: str, person: Actor, text: str) -> HistoryEntry:
    """Add a comment of ``person``, who started the run or is or was asked in it.

    Whoever has handed a task on may comment further (contract, section 9). Raises NotFound, Invalid
    as ``comment_run``, and Forbidden for everybody else.
    """
    return _comment(
        replace(caller, actor=person),
        run_id,
        text,
        lambda run: person.id == run.initiator or was_asked(run, person),
    )


def _comment(caller: Caller, run_id: str, text: str, may: Callable[[Run], bool]) -> HistoryEntry:
    if not text.strip():
        raise Invalid("comment must not be blank", field="comment")
    if len(text) > COMMENT_CHARACTERS:
        raise Invalid(f"comment must have at most {COMMENT_CHARACTERS} characters", field="comment")

    def command() -> HistoryEntry:
        run = read_run(caller.tenant, run_id)
        if done := done_before(run, caller):
            return read_entry(run, done["sequence"])  # this very command, repeated
        if not may(run):
            raise Forbidden("Only the initiator, and who is or was asked, may comment")
        change = Change(run, actor=caller.actor.id, via=caller.principal.key_id)
        entry = change.record("comment.added", {"comment": text})
        note_done(change, caller, sequence=entry.sequence)
        change.commit()
        return entry

    return until_committed(command)
