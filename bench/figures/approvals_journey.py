"""How long a program waits for the Approvals API: J1, one after the other, by one client."""

from __future__ import annotations

from typing import Any

from bench.bench import Bench
from bench.client import Client, Person, Unexpected
from bench.crowd import for_each
from bench.figure import Value, exactly, median, milliseconds, percentile
from bench.in_process import FORM_TYPE, form
from bench.journey import APPROVAL, KEY, publish

TITLE = "J1 through the Approvals API: start, tasks, advance, instance"
MEASURED_ON = "the local stack, over HTTP"

WARM_UP = 10
CALLS = ("start", "tasks", "advance", "instance")
SERVICE = Person("bench-service")
ASSIGNEE = "ann"

Seconds = dict[str, float]


def measure(bench: Bench) -> list[Value]:
    """The median of each call and of all four; what was missed, late or wrong."""
    client, wanted = bench.stack(), bench.count(200, 30)
    publish(client)
    document = upload(client)
    going = range(wanted)
    for_each(bench, range(WARM_UP), lambda _: journey(client, document), clients=1, what="warm-ups")
    done = for_each(bench, going, lambda _: journey(client, document), clients=1, what="journeys")
    totals = [sum(each.values()) for each in done.results]
    return [
        milliseconds(
            "in total, median",
            median(totals),
            p95=f"{percentile(totals, 95) * 1000:.1f} ms",
            journeys=len(totals),
        ),
        *(
            milliseconds(f"{call}, median", median([each[call] for each in done.results]))
            for call in CALLS
        ),
        exactly("errors, tasks missed and ends not shown", done.failed, 0),
    ]


def journey(client: Client, document: str) -> Seconds:
    """Go the whole way. Raises Unexpected for every answer that is not the promised one."""
    body = {
        "templateId": f"wt_{KEY}",
        "documentId": document,
        "context": {"submittedBy": SERVICE.id, "assignee": ASSIGNEE},
    }
    started = client.expect(201, SERVICE, "POST", "/workflows/start", body)
    instance = started.body["data"]["instanceId"]
    one = f"/workflows/instances/{instance}"
    mine = f"/workflows/tasks?status=Pending&assigneeId={ASSIGNEE}&instanceId={instance}"
    tasks = client.expect(200, SERVICE, "GET", mine)
    if len(tasks.body["data"]) != 1:
        raise Unexpected(f"{instance} has {len(tasks.body['data'])} tasks in the list")
    action = {"action": "approve", "actorUserId": ASSIGNEE, "comment": APPROVAL["comment"]}
    person = Person(ASSIGNEE)
    advanced = client.expect(200, person, "POST", f"{one}/advance", action)
    read = client.expect(200, SERVICE, "GET", one)
    if read.body["data"]["status"] != "Completed":
        raise Unexpected(f"{instance} is {read.body['data']['status']} at the first read")
    took = (started.seconds, tasks.seconds, advanced.seconds, read.seconds)
    return dict(zip(CALLS, took, strict=True))


def upload(client: Client) -> str:
    """A document for all journeys; answers its id."""
    headers = {"Content-Type": FORM_TYPE}
    content = form(b"An agreement of two parties, for the benchmark.")
    answer = client.send(SERVICE, "POST", "/documents", content, headers)
    if answer.status == 409:  # the same content is there already
        existing: dict[str, Any] = answer.body["errors"][0]
        raise Unexpected(f"the document is there already: {existing}")
    if answer.status != 201:
        raise Unexpected(f"the document was refused: {answer.body}")
    return str(answer.body["data"]["id"])
