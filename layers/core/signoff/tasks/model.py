"""Steps that are open or done, their tasks, and the worklists that tasks appear in."""

from dataclasses import dataclass, field
from typing import Any, Literal

from signoff.clock import later
from signoff.runs.ids import run_partition, task_id
from signoff.runs.model import nudge_keys
from signoff.storage.table import Key
from signoff.storage.values import Item, from_json, to_json

StepStatus = Literal["OPEN", "CLOSED", "CANCELLED"]
TaskStatus = Literal["PENDING", "CLAIMED", "COMPLETED", "CANCELLED"]
TaskState = Literal["OPEN", "COMPLETED", "CANCELLED"]

HUMAN = ("approval", "task")  # the types of steps that people decide
OPEN_TASK: tuple[TaskStatus, ...] = ("PENDING", "CLAIMED")
# A timer has this long to act; then the sweep does, for the case that its schedule was lost.
TIMER_GRACE_SECONDS = 120
# Ordinals from here on are of rework tasks; a step asks at most 500 people (tasks.asks).
REWORK = 0x800
TASK_LISTS = 4  # index partitions of a tenant's tasks, so that none has to take all writes
_NEVER = "9999"  # sorts behind every date


@dataclass
class Step:
    """One visit to a durable step of a run.

    ``path`` names the visit (``review#1/legal/check#2``), ``code`` is its short form. ``token`` is
    the Step Functions task token of ``attempt``. ``output`` is what the machine is told when the
    step closes: ``{"path", "outcome", "result"}``, or ``{"error", "cause"}`` for a failure.
    ``nudge_at`` is set while that has yet to be noticed by the machine.
    """

    tenant: str
    run_id: str
    code: str
    path: str
    step_id: str
    name: str
    type: str
    order: int
    opened_at: str
    status: StepStatus = "OPEN"
    version: int = 0
    attempt: int = 1
    token: str | None = None
    spec: dict[str, Any] = field(default_factory=dict)
    asks: list[dict[str, Any]] = field(default_factory=list)
    opened: int = 0
    votes: dict[str, int] = field(default_factory=dict)
    voters: list[str] = field(default_factory=list)
    output: dict[str, Any] | None = None
    child_run_id: str | None = None
    nudge_at: str | None = None

    @property
    def key(self) -> Key:
        """Where the step is; its tasks follow it."""
        return step_key(self.tenant, self.run_id, self.code)

    @property
    def tasks_prefix(self) -> str:
        """What the sort keys of the step's tasks begin with."""
        return f"STEP#{self.code}#"

    def to_item(self) -> Item:
        """The item of the state table."""
        partition, sort = self.key
        item: Item = {
            "PK": partition,
            "SK": sort,
            "version": self.version,
            "tenant": self.tenant,
            "runId": self.run_id,
            "code": self.code,
            "path": self.path,
            "stepId": self.step_id,
            "name": self.name,
            "type": self.type,
            "order": self.order,
            "openedAt": self.opened_at,
            "status": self.status,
            "attempt": self.attempt,
            "token": self.token,
            "spec": to_json(self.spec),
            "asks": to_json(self.asks),
            "opened": self.opened,
            "votes": self.votes,
            "voters": self.voters,
            "output": to_json(self.output) if self.output is not None else None,
            "childRunId": self.child_run_id,
        }
        if self.nudge_at:
            item |= nudge_keys(self.run_id, self.nudge_at)
        return item

    @classmethod
    def from_item(cls, item: Item) -> "Step":
        """The step that ``to_item`` wrote."""
        return cls(
            tenant=item["tenant"],
            run_id=item["runId"],
            code=item["code"],
            path=item["path"],
            step_id=item["stepId"],
            name=item["name"],
            type=item["type"],
            order=item["order"],
            opened_at=item["openedAt"],
            status=item["status"],
            version=item["version"],
            attempt=item["attempt"],
            token=item.get("token"),
            spec=from_json(item["spec"]),
            asks=from_json(item["asks"]),
            opened=item["opened"],
            votes=item["votes"],
            voters=item["voters"],
            output=from_json(item["output"]) if "output" in item else None,
            child_run_id=item.get("childRunId"),
            nudge_at=item.get("nudgeAt"),
        )


