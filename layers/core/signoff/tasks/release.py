"""Giving a claimed task back to its pool."""

from dataclasses import replace

from signoff.errors import Conflict, Forbidden
from signoff.identity.principal import Caller
from signoff.runs.change import Change
from signoff.runs.read import read_work
from signoff.storage.repeating import until_committed
from signoff.tasks.model import Task


def release_task(caller: Caller, task_id: str) -> Task:
    """Make a task that the caller owns PENDING again, back in its groups' worklists.

    Raises NotFound, Conflict (not CLAIMED, or put to one person by name, who cannot give it to
    nobody), Forbidden (not the owner). Check order: docs/flow-api.md.
    """

    def command() -> Task:
        run, step, task = read_work(caller.tenant, task_id)
        if caller.command_id and task.command == caller.command_id:
            return task
        if run.status != "RUNNING" or step.status != "OPEN":
            raise Conflict("Task is not releasable")
        if task.status != "CLAIMED" or task.is_direct:
            raise Conflict("Task is not releasable")
        if task.owner != caller.actor.id:
            raise Forbidden("Not the task owner")
        released = replace(task, status="PENDING", owner=None, command=caller.command_id)
        change = Change(run, actor=caller.actor.id, via=caller.principal.key_id)
        change.record(
            "task.released",
            {
                "taskId": task.task_id,
                "step": task.step_id,
                "owner": caller.actor.id,
                "groups": list(task.groups),
                "dueAt": task.due_at,
            },
        )
        change.write_task(released, before=task)
        change.commit()
        return released

    return until_committed(command)
