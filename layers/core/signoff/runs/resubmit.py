"""Submitting a rejected run's document anew: another run, linked to the first."""

from signoff.errors import Conflict, Forbidden, Invalid
from signoff.history.store import read_entry
from signoff.identity.principal import Caller
from signoff.limits import COMMENT_CHARACTERS
from signoff.runs.change import Change
from signoff.runs.ids import derived_run_id, new_run_id
from signoff.runs.leave import set_off
from signoff.runs.model import DocumentVersion, Run
from signoff.runs.nudge import at_once
from signoff.runs.outcome import is_rejection
from signoff.runs.progress import Moved
from signoff.runs.read import find_run, read_run
from signoff.runs.start import Origin, check_words, prepare_run, startable, told_version
from signoff.storage.repeating import until_committed


def resubmit_run(
    caller: Caller,
    run_id: str,
    *,
    document_ref: str | None,
    document_version: DocumentVersion | None = None,
    comment: str | None = None,
) -> Moved:
    """Start a run that takes up the rejected ``run_id``, for its initiator.

    It has the same variables and urgency, the newest version of the definition and
    ``document_ref``, of which it is about ``document_version``. Raises NotFound, Forbidden (not the
    initiator, or no longer of an initiator group), Conflict (not rejected, a sub-workflow, or
    submitted anew already), Invalid (the newest version asks for other variables; ``comment`` over
    4,000 characters).
    """
    check_words(document_ref)
    if comment is not None and len(comment) > COMMENT_CHARACTERS:
        raise Invalid(f"comment must have at most {COMMENT_CHARACTERS} characters", field="comment")

    def command() -> Run:
        old = read_run(caller.tenant, run_id)
        new_id = derived_run_id(caller.command_id) if caller.command_id else new_run_id()
        if old.next_run_id == new_id:
            return read_run(caller.tenant, new_id)  # this very command, repeated
        _check(caller, old)
        return _resubmit(caller, old, new_id, document_ref, document_version, comment)

    run = until_committed(command)
    if run.nudge == "start":
        at_once(lambda: set_off(run))
    return Moved(run.run_id)


def taken_up(run: Run) -> bool:
    """Whether another run goes on with what this one was about, or has come to its own end."""
    if run.next_run_id is None:
        return False
    following = find_run(run.tenant, run.next_run_id)
    return following is not None and following.status != "CANCELLED"


def check_not_taken_up(run: Run) -> None:
    """Raise Conflict where another run goes on with what this one was about."""
    if taken_up(run):
        raise Conflict(f"has been submitted anew as {run.next_run_id}", about="run")


def _check(caller: Caller, old: Run) -> None:
    if old.parent is not None:
        raise Conflict("A sub-workflow cannot be submitted anew; submit its parent")
    if old.initiator != caller.actor.id:
        raise Forbidden("Only the initiator may submit a run anew")
    if not is_rejection(old):
        raise Conflict("has not been rejected", about="run")
    check_not_taken_up(old)


def _resubmit(
    caller: Caller,
    old: Run,
    new_id: str,
    document_ref: str | None,
    document_version: DocumentVersion | None,
    comment: str | None,
) -> Run:
    head, published = startable(caller, old.definition_key)
    started = read_entry(old, 1).detail["variables"]
    run, starting, _ = prepare_run(
        caller.tenant,
        new_id,
        published.document,
        definition_id=head.definition_id,
        version=head.version,
        machine_arn=head.machine_arn,
        # One that nobody gave stands there as null, which its own schema need not allow.
        variables={name: value for name, value in started.items() if value is not None},
        document_ref=document_ref,
        document_version=document_version,
        urgency=old.urgency,
        previous_run_id=old.run_id,
        origin=Origin(old.initiator, caller.actor.id, caller.principal.key_id),
    )
    old.next_run_id = new_id
    change = Change(old, actor=caller.actor.id, via=caller.principal.key_id)
    change.record(
        "run.resubmitted",
        {
            "newRunId": new_id,
            "documentRef": document_ref,
            **told_version(document_version),
            "comment": comment,
        },
    )
    starting.commit(change)
    return run
