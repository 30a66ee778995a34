"""Cancelling a run: it, its open tasks and its sub-workflows."""

from signoff.errors import Conflict
from signoff.identity.principal import Caller
from signoff.runs.change import Change
from signoff.runs.checkpoint import checkpoint_key
from signoff.runs.clear import clear_up
from signoff.runs.ending import close_parent_step, end, withdraw_some
from signoff.runs.ids import new_run_id
from signoff.runs.model import Run
from signoff.runs.nudge import at_once, send_output
from signoff.runs.progress import Moved
from signoff.runs.read import find_run, read_run
from signoff.storage.repeating import until_committed
from signoff.tasks.model import Step


def cancel_run(
    caller: Caller, run_id: str, reason: str | None = None, *, once: bool = False
) -> Moved:
    """Make a run CANCELLED that is RUNNING or FAILED; cancelling twice changes nothing.

    Raises NotFound, Conflict (the run is COMPLETED, or with ``once`` was cancelled before by
    another command).
    """
    read_run(caller.tenant, run_id)
    # Which command it was that cancelled the run; one without a key of its own gets a name here.
    command = caller.command_id or new_run_id()
    run = _cancel(caller.tenant, run_id, reason, caller.actor.id, caller.principal.key_id, command)
    if run.status != "CANCELLED":
        raise Conflict("is completed and cannot be cancelled", about="run")
    if once and run.command != command:
        raise Conflict("is cancelled already", about="run")
    return Moved(run.run_id, waits=False)


def cancel_child(step: Step) -> None:
    """Cancel the sub-workflow of an abandoned or cancelled step, if it has one that still runs."""
    if step.child_run_id and find_run(step.tenant, step.child_run_id):
        _cancel(step.tenant, step.child_run_id, "the parent went on without it")


def _cancel(
    tenant: str,
    run_id: str,
    reason: str | None,
    actor: str | None = None,
    via: str | None = None,
    command_id: str | None = None,
) -> Run:
    def command() -> tuple[Run, Step | None]:
        run = read_run(tenant, run_id)
        if run.status in ("COMPLETED", "CANCELLED"):
            return run, None
        change = Change(run, actor=actor, via=via)
        end(change, "CANCELLED")
        run.command = command_id
        run.ask_nudge("stop")
        change.record("run.cancelled", {"reason": reason}, nudge="run")
        change.delete(checkpoint_key(run))
        withdraw_some(change, "cancelled")
        parent_change, parent_step = close_parent_step(run)
        change.commit(*([parent_change] if parent_change else []))
        return run, parent_step

    run, parent_step = until_committed(command)
    if parent_step:
        at_once(lambda: send_output(parent_step))
    if run.status == "CANCELLED" and run.nudge == "stop":
        at_once(lambda: clear_up(run))
    return run
