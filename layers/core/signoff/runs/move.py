"""Moving a run to another step of its definition."""

from collections.abc import Callable

from signoff.definition.model import Definition
from signoff.definitions.store import read_version
from signoff.errors import Conflict, Invalid
from signoff.identity.principal import Caller
from signoff.runs.change import Change
from signoff.runs.leave import set_off
from signoff.runs.model import Run
from signoff.runs.nudge import at_once
from signoff.runs.progress import Moved
from signoff.runs.read import read_run
from signoff.runs.redirect import redirect
from signoff.runs.sent import check_reason, send
from signoff.storage.repeating import until_committed


def move_run(caller: Caller, run_id: str, step: str, reason: str | None = None) -> Moved:
    """Let a RUNNING or FAILED run go on at ``step``, with the variables it has now.

    ``step`` is one of the top level at which a run can stand: not a condition, a transform or an
    end, which it only passes (an end is reached by deciding or cancelling), and none inside of a
    parallel step or a map. What is open is taken back; what the steps in between would have set is
    not there. Raises NotFound, Conflict (the run has ended), Invalid (no such step, naming those
    that there are).
    """
    check_reason(reason)
    return send(caller, run_id, lambda change: _move(change, step, reason))


def move_as(
    tenant: str,
    run_id: str,
    step: str,
    *,
    holds: Callable[[Run], bool],
    actor: str,
    reason: str,
) -> Moved | None:
    """Move a RUNNING run in the engine's name, only if ``holds``; None where it does not.

    ``holds`` is asked about the run that the move is committed on; what it reads of the run's
    steps and tasks it reads after that. Raises NotFound, Invalid (no such step).
    """

    def command() -> Run | None:
        run = read_run(tenant, run_id)
        if run.status != "RUNNING" or not holds(run):
            return None
        change = Change(run, actor=actor)
        _move(change, step, reason)
        change.commit()
        return run

    run = until_committed(command)
    if run is None:
        return None
    at_once(lambda: set_off(run))
    return Moved(run.run_id)


def steps_to_move_to(run: Run) -> tuple[str, ...]:
    """The steps that a run of this definition can be moved to, in the definition's order."""
    # Imported here: few runs are ever moved, and no other command should wait for a compiler.
    from signoff.compiler import resume_points

    published = read_version(run.tenant, run.definition_id, run.definition_version)
    return resume_points(Definition.model_validate(published.document))


def _move(change: Change, step: str, reason: str | None) -> None:
    run = change.run
    if run.status not in ("RUNNING", "FAILED"):
        raise Conflict(f"is {run.status.lower()} and cannot be moved", about="run")
    steps = steps_to_move_to(run)
    if step not in steps:
        raise Invalid(
            f"There is no step '{step[:64]}' to move to; there are {', '.join(steps)}",
            field="step",
        )
    redirect(change, step, type_="run.moved", detail={"reason": reason})
