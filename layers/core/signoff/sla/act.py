"""What happens when a moment of a task's deadline has come.

A timer is a hint: it may come late, twice, or for something that is over. So it acts through the
same transaction as a person, on condition that the task is open and that the moment is the one
that the timer was armed for (design section 2, rule 4). Whoever commits first wins, and history
says who it was.
"""

import logging
from dataclasses import replace
from typing import Any

from signoff.clock import timestamp
from signoff.errors import NotFound
from signoff.runs.change import Change
from signoff.runs.model import Run
from signoff.runs.read import read_work
from signoff.sla.deeds import do
from signoff.sla.people import told_to
from signoff.sla.stages import Stage, stages_of
from signoff.storage.repeating import until_committed
from signoff.tasks.model import OPEN_TASK, Step, Task

_log = logging.getLogger(__name__)

_MOST_STAGES = 24  # a warning, a breach, ten actions at ten moments, and room


def act_on_timer(fired: dict[str, Any]) -> None:
    """Act on a timer: ``{"tenant", "taskId", "timerAt"}``, as it was armed (``sla.timers``)."""
    _act(str(fired["tenant"]), str(fired["taskId"]), str(fired["timerAt"]))


def act_on_task(task: Task) -> None:
    """Act on a task whose timer should have come by now, and has not (the sweep)."""
    if task.timer_at is not None:
        _act(task.tenant, task.task_id, task.timer_at)


def _act(tenant: str, task_id: str, timer_at: str) -> None:
    """Take every stage that is due, one transaction each, beginning with the one at ``timer_at``.

    A crash in between leaves the next one due, and the sweep finds it.
    """
    due: str | None = timer_at
    for _ in range(_MOST_STAGES):
        if due is None:
            return
        due = _take(tenant, task_id, due)


def _take(tenant: str, task_id: str, timer_at: str) -> str | None:
    """Take the stage that ``timer_at`` was armed for; answers the next moment if it is due too."""

    def tell() -> tuple[Task, Stage | None, str | None]:
        run, step, task = read_work(tenant, task_id)
        if not awaits(run, step, task, timer_at):
            _log.info("a timer came for what is over", extra={"task_id": task_id})
            return task, None, None
        stages = stages_of(step, task)[task.alerts :]
        if stages[0].kind == "act":
            return task, stages[0], None
        following = stages[1].at if len(stages) > 1 else None
        _tell(run, step, task, stages[0], following)
        return task, None, following

    try:
        task, deed, following = until_committed(tell)
    except NotFound:
        return None
    if deed:
        alerts = task.alerts
        do(
            task,
            deed.actions[0],
            lambda run, step, task: awaits(run, step, task, timer_at, alerts),
        )
    # The clock here may be a little behind the one that fired the timer.
    is_due = following is not None and following <= max(timer_at, timestamp())
    return following if is_due else None


def awaits(run: Run, step: Step, task: Task, timer_at: str, alerts: int | None = None) -> bool:
    """Whether the task is open and its next moment is still the one of the timer.

    ``alerts`` tells two moments at one time from each other.
    """
    is_open = run.status == "RUNNING" and step.status == "OPEN" and task.status in OPEN_TASK
    return is_open and task.timer_at == timer_at and alerts in (None, task.alerts)


def _tell(run: Run, step: Step, task: Task, stage: Stage, following: str | None) -> None:
    """Write what has happened and whom it is told to; arm the task for what follows."""
    change = Change(run)
    place = {"taskId": task.task_id, "step": step.step_id, "path": step.path, "dueAt": task.due_at}
    if stage.kind in ("warning", "breach"):
        change.record("task.warned" if stage.kind == "warning" else "task.breached", place)
    for action in stage.actions:
        told = {
            "action": action["action"],
            "to": told_to(action, task, run),
            "message": action.get("message"),
        }
        change.record("sla.acted", place | told)
    change.write_task(replace(task, alerts=task.alerts + 1, timer_at=following), before=task)
    change.commit()