@dataclass
class Task:
    """A person's piece of work in a step.

    A pool task names ``groups`` and is PENDING until a member claims it; a direct task names no
    group and is born CLAIMED by its ``owner``. ``command`` is the id of the last command on it.

    ``formerly`` are those who had the task before its present owner, the first of them the one
    that the definition asked: by delegation, reassignment, or because they are out of office.
    ``rework_of`` is set on a task for the initiator: the ordinal of the task whose approver
    requested changes. ``decided_by`` is who decided it in its owner's place (the engine, when a
    deadline has passed), None for the owner. ``due_at`` and ``warn_at`` are the deadline's, counted
    from the opening; ``timer_at`` is the moment that a timer is armed for, None when there is none
    left, and ``alerts`` how many such moments have been acted on (``sla.stages``).
    ``definition_key``, ``document_ref`` and ``urgency`` are the run's, for lists.
    """

    tenant: str
    run_id: str
    code: str
    ordinal: int
    step_id: str
    step_name: str
    opened_at: str
    status: TaskStatus
    groups: tuple[str, ...] = ()
    owner: str | None = None
    version: int = 0
    outcome: str | None = None
    comment: str | None = None
    data: Any = None
    decided_at: str | None = None
    decided_by: str | None = None
    command: str | None = None
    formerly: tuple[str, ...] = ()
    rework_of: int | None = None
    due_at: str | None = None
    warn_at: str | None = None
    timer_at: str | None = None
    alerts: int = 0
    definition_key: str = ""
    document_ref: str | None = None
    urgency: str | None = None

    @property
    def task_id(self) -> str:
        """The task's UUID."""
        return task_id(self.run_id, self.code, self.ordinal)

    @property
    def is_direct(self) -> bool:
        """Whether the task was put to one named person."""
        return not self.groups

    @property
    def state(self) -> TaskState:
        """Whether the task is open, decided or taken back."""
        return state_of(self.status)

    @property
    def edition(self) -> int:
        """Counts the changes that somebody made of the task, timers apart.

        A timer writes the task once and counts itself in ``alerts``; opening the task anew counts
        from 0 again. So this never goes down, and stays as it is only where a timer has acted.
        """
        return self.version - self.alerts

    @property
    def key(self) -> Key:
        """Where the task is, behind its step."""
        return task_key(self.tenant, self.run_id, self.code, self.ordinal)

    @property
    def place(self) -> str:
        """Where the task stands in every list: by deadline, then (and without one) by age."""
        return place_of(self.due_at, self.opened_at, self.task_id)

    def worklist_items(self) -> list[Item]:
        """The entries of the worklists that show this task: its groups' or its owner's."""
        if self.status == "PENDING":
            partitions = [group_partition(self.tenant, group) for group in self.groups]
        elif self.status == "CLAIMED" and self.owner:
            partitions = [owner_partition(self.tenant, self.owner)]
        else:
            return []
        entry: Item = {
            "SK": self.place,
            "taskId": self.task_id,
            "runId": self.run_id,
            "stepId": self.step_id,
            "stepName": self.step_name,
            "status": self.status,
            "groups": list(self.groups),
            "owner": self.owner,
            "openedAt": self.opened_at,
            "dueAt": self.due_at,
            "warnAt": self.warn_at,
            "definitionKey": self.definition_key,
            "documentRef": self.document_ref,
            "urgency": self.urgency,
        }
        return [{"PK": partition, **entry} for partition in partitions]

    def to_item(self) -> Item:
        """The item of the state table."""
        partition, sort = self.key
        item: Item = {
            "PK": partition,
            "SK": sort,
            "version": self.version,
            "tenant": self.tenant,
            "runId": self.run_id,
            "code": self.code,
            "ordinal": self.ordinal,
            "stepId": self.step_id,
            "stepName": self.step_name,
            "openedAt": self.opened_at,
            "status": self.status,
            "groups": list(self.groups),
            "owner": self.owner,
            "outcome": self.outcome,
            "comment": self.comment,
            "data": to_json(self.data) if self.data is not None else None,
            "decidedAt": self.decided_at,
            "decidedBy": self.decided_by,
            "command": self.command,
            "formerly": list(self.formerly) or None,
            "reworkOf": self.rework_of,
            "dueAt": self.due_at,
            "warnAt": self.warn_at,
            "timerAt": self.timer_at,
            "alerts": self.alerts or None,
            "definitionKey": self.definition_key,
            "documentRef": self.document_ref,
            "urgency": self.urgency,
            "taskList": task_list(self.tenant, self.state, shard_of(self.run_id)),
            "taskAt": self.place,
        }
        if self.owner:
            item["taskOwner"] = owner_list(self.tenant, self.owner, self.state)
        if self.timer_at and self.status in OPEN_TASK:
            item |= nudge_keys(self.run_id, later(self.timer_at, TIMER_GRACE_SECONDS))
        return item

    @classmethod
    def from_item(cls, item: Item) -> "Task":
        """The task that ``to_item`` wrote."""
        return cls(
            tenant=item["tenant"],
            run_id=item["runId"],
            code=item["code"],
            ordinal=item["ordinal"],
            step_id=item["stepId"],
            step_name=item["stepName"],
            opened_at=item["openedAt"],
            status=item["status"],
            groups=tuple(item["groups"]),
            owner=item.get("owner"),
            version=item["version"],
            outcome=item.get("outcome"),
            comment=item.get("comment"),
            data=from_json(item["data"]) if "data" in item else None,
            decided_at=item.get("decidedAt"),
            decided_by=item.get("decidedBy"),
            command=item.get("command"),
            formerly=tuple(item.get("formerly", ())),
            rework_of=item.get("reworkOf"),
            due_at=item.get("dueAt"),
            warn_at=item.get("warnAt"),
            timer_at=item.get("timerAt"),
            alerts=item.get("alerts", 0),
            definition_key=item.get("definitionKey", ""),
            document_ref=item.get("documentRef"),
            urgency=item.get("urgency"),
        )


