"""Sending a run to a step from outside: by an administrator, or by a deadline that says so.

A run is sent in one transaction: a new generation (so that whatever is asked there is asked anew),
a new attempt, a checkpoint to begin at, and the entry that says who did it and why. The old
execution finds itself overtaken; what it had asked for is taken back before the new one begins
(``runs.leave``).
"""

from typing import Any

from signoff.definitions.machines import resume_machine
from signoff.definitions.store import read_version
from signoff.runs.change import Change
from signoff.runs.checkpoint import Checkpoint, read_checkpoint
from signoff.runs.leave import leave_some
from signoff.runs.nudge import execution_arn


def redirect(
    change: Change,
    target: str | None,
    *,
    type_: str,
    detail: dict[str, Any],
    scope: dict[str, Any] | None = None,
) -> None:
    """Let the run of ``change`` go on at ``target``, a durable top-level step; None: the beginning.

    ``type_`` and ``detail`` are the entry's; to the detail come ``from``, ``to``, ``attempt`` and
    ``generation``. ``scope`` is the machine's state there, by default that of the last checkpoint.
    Whoever commits the change calls ``set_off`` afterwards; the mark "start" makes the sweep do it
    otherwise.
    """
    run = change.run
    published = read_version(run.tenant, run.definition_id, run.definition_version)
    scope = scope or read_checkpoint(run).scope
    if run.status == "RUNNING":
        run.left_executions = [*run.left_executions, execution_arn(run)]
    run.status, run.stalled = "RUNNING", 0
    run.outcome = run.result = run.error = run.ended_at = None
    run.generation += 1
    run.attempt += 1
    run.resume_arn = resume_machine(published, run.tenant) if target is not None else None
    come_from = run.current_state
    run.current_state = target or published.document["steps"][0]["id"]
    run.ask_nudge("start")
    anew: dict[str, Any] = {"visits": {}, "passed": [], "last": None, "at": ""}
    change.put(Checkpoint(target, scope | anew).to_item(run))
    change.record(
        type_,
        {
            "from": come_from,
            "to": run.current_state,
            **detail,
            "attempt": run.attempt,
            "generation": run.generation,
        },
        nudge="run",
    )
    leave_some(change)
