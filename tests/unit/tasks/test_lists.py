"""Lists of tasks: what each is narrowed to, in which order, page by page, and what it reads."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from signoff.clock import after
from signoff.errors import Malformed, NotFound
from signoff.identity.principal import Actor, Caller, Principal
from signoff.pagination import cursor_at
from signoff.runs.model import OpenStep
from signoff.storage.clients import client
from signoff.storage.store import state
from signoff.storage.values import Item, marshal
from signoff.tasks import lists
from signoff.tasks.lists import ListedTask, Wanted, list_own_tasks, list_tasks
from signoff.tasks.model import Task
from tests.support.world import TENANT, World, world
from tests.unit.functions.handlers import run as a_run

EARLY, SOON, LATE = after(-3600), after(24 * 3600), after(48 * 3600)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, socket_disabled: None) -> Iterator[World]:
    """Empty tables."""
    with world(monkeypatch) as made:
        yield made


def put(*tasks: Task) -> None:
    """Store the tasks with their worklist entries."""
    for task in tasks:
        store(task.to_item(), *task.worklist_items())


def store(*items: Item) -> None:
    """Store items one by one, which is quicker here than a transaction."""
    for item in items:
        client("dynamodb").put_item(TableName=state().name, Item=marshal(item))


def made(**fields: Any) -> Task:
    """A task of a run of its own; CLAIMED if it has an owner."""
    known: dict[str, Any] = {
        "tenant": TENANT,
        "run_id": str(uuid.uuid4()),
        "code": "0edf7ea2a",
        "ordinal": 0,
        "step_id": "Review",
        "step_name": "Review",
        "opened_at": after(-10),
        "status": "CLAIMED" if "owner" in fields else "PENDING",
        "version": 1,
        "definition_key": "invoice_approval",
    }
    return Task(**known | fields)


def ids(found: list[ListedTask]) -> list[str]:
    return [task.task_id for task in found]


def every(limit: int = 50, tenant: str = TENANT, **wanted: Any) -> list[str]:
    """The ids of the whole list, page after page."""
    cursor, all_ids = None, []
    for _ in range(200):
        page = list_tasks(tenant, Wanted(**wanted), limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        all_ids += ids(page.items)
        cursor = page.cursor
        if cursor is None:
            return all_ids
    raise AssertionError("the list does not end")


def several(count: int) -> list[Task]:
    """Tasks of all kinds, the earliest deadline first."""
    chance = random.Random(7)
    tasks = [
        made(
            due_at=chance.choice([None, after(chance.randint(-9999, 9999))]),
            opened_at=after(-chance.randint(1, 9999)),
            definition_key=chance.choice(["invoice_approval", "contract"]),
            **chance.choice(
                [
                    {"owner": "bob"},
                    {"owner": "carol", "groups": ("legal",)},
                    {"groups": ("legal",)},
                    {"groups": ("legal", "finance")},
                    {"owner": "bob", "status": "COMPLETED", "decided_at": after(0)},
                    {"owner": "carol", "status": "CANCELLED"},
                    {"groups": ("finance",), "status": "CANCELLED"},
                ]
            ),
        )
        for _ in range(count)
    ]
    return sorted(tasks, key=lambda task: task.place)


WANTED: list[dict[str, Any]] = [
    {},
    {"state": "OPEN"},
    {"state": "COMPLETED"},
    {"state": "CANCELLED"},
    {"owner": "bob"},
    {"owner": "bob", "state": "OPEN"},
    {"owner": "bob", "state": "COMPLETED"},
    {"owner": "carol", "group": "legal", "state": "OPEN"},
    {"group": "finance"},
    {"definition_key": "contract"},
    {"definition_key": "contract", "state": "OPEN", "owner": "bob"},
    {"due_before": SOON},
    {"due_before": SOON, "state": "OPEN", "definition_key": "contract"},
    {"owner": "nobody"},
]


@pytest.mark.parametrize("wanted", WANTED, ids=lambda wanted: "-".join(wanted) or "all")
@pytest.mark.parametrize("limit", [1, 4, 200])
def test_a_list_holds_what_is_wanted_by_deadline_and_no_other(here, wanted, limit):
    tasks = several(20)
    put(*tasks)
    put(made(tenant="other", owner="bob"), made(tenant="other", groups=("legal",)))
    due_before = wanted.get("due_before")
    expected = [
        task.task_id
        for task in tasks
        if all(
            getattr(task, name) == value
            for name, value in wanted.items()
            if name not in ("group", "due_before")
        )
        and ("group" not in wanted or wanted["group"] in task.groups)
        and (due_before is None or (task.due_at is not None and task.due_at < due_before))
    ]
    assert every(limit, **wanted) == expected


def test_a_groups_pending_tasks_are_those_that_its_members_can_take(here):
    free, taken = made(groups=("legal",)), made(groups=("legal",), owner="bob")
    put(free, taken)
    assert every(group="legal", state="OPEN") == [free.task_id]
    assert sorted(every(group="legal")) == sorted([free.task_id, taken.task_id])


@pytest.mark.parametrize("source", [{}, {"owner": "bob"}])
def test_narrowing_by_how_tasks_stand(here, source):
    green = made(owner="bob", due_at=LATE, warn_at=SOON)
    amber = made(owner="bob", due_at=SOON, warn_at=EARLY)
    red = made(owner="bob", due_at=EARLY)
    undated = made(owner="bob")
    in_time = made(
        owner="bob", due_at=EARLY, decided_at=after(-7200), status="COMPLETED", opened_at=after(-9)
    )
    late = made(owner="bob", due_at=EARLY, decided_at=after(-60), status="COMPLETED")
    taken_back = made(owner="bob", due_at=EARLY, status="CANCELLED")
    put(green, amber, red, undated, in_time, late, taken_back)
    assert every(sla="ok", state="OPEN", **source) == [green.task_id]
    assert every(sla="warning", state="OPEN", **source) == [amber.task_id]
    assert every(sla="breached", state="OPEN", **source) == [red.task_id]
    assert every(sla="ok", **source) == [in_time.task_id, green.task_id]
    assert sorted(every(sla="breached", **source)) == sorted([red.task_id, late.task_id])
    assert every(sla="warning", state="COMPLETED", **source) == []
    assert every(1, sla="ok", **source) == [in_time.task_id, green.task_id]


def test_an_index_that_lags_shows_nothing_that_has_moved_on(here, monkeypatch):
    task = made(groups=("legal",))
    put(task)
    row = {name: task.to_item()[name] for name in ("PK", "SK", "taskList", "taskAt")}
    decided = replace(task, owner="bob", status="COMPLETED", decided_at=after(0))
    put(decided)
    stale = [row, {**row, "PK": "T#acme#R#gone"}]
    real = lists.merged
    monkeypatch.setattr(
        lists, "merged", lambda *a, **named: type(real(*a, **named))(stale, cursor_at("0"))
    )
    page = list_tasks(TENANT, Wanted(state="OPEN"), limit=5)
    assert (page.items, page.cursor) == ([], cursor_at("0"))
    assert ids(list_tasks(TENANT, Wanted(), limit=1).items) == [decided.task_id]
    # Asked again, it stands elsewhere: a cursor of its new place would skip what lies in between.
    put(replace(task, due_at=after(9_999)))
    page = list_tasks(TENANT, Wanted(state="OPEN"), limit=1)
    assert (page.items, page.cursor) == ([], cursor_at("0"))


def test_what_is_looked_at_is_bounded_and_the_rest_is_a_page_away(here, monkeypatch):
    monkeypatch.setattr(lists, "_AT_ONCE", 4)
    put(*[made(groups=("legal",), definition_key="contract") for _ in range(22)])
    last = made(groups=("legal",), due_at=None, opened_at=after(60))
    put(last)
    wanted = Wanted(state="OPEN", group="legal", definition_key="invoice_approval")
    with here.faults.watching() as watched:
        page = list_tasks(TENANT, wanted, limit=3)
        assert watched.seen == ["Query"] * 5
    assert page.items == []
    assert ids(list_tasks(TENANT, wanted, limit=3, cursor=page.cursor).items) == [last.task_id]


def test_a_page_reads_its_shards_and_its_tasks(here):
    put(*several(40))
    with here.faults.watching() as watched:
        list_tasks(TENANT, Wanted(state="OPEN"), limit=5)
        assert watched.seen == ["Query"] * 4 + ["BatchGetItem"]
    with here.faults.watching() as watched:
        list_tasks(TENANT, Wanted(state="OPEN", owner="bob"), limit=5)
        assert watched.seen == ["Query"]


def test_the_tasks_of_a_run(here):
    run = a_run()
    code = "0edf7ea2a"
    run.open_steps = {code: OpenStep("Review", "Review#1", "approval", 0)}
    first = made(run_id=run.run_id, ordinal=0, owner="bob", due_at=LATE)
    second = made(run_id=run.run_id, ordinal=1, owner="carol", due_at=SOON)
    done = made(run_id=run.run_id, code="0edf7ea2b", owner="bob", status="COMPLETED")
    put(first, second, done)
    store(run.to_item())
    both = [second.task_id, first.task_id]
    assert every(run_id=run.run_id) == [*both, done.task_id]
    assert every(1, run_id=run.run_id) == [*both, done.task_id]
    assert every(run_id=run.run_id, state="OPEN") == both
    assert every(run_id=run.run_id, owner="bob", state="COMPLETED") == [done.task_id]
    with pytest.raises(NotFound):
        list_tasks("other", Wanted(run_id=run.run_id), limit=1)


def test_ones_own_list_joins_what_one_has_with_what_ones_groups_can_take(here):
    mine = made(owner="bob", due_at=LATE)
    legal, both = made(groups=("legal",), due_at=SOON), made(groups=("legal", "tax"))
    put(mine, legal, both, made(owner="carol"), made(groups=("finance",)))
    principal = Principal(TENANT, frozenset(), user=Actor("bob", ("legal", "tax")))
    caller = Caller(principal, Actor("bob", ("legal", "tax")))
    found = list_own_tasks(caller, Wanted(), limit=50)
    assert (ids(found.items), found.cursor) == ([legal.task_id, mine.task_id, both.task_id], None)
    dated = list_own_tasks(caller, Wanted(due_before=LATE), limit=50)
    assert ids(dated.items) == [legal.task_id]


@pytest.mark.parametrize("wanted", [{}, {"owner": "bob", "state": "OPEN"}, {"sla": "ok"}])
def test_a_cursor_that_no_list_gave_out_is_refused(here, wanted):
    with pytest.raises(Malformed):
        list_tasks(TENANT, Wanted(**wanted), limit=1, cursor="nonsense!")
