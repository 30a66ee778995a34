"""What the commands that send a run elsewhere have in common."""

from collections.abc import Callable

from signoff.errors import Invalid
from signoff.identity.principal import Caller
from signoff.limits import COMMENT_CHARACTERS
from signoff.runs.change import Change
from signoff.runs.clear import clear_up
from signoff.runs.leave import set_off
from signoff.runs.model import Run
from signoff.runs.nudge import at_once
from signoff.runs.progress import Moved
from signoff.runs.read import read_run
from signoff.runs.repeated import done_before, note_done
from signoff.storage.repeating import until_committed


def send(caller: Caller, run_id: str, redirecting: Callable[[Change], None]) -> Moved:
    """Let ``redirecting`` send the run elsewhere, once per command, and set it off.

    ``redirecting`` is given a change of the run as it is, and raises Conflict where the run cannot
    be sent. Raises NotFound and what ``redirecting`` raises.
    """

    def command() -> Run:
        run = read_run(caller.tenant, run_id)
        if done_before(run, caller):
            return run
        run = cleared(run)
        change = Change(run, actor=caller.actor.id, via=caller.principal.key_id)
        redirecting(change)
        note_done(change, caller)
        change.commit()
        return run

    run = until_committed(command)
    if run.nudge == "start":
        at_once(lambda: set_off(run))
    return Moved(run.run_id)


def cleared(run: Run) -> Run:
    """The run, once nothing is owed for its end any more."""
    if run.nudge != "stop":
        return run
    clear_up(run)
    return read_run(run.tenant, run.run_id)


def check_reason(reason: str | None, *, required: bool = False) -> None:
    """Raises Invalid for a reason that is blank or too long, or missing where it is required."""
    if reason is None and not required:
        return
    if not (reason or "").strip():
        raise Invalid("reason must not be blank", field="reason")
    if len(reason or "") > COMMENT_CHARACTERS:
        raise Invalid(f"reason must have at most {COMMENT_CHARACTERS} characters", field="reason")
