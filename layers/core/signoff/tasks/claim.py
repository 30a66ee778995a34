"""Claiming a pool task."""

from dataclasses import replace

from signoff.errors import Conflict, Forbidden
from signoff.identity.principal import Caller
from signoff.runs.change import Change, until_committed
from signoff.runs.read import read_work
from signoff.tasks.model import Step, Task


def claim_task(caller: Caller, task_id: str) -> Task:
    """Make the caller the owner of a PENDING task; it leaves the groups' worklists.

    Raises NotFound, Forbidden (not a member of a candidate group; the initiator where four eyes
    are asked for; one who has decided in this step already), Conflict (not PENDING, or somebody
    was faster). Check order: docs/flow-api.md.
    """

    def command() -> Task:
        run, step, task = read_work(caller.tenant, task_id)
        if caller.command_id and task.command == caller.command_id:
            return task  # this very command, repeated
        may_take(step, task, caller, run.initiator)
        if run.status != "RUNNING" or step.status != "OPEN" or task.status != "PENDING":
            raise Conflict("Task is not claimable")
        claimed = replace(task, status="CLAIMED", owner=caller.actor.id, command=caller.command_id)
        change = Change(run, actor=caller.actor.id, via=caller.principal.key_id)
        change.record(
            "task.claimed",
            {"taskId": task.task_id, "step": task.step_id, "owner": caller.actor.id},
        )
        change.write_task(claimed, before=task)
        change.commit()
        return claimed

    return until_committed(command)


def may_take(step: Step, task: Task, caller: Caller, initiator: str) -> None:
    """Raises Forbidden unless the caller may hold this task."""
    if not set(task.groups) & set(caller.actor.groups):
        raise Forbidden("Not in candidate group")
    if step.spec.get("fourEyes") and caller.actor.id == initiator:
        raise Forbidden("The initiator may not decide this task")
    if caller.actor.id in step.voters:
        raise Forbidden("Actor has already decided in this step")
