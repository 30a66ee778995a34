"""Attempts: how a run outlives its execution, and how it fails when it cannot go on.

Design rule 5. The attempt goes up by a conditional write on the run; the new execution begins at
the checkpoint, on the resume machine when there is one to begin at.
"""

from typing import Any

from signoff.definitions.machines import resume_machine
from signoff.definitions.store import read_version
from signoff.runs.change import Change
from signoff.runs.checkpoint import read_checkpoint
from signoff.runs.clear import clear_up
from signoff.runs.ending import close_parent_step, end, withdraw_some
from signoff.runs.leave import set_off
from signoff.runs.model import NUDGE_GRACE_SECONDS, Run
from signoff.runs.nudge import at_once, send_output
from signoff.runs.read import read_run
from signoff.storage.repeating import until_committed
from signoff.tasks.model import Step

# Attempts in a row that failed without reaching a durable step that none had reached before. The
# first follows at once, the others are left to the sweep at growing distance, so that a platform
# that is down is not hammered. An execution that was merely lost (stopped, timed out after a year,
# gone with its emulator) says nothing against the next and is not counted.
MAX_STALLED = 5


def next_attempt(run: Run, reason: dict[str, Any], *, lost: bool) -> None:
    """Start another execution for a RUNNING run whose present one is over.

    ``reason``: ``{"error", "cause"}`` of the execution's end; ``lost``: it did not fail but is
    gone. After five that failed without a step forward the run becomes FAILED.
    """

    def command() -> Run | None:
        current = read_run(run.tenant, run.run_id)
        if current.status != "RUNNING" or current.attempt != run.attempt:
            return None
        if not lost and current.stalled >= MAX_STALLED:
            return current
        change = Change(current)
        current.stalled += 0 if lost else 1
        begin_attempt(change)
        change.record("run.resumed", {"attempt": current.attempt, **reason}, nudge="run")
        change.commit()
        return current

    current = until_committed(command)
    if current is None:
        return
    if current.attempt == run.attempt:
        fail_run(current, reason)
    elif current.stalled <= 1:
        at_once(lambda: set_off(current))


def begin_attempt(change: Change) -> None:
    """Count the attempt up and choose the machine that it starts on."""
    run = change.run
    run.attempt += 1
    if read_checkpoint(run).resume_at is not None:
        published = read_version(run.tenant, run.definition_id, run.definition_version)
        run.resume_arn = resume_machine(published, run.tenant)
    run.ask_nudge("start", NUDGE_GRACE_SECONDS * 4 ** max(0, run.stalled - 1))


def fail_run(run: Run, reason: dict[str, Any]) -> None:
    """Make a RUNNING run FAILED: ``reason`` is ``{"error", "cause", "step"?}``.

    Its open tasks are withdrawn (``retry`` opens them again), and the step of its parent that
    waits for it fails.
    """

    def command() -> tuple[Run, Step | None]:
        current = read_run(run.tenant, run.run_id)
        if current.status != "RUNNING" or current.attempt != run.attempt:
            return current, None
        change = Change(current)
        end(change, "FAILED")
        current.ask_nudge("stop")
        current.error = {"step": current.current_state, **reason}
        change.record("run.failed", current.error, nudge="run")
        withdraw_some(change, "failed")
        parent_change, parent_step = close_parent_step(current)
        change.commit(*([parent_change] if parent_change else []))
        return current, parent_step

    current, parent_step = until_committed(command)
    if current.nudge == "stop":
        at_once(lambda: clear_up(current))
    if parent_step:
        at_once(lambda: send_output(parent_step))
