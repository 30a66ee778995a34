"""Timers: a one-off schedule of EventBridge Scheduler for the next moment of each open task.

The worker does not believe the event that woke it: it reads the task and makes the schedule, or
removes it, as the task is now. So events may come late, twice and in any order. A schedule that is
left over fires for nothing (``sla.act``) and deletes itself; one that is lost, the sweep makes up
for.
"""

import math
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from signoff.clock import now
from signoff.runs.ids import code_and_ordinal, is_id
from signoff.storage.clients import client
from signoff.storage.store import state
from signoff.storage.values import to_json
from signoff.tasks.model import OPEN_TASK, Task, task_key

# What the queue did not take for this long, the sweep has acted on long since.
_RETRY = {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 20}


def arm_timer(event: dict[str, Any]) -> None:
    """Make the timer of the task that a CloudEvent of ours is about what it has to be now."""
    task_id = str(event["data"].get("taskId"))
    if not is_id(task_id):
        return
    code, ordinal = code_and_ordinal(task_id)
    item = state().get(task_key(event["tenant"], task_id, code, ordinal))
    task = Task.from_item(item) if item else None
    if task is None or task.task_id != task_id:
        return
    if task.timer_at is not None and task.status in OPEN_TASK:
        _set(task, task.timer_at)
    else:
        _remove(task)


def schedule_name(task: Task) -> str:
    """The name of the schedule for the task's next moment.

    Each moment has one of its own: a schedule that has just fired deletes itself, and would take a
    new one of the same name with it.
    """
    return f"{task.task_id}-{task.alerts}"


def expression(timer_at: str, at_least: datetime) -> str:
    """When to fire, in whole seconds, never before ``timer_at`` and not before ``at_least``."""
    moment = max(datetime.fromisoformat(timer_at), at_least).astimezone(UTC)
    whole = moment.replace(microsecond=0) + timedelta(seconds=math.ceil(moment.microsecond / 1e6))
    return f"at({whole:%Y-%m-%dT%H:%M:%S})"


def _set(task: Task, timer_at: str) -> None:
    """Create the schedule; one of the same name is from an earlier opening, or is this one."""
    fired = {"tenant": task.tenant, "taskId": task.task_id, "timerAt": timer_at}
    wanted = {
        "Name": schedule_name(task),
        "GroupName": os.environ["TIMER_GROUP"],
        "ScheduleExpression": expression(timer_at, now() + timedelta(seconds=1)),
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": {
            "Arn": os.environ["TIMER_QUEUE_ARN"],
            "RoleArn": os.environ["TIMER_ROLE_ARN"],
            "Input": to_json({"detail": fired}),
            "RetryPolicy": _RETRY,
            "DeadLetterConfig": {"Arn": os.environ["TIMER_FAILURES_ARN"]},
        },
    }
    scheduler = client("scheduler")
    try:
        scheduler.create_schedule(**wanted)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConflictException":
            raise
        # Gone meanwhile: it has fired, and whoever acts on it publishes the next event.
        with suppress(scheduler.exceptions.ResourceNotFoundException):
            scheduler.update_schedule(**wanted)


def _remove(task: Task) -> None:
    scheduler = client("scheduler")
    with suppress(scheduler.exceptions.ResourceNotFoundException):
        scheduler.delete_schedule(Name=schedule_name(task), GroupName=os.environ["TIMER_GROUP"])
