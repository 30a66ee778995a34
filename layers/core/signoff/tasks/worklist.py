"""Worklists: what a group's members can claim, and what a person has claimed."""

from dataclasses import dataclass

from signoff.identity.principal import Caller
from signoff.pagination import Slice
from signoff.storage.merge import merged
from signoff.storage.values import Item
from signoff.tasks.model import TaskStatus, group_partition, owner_partition


@dataclass(frozen=True)
class WorklistEntry:
    """A task as its worklist item shows it."""

    task_id: str
    run_id: str
    step_id: str
    step_name: str
    status: TaskStatus
    owner: str | None
    groups: tuple[str, ...]
    opened_at: str
    due_at: str | None = None
    warn_at: str | None = None
    definition_key: str = ""
    document_ref: str | None = None
    urgency: str | None = None
    decided_at: None = None  # what stands in a worklist is open

    @classmethod
    def from_item(cls, item: Item) -> "WorklistEntry":
        """The entry that ``Task.worklist_items`` wrote."""
        return cls(
            task_id=item["taskId"],
            run_id=item["runId"],
            step_id=item["stepId"],
            step_name=item["stepName"],
            status=item["status"],
            owner=item.get("owner"),
            groups=tuple(item["groups"]),
            opened_at=item["openedAt"],
            due_at=item.get("dueAt"),
            warn_at=item.get("warnAt"),
            definition_key=item.get("definitionKey", ""),
            document_ref=item.get("documentRef"),
            urgency=item.get("urgency"),
        )


def group_worklist(caller: Caller, *, limit: int, cursor: str | None) -> Slice[WorklistEntry]:
    """The PENDING tasks of the caller's groups, by deadline and then age: one query per group."""
    partitions = [group_partition(caller.tenant, group) for group in caller.actor.groups]
    if not partitions:
        return Slice([], None)
    return merged(partitions, limit=limit, cursor=cursor).map(WorklistEntry.from_item)


def own_worklist(caller: Caller, *, limit: int, cursor: str | None) -> Slice[WorklistEntry]:
    """The tasks that the caller has CLAIMED, by deadline and then age: one query."""
    partitions = [owner_partition(caller.tenant, caller.actor.id)]
    return merged(partitions, limit=limit, cursor=cursor).map(WorklistEntry.from_item)
