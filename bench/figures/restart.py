"""A thousand approvals are open when the stack is stopped; started again, every one goes on.

The emulator ends all its executions when it stops. What goes on afterwards is the engine's own
doing: a new attempt for each run, standing where the run stood, asking nobody twice. Some are
decided at once after the start, before their new attempt is there; the others after it.
"""

import time
from dataclasses import dataclass
from typing import Any

from bench.bench import Bench
from bench.client import Client, Person, Unexpected
from bench.crowd import for_each
from bench.figure import Value, exactly
from bench.journey import APPROVAL, STARTER, await_end, publish, start

TITLE = "1,000 open approvals, the stack stopped gracefully and started again"
MEASURED_ON = "the local stack, over HTTP; the emulator ends every execution when it stops"

CLIENTS = 16
EACH = 50  # tasks of one assignee
SAMPLE = 20  # decided at once after the start
OPEN_SECONDS = 180.0
RESUMED_SECONDS = 300.0
PAGE = 200
MOST_PAGES = 100


@dataclass(frozen=True)
class Told:
    """What a run's history says at its end: how often it was asked, decided and ended."""

    opened: int
    decided: int
    completed: int


def measure(bench: Bench) -> list[Value]:
    """Open them, stop, start, decide them all, and count in every history."""
    client, wanted = bench.stack(), bench.count(1000, 100)
    publish(client)
    names = [f"restart-{number // EACH:03d}" for number in range(wanted)]
    began = time.perf_counter()
    started = for_each(
        bench, names, lambda name: begin(client, name), clients=CLIENTS, what="started"
    )
    runs = set(started.results)
    tasks = await_tasks(bench, client, sorted(set(names)), runs)
    opened = time.perf_counter() - began

    bench.say(f"{len(tasks):,} are open; stopping")
    began = time.perf_counter()
    bench.down()
    stopped = time.perf_counter() - began
    began = time.perf_counter()
    client = bench.up()
    up = time.perf_counter() - began

    everything = sorted(tasks.items())
    early = for_each(
        bench, everything[:SAMPLE], lambda item: decide(client, *item), clients=4, what="decided"
    )
    resumed = await_attempts(bench, client, runs - {run_id for run_id, _ in everything[:SAMPLE]})
    gone_on = time.perf_counter() - began
    listed = sum(
        len(mine(client, name)) for name in sorted(set(names))
    )  # every open task once: an approval asked twice would show here
    rest = for_each(
        bench, everything[SAMPLE:], lambda item: decide(client, *item), clients=CLIENTS,
        what="decided",
    )  # fmt: skip
    told = for_each(
        bench, everything, lambda item: read(client, *item), clients=CLIENTS, what="read at the end"
    )
    early_count, late_count = min(SAMPLE, wanted), max(0, wanted - SAMPLE)
    return [
        exactly("open before the stop", len(tasks), wanted, f"of {wanted:,}"),
        exactly("decided at once after the start", len(early.results), early_count),
        exactly("in their next attempt by themselves", resumed, late_count),
        exactly("open tasks listed after the start", listed, late_count),
        exactly("COMPLETED in the end", len(told.results), wanted, f"of {wanted:,}"),
        exactly("not asked exactly once", sum(each.opened != 1 for each in told.results), 0),
        exactly("not decided exactly once", sum(each.decided != 1 for each in told.results), 0),
        exactly("not ended exactly once", sum(each.completed != 1 for each in told.results), 0),
        exactly("errors", started.failed + early.failed + rest.failed + told.failed, 0),
        Value("opening them took", round(opened, 1), "s"),
        Value("stopping took", round(stopped, 1), "s"),
        Value("starting took", round(up, 1), "s"),
        Value("from the start until all had gone on", round(gone_on, 1), "s"),
    ]


def begin(client: Client, assignee: str) -> str:
    """Start a run without waiting for its task; its id."""
    return start(client, assignee, Prefer="respond-async")[0]


def await_tasks(bench: Bench, client: Client, names: list[str], runs: set[str]) -> dict[str, str]:
    """Run by open task of these assignees, once every one of ``runs`` has its task."""
    deadline = time.monotonic() + OPEN_SECONDS
    while True:
        found = {
            task["flowId"]: (task["taskId"], name)
            for name in names
            for task in mine(client, name)
            if task["flowId"] in runs
        }
        if len(found) == len(runs) or time.monotonic() > deadline:
            return {run_id: "/".join(place) for run_id, place in found.items()}
        bench.progress(len(found), len(runs), "open")
        time.sleep(0.5)


def mine(client: Client, name: str) -> list[dict[str, Any]]:
    """Everything in a person's list."""
    listed = client.expect(200, Person(name), "GET", f"/worklists/mine?limit={PAGE}")
    tasks: list[dict[str, Any]] = listed.body
    return tasks


def await_attempts(bench: Bench, client: Client, runs: set[str]) -> int:
    """How many of ``runs`` are in a later attempt than their first, once all are or time is up."""
    deadline = time.monotonic() + RESUMED_SECONDS
    while True:
        later = {run["id"] for run in running(client) if run["attempt"] > 1}
        resumed = len(later & runs)
        if resumed == len(runs) or time.monotonic() > deadline:
            return resumed
        bench.progress(resumed, len(runs), "have gone on")
        time.sleep(1)


def running(client: Client) -> list[dict[str, Any]]:
    """Every RUNNING run of the tenant."""
    runs: list[dict[str, Any]] = []
    cursor = ""
    for _ in range(MOST_PAGES):
        path = f"/admin/runs?status=RUNNING&limit={PAGE}" + (f"&cursor={cursor}" if cursor else "")
        page = client.expect(200, STARTER, "GET", path).body
        runs += page["data"]
        cursor = page["meta"]["pagination"]["nextCursor"]
        if not cursor:
            return runs
    raise Unexpected(f"more than {MOST_PAGES * PAGE:,} runs are open")


def decide(client: Client, run_id: str, place: str) -> str:
    """Approve the run's task as its assignee; ``place`` is the task and the assignee."""
    task, _, name = place.partition("/")
    headers = {"Prefer": "respond-async"}
    client.expect(200, Person(name), "POST", f"/tasks/{task}/decision", APPROVAL, headers)
    return run_id


def read(client: Client, run_id: str, place: str) -> Told:
    """What the run's history says, once it is COMPLETED."""
    _, _, name = place.partition("/")
    flow = await_end(client, Person(name), run_id)
    types = [entry["type"] for entry in flow["history"]]
    return Told(
        types.count("TASK_CREATED"), types.count("DECISION_RECORDED"), types.count("FLOW_COMPLETED")
    )
