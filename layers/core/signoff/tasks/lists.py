"""Lists of a tenant's tasks, by deadline: of a person, of a group, of a run, of all.

What a person or a group can act on now is read from the worklists, consistently. The rest comes
from two indexes that hold keys alone; the tasks behind them are read consistently, and one that
has moved on meanwhile is left out. Narrowing further than by key looks at a bounded number of
tasks, so a page may be short, or empty, and have a next one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from signoff.clock import timestamp
from signoff.identity.principal import Caller
from signoff.pagination import Slice, cursor_at, place_in
from signoff.runs.model import Run
from signoff.runs.read import read_run
from signoff.runs.view import open_tasks
from signoff.storage.merge import merged
from signoff.storage.store import TASKS_BY_OWNER, TASKS_BY_TENANT, state
from signoff.storage.table import Index
from signoff.storage.values import Item
from signoff.tasks.due import SlaStatus, sla_status
from signoff.tasks.model import (
    TASK_LISTS,
    Task,
    TaskState,
    group_partition,
    owner_list,
    owner_partition,
    place_of,
    state_of,
    task_list,
)
from signoff.tasks.shown import ShownTask
from signoff.tasks.worklist import WorklistEntry

STATES: tuple[TaskState, ...] = ("OPEN", "COMPLETED", "CANCELLED")

_ROUNDS = 5  # pages looked at for one page that is narrowed further than by its key
_AT_ONCE = 100  # tasks looked at in each of them, at least
_UNDATED = "9999"  # above every deadline


class ListedTask(ShownTask, Protocol):
    """A task as lists by deadline show it."""

    @property
    def step_name(self) -> str: ...
    @property
    def opened_at(self) -> str: ...
    @property
    def decided_at(self) -> str | None: ...
    @property
    def due_at(self) -> str | None: ...
    @property
    def warn_at(self) -> str | None: ...
    @property
    def definition_key(self) -> str: ...
    @property
    def document_ref(self) -> str | None: ...
    @property
    def urgency(self) -> str | None: ...


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; None does not narrow. ``due_before`` is a timestamp."""

    run_id: str | None = None
    state: TaskState | None = None
    owner: str | None = None
    group: str | None = None
    definition_key: str | None = None
    sla: SlaStatus | None = None
    due_before: str | None = None


Read = Callable[[int, str | None], Slice[ListedTask]]


def list_tasks(
    tenant: str, wanted: Wanted, *, limit: int, cursor: str | None = None
) -> Slice[ListedTask]:
    """The tenant's tasks that are as ``wanted``.

    Open ones of a person or a group come from that worklist (of a group: those that its members
    can take). Raises NotFound for a run that is not there, Malformed for a cursor that no list
    gave out.
    """
    if wanted.run_id is not None:
        return _narrowed(_of_run(read_run(tenant, wanted.run_id), wanted), wanted, limit, cursor)
    if wanted.state == "OPEN" and wanted.owner is not None:
        return _narrowed(_worklists([owner_partition(tenant, wanted.owner)]), wanted, limit, cursor)
    if wanted.state == "OPEN" and wanted.group is not None:
        taken = replace(wanted, group=None)  # said by the key
        return _narrowed(_worklists([group_partition(tenant, wanted.group)]), taken, limit, cursor)
    states = STATES if wanted.state is None else (wanted.state,)
    if wanted.owner is not None:
        partitions = [owner_list(tenant, wanted.owner, each) for each in states]
        return _narrowed(_indexed(partitions, TASKS_BY_OWNER), wanted, limit, cursor)
    partitions = [task_list(tenant, each, shard) for each in states for shard in range(TASK_LISTS)]
    return _narrowed(_indexed(partitions, TASKS_BY_TENANT), wanted, limit, cursor)


def list_own_tasks(
    caller: Caller, wanted: Wanted, *, limit: int, cursor: str | None = None
) -> Slice[ListedTask]:
    """The open tasks of the caller's person, and those that their groups can take."""
    person = caller.actor
    partitions = [owner_partition(caller.tenant, person.id)]
    partitions += [group_partition(caller.tenant, group) for group in person.groups]
    return _narrowed(_worklists(partitions), wanted, limit, cursor)


def tasks_of_run(run: Run) -> list[Task]:
    """Every task that the run has had, in the order of their steps' codes; one query."""
    items = state().query_all(run.partition, prefix="STEP#")
    return [Task.from_item(item) for item in items if item["SK"].count("#") > 1]


