"""Claiming a pool task."""

from dataclasses import replace

from signoff.errors import Conflict, Forbidden
from signoff.identity.principal import Actor, Caller
from signoff.runs.change import Change
from signoff.runs.read import read_work
from signoff.storage.repeating import until_committed
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
        may_take(step, task, caller.actor, run.initiator)
        if run.status != "RUNNING" or step.status != "OPEN" or task.status != "PENDING":
            raise Conflict("Task is not claimable")
        change = Change(run, actor=caller.actor.id, via=caller.principal.key_id)
        claimed = replace(taken(change, task, caller.actor), command=caller.command_id)
        change.write_task(claimed, before=task)
        change.commit()
        return claimed

    return until_committed(command)


def taken(change: Change, task: Task, person: Actor) -> Task:
    """``task`` as it is when ``person`` has claimed it; recorded, and for the caller to write."""
    change.record(
        "task.claimed",
        {
            "taskId": task.task_id,
            "step": task.step_id,
            "owner": person.id,
            "groups": list(task.groups),
            "dueAt": task.due_at,
        },
    )
    return replace(task, status="CLAIMED", owner=person.id)


def may_take(step: Step, task: Task, person: Actor, initiator: str) -> None:
    """Raises Forbidden unless ``person`` may claim this task."""
    if not set(task.groups) & set(person.groups):
        raise Forbidden("Not in candidate group")
    if task.rework_of is not None:
        return  # nothing is decided there
    if step.spec.get("fourEyes") and person.id == initiator:
        raise Forbidden("The initiator may not decide this task")
    if person.id in step.voters:
        raise Forbidden("Actor has already decided in this step")
