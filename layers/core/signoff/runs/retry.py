"""Retrying a run that failed: it goes on from the step that failed."""

from signoff.errors import Conflict
from signoff.identity.principal import Caller
from signoff.runs.attempts import begin_attempt
from signoff.runs.change import Change
from signoff.runs.clear import clear_up
from signoff.runs.leave import set_off
from signoff.runs.model import Run
from signoff.runs.nudge import at_once
from signoff.runs.progress import Moved
from signoff.runs.read import read_run
from signoff.storage.repeating import until_committed


def retry_run(caller: Caller, run_id: str) -> Moved:
    """Set a FAILED run going again at its last durable step, with nothing repeated before it.

    Raises NotFound, Conflict (the run is not FAILED).
    """
    run = _retry(
        caller.tenant,
        run_id,
        actor=caller.actor.id,
        via=caller.principal.key_id,
        command_id=caller.command_id,
    )
    at_once(lambda: set_off(run))
    return Moved(run.run_id)


def retry_child(child: Run) -> None:
    """Retry the failed sub-workflow of a parent that is being retried."""
    try:
        run = _retry(child.tenant, child.run_id)
    except Conflict:
        return  # somebody has retried it already
    at_once(lambda: set_off(run))


def _retry(
    tenant: str,
    run_id: str,
    *,
    actor: str | None = None,
    via: str | None = None,
    command_id: str | None = None,
) -> Run:
    def command() -> Run:
        run = read_run(tenant, run_id)
        if command_id and run.command == command_id:
            return run  # this very command, repeated
        if run.status != "FAILED":
            raise Conflict("has not failed and cannot be retried", about="run")
        if run.nudge == "stop":
            clear_up(run)
            run = read_run(tenant, run_id)
        change = Change(run, actor=actor, via=via)
        run.status, run.error, run.ended_at, run.stalled = "RUNNING", None, None, 0
        run.command = command_id
        begin_attempt(change)
        run.retried = run.attempt
        change.record("run.retried", {"attempt": run.attempt}, nudge="run")
        change.commit()
        return run

    return until_committed(command)