def _of_run(run: Run, wanted: Wanted) -> Read:
    tasks = open_tasks(run) if wanted.state == "OPEN" else tasks_of_run(run)
    ordered = sorted(tasks, key=lambda task: task.place)

    def read(count: int, beyond: str | None) -> Slice[ListedTask]:
        place = place_in(beyond)
        rest = [task for task in ordered if place is None or task.place > place]
        following = cursor_at(rest[count - 1].place) if len(rest) > count else None
        return Slice([*rest[:count]], following)

    return read


def _worklists(partitions: Sequence[str]) -> Read:
    def read(count: int, beyond: str | None) -> Slice[ListedTask]:
        found = merged(partitions, limit=count, cursor=beyond)
        return Slice([WorklistEntry.from_item(item) for item in found.items], found.cursor)

    return read


def _indexed(partitions: Sequence[str], index: Index) -> Read:
    def read(count: int, beyond: str | None) -> Slice[ListedTask]:
        found = merged(partitions, limit=count, cursor=beyond, index=index)
        keys = [(item["PK"], item["SK"]) for item in found.items]
        items = state().get_many(keys)
        # The index follows within a moment: what the table says is what counts.
        kept = [
            items[key]
            for key, entry in zip(keys, found.items, strict=True)
            if key in items and _is_there(items[key], entry, index, partitions)
        ]
        return Slice([Task.from_item(item) for item in kept], found.cursor)

    return read


def _is_there(item: Item, entry: Item, index: Index, partitions: Sequence[str]) -> bool:
    """Whether an item is still where the index has it; cursors count on that."""
    return item.get(index.partition) in partitions and item[index.sort] == entry[index.sort]


def _narrowed(read: Read, wanted: Wanted, limit: int, cursor: str | None) -> Slice[ListedTask]:
    """Up to ``limit`` tasks as wanted, of those that ``read`` finds behind ``cursor``."""
    now = timestamp()
    end = _end(wanted, now)
    cursor = _begin(wanted, now, cursor)
    by_key = wanted.definition_key is None and wanted.sla is None and wanted.group is None
    at_once = limit if by_key else max(limit, _AT_ONCE)
    found: list[ListedTask] = []
    for _ in range(_ROUNDS):
        page = read(at_once, cursor)
        for number, task in enumerate(page.items, 1):
            if end is not None and (task.due_at is None or task.due_at >= end):
                return Slice(found, None)
            if not _fits(task, wanted, now):
                continue
            found.append(task)
            if len(found) == limit:
                more = number < len(page.items)
                return Slice(found, cursor_at(_place(task)) if more else page.cursor)
        cursor = page.cursor
        if cursor is None:
            break
    return Slice(found, cursor)


def _begin(wanted: Wanted, now: str, cursor: str | None) -> str | None:
    """Where reading begins: open tasks that are not yet due stand behind the present moment."""
    if wanted.state != "OPEN" or wanted.sla not in ("ok", "warning"):
        return cursor
    return cursor_at(max(now, place_in(cursor) or ""))


def _end(wanted: Wanted, now: str) -> str | None:
    """The deadline at which reading ends, since lists are in the order of deadlines."""
    ends = [
        wanted.due_before,
        now if wanted.state == "OPEN" and wanted.sla == "breached" else None,
        _UNDATED if wanted.sla else None,
    ]
    return min((each for each in ends if each is not None), default=None)


def _fits(task: ListedTask, wanted: Wanted, now: str) -> bool:
    return (
        (wanted.state is None or state_of(task.status) == wanted.state)
        and (wanted.owner is None or task.owner == wanted.owner)
        and (wanted.group is None or wanted.group in task.groups)
        and (wanted.definition_key is None or task.definition_key == wanted.definition_key)
        and (wanted.sla is None or shown_sla(task, now) == wanted.sla)
    )


def shown_sla(task: ListedTask, now: str) -> SlaStatus | None:
    """Where an open task stands, and where a decided one stood when it was decided.

    One that was taken back has no such status: nobody was late with it.
    """
    if task.status == "CANCELLED":
        return None
    return sla_status(task, task.decided_at or now)


def _place(task: ListedTask) -> str:
    return place_of(task.due_at, task.opened_at, task.task_id)
