"""Lists of tasks cost the same with 400 open tasks and with 20,000, of one user and of 500.

The tables are filled with what ``Task`` writes (its item with the keys of its indexes, and its
entry in the worklist), in three tenants. What a list reads is taken from DynamoDB's own answers to
the product's own list, run in this process against the stack's table.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from bench.bench import Bench
from bench.client import Client, Unexpected
from bench.figure import Value, exactly, median, milliseconds
from bench.figures.worklist import task
from bench.table import BATCH, product, put, state_table
from signoff.clock import timestamp
from signoff.storage import clients
from signoff.tasks.lists import Wanted, list_tasks
from signoff_local.clients import client as aws

TITLE = "Lists of 50 tasks (GET /workflows/tasks) with 20,000 open: of one user, and of 500"
MEASURED_ON = "the local stack's DynamoDB: its answers to the product's own list in this process"

LIMIT = 50
SMALL = 400


@dataclass(frozen=True)
class Tenant:
    """So many open tasks, dealt out to so many users; names of one length."""

    name: str
    tasks: int
    users: int

    @property
    def label(self) -> str:
        """As the table has it."""
        return f"{self.tasks:,} of {self.users} user{'s' if self.users > 1 else ''}"


@dataclass(frozen=True)
class Cost:
    """What DynamoDB says about one list."""

    calls: int
    items: int
    answer_bytes: int


def measure(bench: Bench) -> list[Value]:
    """Fill three tenants; each kind of list must read the same in all of them."""
    stack, many = bench.stack(), bench.count(20_000, 2_000)
    table = state_table(stack)
    tenants = [
        Tenant("bench-a", SMALL, 1), Tenant("bench-b", many, 1), Tenant("bench-c", many, 500),
    ]  # fmt: skip
    for tenant in tenants:
        fill(bench, stack, table, tenant)
    pending, busy = Wanted(state="OPEN"), Wanted(state="OPEN", owner=owner(0))
    values: list[Value] = []
    with product(stack, table):
        for what, wanted, among in (
            ("of a person", busy, tenants[:2]),
            ("of all, pending", pending, tenants),
            ("of all, whatever became of them", Wanted(), tenants),
        ):
            costs = {tenant: cost(tenant, wanted) for tenant in among}
            values.append(exactly(f"{what}: costs that differ", len(set(costs.values())) - 1, 0))
            for tenant, found in costs.items():
                took = median([timed(tenant, wanted) for _ in range(bench.count(30, 10))])
                values.append(
                    Value(
                        f"  {tenant.label}", found.items, "items read",
                        more={"calls": found.calls, "bytes": found.answer_bytes},
                    )
                )  # fmt: skip
                values.append(milliseconds("    time, median", took))
    return values


def owner(number: int) -> str:
    """A user's name."""
    return f"user-{number:03d}"


def fill(bench: Bench, stack: Client, table: str, tenant: Tenant) -> None:
    """Write the tenant's tasks with their entries in the worklists."""
    dynamodb, opened_at, waiting = aws("dynamodb", stack.port), timestamp(), []
    for number in range(tenant.tasks):
        made = replace(task(tenant.name, owner(number % tenant.users), opened_at), version=1)
        waiting += [made.to_item(), *made.worklist_items()]
        if len(waiting) > BATCH - 2 or number + 1 == tenant.tasks:
            put(dynamodb, table, waiting)
            waiting = []
        bench.progress(number, tenant.tasks, f"tasks of {tenant.name}")


def cost(tenant: Tenant, wanted: Wanted) -> Cost:
    """What one list makes DynamoDB read. Raises Unexpected if it is not the whole page."""
    answers: list[tuple[int, int]] = []

    def keep(http_response: Any, parsed: dict[str, Any], **_: Any) -> None:
        read = parsed.get("ScannedCount")
        if read is None:
            read = sum(map(len, parsed["Responses"].values()))
        answers.append((read, len(http_response.content)))

    events = clients.client("dynamodb").meta.events
    events.register("after-call.dynamodb", keep)
    try:
        page = list_tasks(tenant.name, wanted, limit=LIMIT)
    finally:
        events.unregister("after-call.dynamodb", keep)
    if len(page.items) != LIMIT or page.cursor is None:
        raise Unexpected(f"the list of {tenant.label} has {len(page.items)} tasks on its page")
    return Cost(len(answers), sum(items for items, _ in answers), sum(size for _, size in answers))


def timed(tenant: Tenant, wanted: Wanted) -> float:
    """Seconds of one list."""
    began = time.perf_counter()
    list_tasks(tenant.name, wanted, limit=LIMIT)
    return time.perf_counter() - began
