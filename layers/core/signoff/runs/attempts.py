"""Attempts: how a run outlives its execution, and how it fails when it cannot go on.

Design rule 5. The attempt goes up by a conditional write on the run; the new execution begins at
the checkpoint, on the resume machine when there is one to begin at.
"""

from typing import Any

from signoff.definitions.machines import resume_machine
from signoff.definitions.store import read_version
from signoff.runs.change import Change, until_committed
from signoff.runs.checkpoint import read_checkpoint
from signoff.runs.ending import close_parent_step, end
from signoff.runs.model import NUDGE_GRACE_SECONDS, Run
from signoff.runs.nudge import at_once, send_output, start_execution
from signoff.runs.read import read_run, read_run_and_step, read_tasks
from signoff.tasks.model import Step
from signoff.tasks.withdraw import withdraw, withdraw_rest

# Attempts in a row that reached no durable step. The first follows at once, the others are left
# to the sweep at growing distance, so that a platform that is down is not hammered.
MAX_STALLED = 5


def next_attempt(run: Run, reason: dict[str, Any]) -> None:
    """Start another execution for a RUNNING run whose present one is over.

    ``reason``: ``{"error", "cause"}`` of the execution's end. After five attempts without a
    durable step the run becomes FAILED.
    """

    def command() -> Run | None:
        current = read_run(run.tenant, run.run_id)
        if current.status != "RUNNING" or current.attempt != run.attempt:
            return None
        if current.stalled >= MAX_STALLED:
            return current
        change = Change(current)
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
        at_once(lambda: start_execution(current))


def begin_attempt(change: Change) -> None:
    """Count the attempt up and choose the machine that it starts on."""
    run = change.run
    run.attempt += 1
    run.stalled += 1
    if read_checkpoint(run).resume_at is not None:
        published = read_version(run.tenant, run.definition_id, run.definition_version)
        run.resume_arn = resume_machine(published, run.tenant)
    run.ask_nudge("start", NUDGE_GRACE_SECONDS * 4 ** max(0, run.stalled - 1))


def fail_run(run: Run, reason: dict[str, Any]) -> None:
    """Make a RUNNING run FAILED: ``reason`` is ``{"error", "cause", "step"?}``.

    Its open tasks are withdrawn (``retry`` opens them again), and the step of its parent that
    waits for it fails.
    """

    def command() -> tuple[Run, list[Step], Step | None]:
        current = read_run(run.tenant, run.run_id)
        if current.status != "RUNNING" or current.attempt != run.attempt:
            return current, [], None
        change = Change(current)
        end(change, "FAILED")
        current.error = {"step": current.current_state, **reason}
        change.record("run.failed", current.error)
        steps = _withdraw_steps(change)
        current.open_steps = {}
        parent_change, parent_step = close_parent_step(current)
        change.commit(*([parent_change] if parent_change else []))
        return current, steps, parent_step

    _, steps, parent_step = until_committed(command)
    for step in steps:
        withdraw_rest(step, "failed")
    if parent_step:
        at_once(lambda: send_output(parent_step))


def _withdraw_steps(change: Change) -> list[Step]:
    """Mark the human steps of a failing run CANCELLED and close the tasks that fit."""
    run = change.run
    steps = []
    for code, place in run.open_steps.items():
        if place.type not in ("approval", "task") or change.room < _STEP_ROOM:
            continue
        _, step = read_run_and_step(run.tenant, run.run_id, code)
        if step is None:
            continue
        step.status = "CANCELLED"
        withdraw(change, read_tasks(step), "failed")
        change.write_step(step)
        steps.append(step)
    return steps


_STEP_ROOM = 10  # a step, a task and its worklists and entry
