"""A list of 50 tasks costs the same whether its owner has 200 open tasks or 20,000.

The lists are filled with what ``Task.worklist_items`` writes, by BatchWriteItem, since opening
22,200 tasks by running as many flows would take the emulator half an hour and show nothing more.
What a list reads is taken from DynamoDB's own answers to the product's own query, run in this
process; how long it takes is the API's answer, over HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from bench.bench import Bench
from bench.client import Client, Person, Unexpected
from bench.figure import Value, exactly, median, milliseconds
from bench.table import BATCH, product, put, state_table
from signoff.clock import timestamp
from signoff.identity.principal import Actor, Caller, Principal
from signoff.runs.ids import new_run_id, step_code
from signoff.storage import clients
from signoff.tasks.model import Task
from signoff.tasks.worklist import own_worklist
from signoff_local.clients import client as aws

TITLE = "A list of 50 tasks, with 200, 2,000 and 20,000 open tasks of that user"
MEASURED_ON = "the local stack: DynamoDB's answers to the query, and the API over HTTP"

SIZES = (200, 2_000, 20_000)
LIMIT = 50


@dataclass(frozen=True)
class Cost:
    """What DynamoDB says about one list."""

    queries: int
    items: int
    answer_bytes: int


def measure(bench: Bench) -> list[Value]:
    """Fill three lists, then read each: what it reads must be equal, the time should be flat."""
    stack = bench.stack()
    table = state_table(stack)
    owners = {size: owner(size) for size in SIZES}
    for size in SIZES:
        fill(bench, stack, table, owners[size], size)
    with product(stack, table):
        costs = {size: cost(stack, owners[size]) for size in SIZES}
    times = timed(bench, stack, owners, bench.count(60, 15))
    values = [exactly("list costs that differ", len(set(costs.values())) - 1, 0)]
    for size, found in costs.items():
        values.append(
            exactly(
                f"items read of {size:,}", found.items, LIMIT + 1,
                queries=found.queries, bytes=found.answer_bytes,
            )
        )  # fmt: skip
    for size, samples in times.items():
        values.append(milliseconds(f"time with {size:,}, median", median(samples)))
    flat = median(times[SIZES[-1]]) / median(times[SIZES[0]])
    values.append(Value(f"time with {SIZES[-1]:,} by time with {SIZES[0]:,}", round(flat, 2)))
    return values


def owner(size: int) -> str:
    """A user of this size of list; names of one length, so that bytes can be compared."""
    return f"owner-of-{size:06d}"


def fill(bench: Bench, stack: Client, table: str, name: str, size: int) -> None:
    """Write ``size`` open tasks into the list of ``name``."""
    tenant = stack.settings["tenant"]
    dynamodb = aws("dynamodb", stack.port)
    opened_at = timestamp()  # the same for all: their ids put them in order
    for first in range(0, size, BATCH):
        tasks = [task(tenant, name, opened_at) for _ in range(min(BATCH, size - first))]
        put(dynamodb, table, [item for each in tasks for item in each.worklist_items()])
        bench.progress(first, size, f"tasks of {name}")


def task(tenant: str, name: str, opened_at: str) -> Task:
    """An open task as a direct approval makes it."""
    return Task(
        tenant=tenant,
        run_id=new_run_id(),
        code=step_code("Review#1"),
        ordinal=0,
        step_id="Review",
        step_name="Review",
        opened_at=opened_at,
        status="CLAIMED",
        owner=name,
    )


def cost(stack: Client, name: str) -> Cost:
    """What one list makes DynamoDB read. Raises Unexpected if it is not the whole page."""
    answers: list[tuple[int, int]] = []

    def keep(http_response: Any, parsed: dict[str, Any], **_: Any) -> None:
        answers.append((parsed["ScannedCount"], len(http_response.content)))

    events = clients.client("dynamodb").meta.events
    events.register("after-call.dynamodb", keep)
    try:
        page = own_worklist(reader(stack.settings["tenant"], name), limit=LIMIT, cursor=None)
    finally:
        events.unregister("after-call.dynamodb", keep)
    if len(page.items) != LIMIT or page.cursor is None:
        raise Unexpected(f"the list of {name} has {len(page.items)} tasks on its first page")
    return Cost(
        queries=len(answers),
        items=sum(items for items, _ in answers),
        answer_bytes=sum(size for _, size in answers),
    )


def reader(tenant: str, name: str) -> Caller:
    """``name``, as the handler would have recognised them."""
    return Caller(Principal(tenant, frozenset(), "bench", "Benchmark"), Actor(name, ()), None)


def timed(
    bench: Bench, stack: Client, owners: dict[int, str], rounds: int
) -> dict[int, list[float]]:
    """Seconds of the API's answers, the sizes in turn so that noise falls on all alike."""
    path = f"/worklists/mine?limit={LIMIT}"
    read = {
        size: partial(stack.expect, 200, Person(name), "GET", path) for size, name in owners.items()
    }
    times: dict[int, list[float]] = {size: [] for size in owners}
    for get in read.values():
        get()  # a container is warm
    for number in range(rounds):
        for size, get in read.items():
            times[size].append(get().seconds)
        bench.progress(number, rounds, "rounds")
    return times
