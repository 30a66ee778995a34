"""Two hundred people submit a document at the same moment; then every one of them is approved."""

import time

from bench.bench import Bench
from bench.client import Client, Person, Unexpected
from bench.crowd import at_once, for_each, tell
from bench.figure import Value, exactly, median, milliseconds, percentile
from bench.journey import await_end

TITLE = "200 submissions at the same moment, each then approved in two stages"
MEASURED_ON = "the local stack, over HTTP, with the shipped definition document-approval"

DECIDERS = 16
STAGES = 2
FIND_SECONDS = 30.0

ALICE = Person("alice", ("initiators",))
BOB = Person("bob", ("legal-reviewers",))


def measure(bench: Bench) -> list[Value]:
    """How many were taken, how many ended COMPLETED, and how long the slowest waited."""
    client, wanted = bench.stack(), bench.count(200, 40)
    bench.say(f"{wanted} at once")
    began = time.perf_counter()
    sent = at_once(range(wanted), lambda number: submit(client, number))
    took = time.perf_counter() - began
    tell(bench, sent)
    flows = [flow for flow, _ in sent.results]
    waits = [seconds for _, seconds in sent.results]
    approved = for_each(
        bench, flows, lambda flow: approve(client, flow), clients=DECIDERS, what="approved"
    )
    return [
        exactly("answered 201", len(flows), wanted, f"of {wanted}"),
        exactly("different runs", len(set(flows)), wanted, f"of {wanted}"),
        exactly("COMPLETED after their decisions", len(approved.results), wanted, f"of {wanted}"),
        exactly("errors", sent.failed + approved.failed, 0),
        milliseconds("all answered after", took),
        milliseconds("one submission, median", median(waits)),
        milliseconds("one submission, p95", percentile(waits, 95)),
    ]


def submit(client: Client, number: int) -> tuple[str, float]:
    """Submit one document: the flow's id, and the seconds until the answer."""
    body = {"definitionKey": "document-approval", "documentRef": f"contract-{number}.pdf"}
    answer = client.expect(201, ALICE, "POST", "/flows", body)
    return answer.body["flowId"], answer.seconds


def approve(client: Client, flow_id: str) -> str:
    """Claim and approve both stages and see the run COMPLETED. Raises Unexpected."""
    decided: set[str] = set()
    for _ in range(STAGES):
        task = next_task(client, flow_id, decided)
        decided.add(task)
        client.expect(200, BOB, "POST", f"/tasks/{task}/claim")
        client.expect(200, BOB, "POST", f"/tasks/{task}/decision", {"outcome": "APPROVE"})
    await_end(client, BOB, flow_id)
    return flow_id


def next_task(client: Client, flow_id: str, decided: set[str]) -> str:
    """The flow's open task that is not among ``decided``, once it is there."""
    deadline = time.monotonic() + FIND_SECONDS
    while time.monotonic() < deadline:
        flow = client.expect(200, BOB, "GET", f"/flows/{flow_id}").body
        for task in flow["pendingTasks"]:
            if task["taskId"] not in decided:
                return str(task["taskId"])
        time.sleep(0.1)
    raise Unexpected(f"the flow {flow_id} has no open task after {FIND_SECONDS:.0f} s")
