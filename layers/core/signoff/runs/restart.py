"""Restarting a run from its first step."""

from signoff.errors import Conflict
from signoff.history.store import read_entry
from signoff.identity.principal import Caller
from signoff.runs.change import Change
from signoff.runs.progress import Moved
from signoff.runs.redirect import redirect
from signoff.runs.resubmit import check_not_taken_up
from signoff.runs.sent import check_reason, send
from signoff.runs.start import start_scope


def restart_run(caller: Caller, run_id: str, reason: str | None = None) -> Moved:
    """Let a run begin again, with the variables that it was started with; an ended run, too.

    Raises NotFound, Conflict (a sub-workflow, whose parent decides when it begins; a run that has
    been submitted anew: two would be about one document).
    """
    check_reason(reason)
    return send(caller, run_id, lambda change: _restart(change, reason))


def _restart(change: Change, reason: str | None) -> None:
    run = change.run
    if run.parent is not None:
        raise Conflict("A sub-workflow cannot be restarted by itself; restart or move its parent")
    check_not_taken_up(run)
    given = read_entry(run, 1).detail["variables"]
    scope = start_scope(run, given)
    redirect(change, None, type_="run.restarted", detail={"reason": reason}, scope=scope)