def state_of(status: TaskStatus) -> TaskState:
    """Whether a task with this status is open, decided or taken back."""
    return "OPEN" if status == "PENDING" or status == "CLAIMED" else status


def place_of(due_at: str | None, opened_at: str, task: str) -> str:
    """Where a task stands in every list: by deadline, then (and without one) by age."""
    return f"{due_at or _NEVER}#{opened_at}#{task}"


def step_key(tenant: str, run_id: str, code: str) -> Key:
    """Where the step with ``code`` is."""
    return run_partition(tenant, run_id), f"STEP#{code}"


def task_key(tenant: str, any_id: str, code: str, ordinal: int) -> Key:
    """Where the ``ordinal``-th task of a step is."""
    return run_partition(tenant, any_id), f"STEP#{code}#{ordinal:03x}"


def is_task_key(key: Key) -> bool:
    """Whether a task is what is there."""
    return key[1].startswith("STEP#") and key[1].count("#") == 2


def group_partition(tenant: str, group: str) -> str:
    """The worklist of a group: its PENDING tasks, in the order of ``Task.place``."""
    return f"T#{tenant}#G#{group}"


def owner_partition(tenant: str, owner: str) -> str:
    """The worklist of a person: the tasks they have CLAIMED, in the order of ``Task.place``."""
    return f"T#{tenant}#U#{owner}"


def task_list(tenant: str, task_state: TaskState, shard: int) -> str:
    """Index partition of part of a tenant's tasks that are open, decided or taken back."""
    return f"T#{tenant}#TASKS#{task_state}#{shard}"


def owner_list(tenant: str, owner: str, task_state: TaskState) -> str:
    """Index partition of a person's tasks that are open, decided or taken back."""
    return f"T#{tenant}#TASKSOF#{owner}#{task_state}"


def shard_of(run_id: str) -> int:
    """Which of the tenant's lists the tasks of a run are in."""
    return int(run_id[:8], 16) % TASK_LISTS
