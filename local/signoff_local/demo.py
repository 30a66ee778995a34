"""`make run`: documents on their way through their approval, over HTTP, call by call.

The stack stays up.
"""

from __future__ import annotations

import time
from typing import Any

from . import demo_invoices, demo_webhook, lifecycle
from .home import Home
from .walking import Client, Person, expect, say, title

_PAGES = 100  # of a worklist that are looked through


def main(_arguments: list[str]) -> int:
    """Start the stack if it is not up, then walk; answers the exit code."""
    home = Home.chosen()
    stack = lifecycle.up(home, lambda line: print(f"· {line}", flush=True)).stack
    walk(stack)
    farewell(stack, home)
    return 0


def walk(stack: dict[str, Any]) -> None:
    """Walk a document to its approval, one through a rejection and its rework, and an invoice;
    then one of which a webhook tells.

    ``stack`` is what stack.json holds.
    """
    people = {user["id"]: Person(user["id"], tuple(user["groups"])) for user in stack["users"]}
    client = Client(stack["api_url"], stack["tenant"], stack["api_keys"]["integration"])
    began = time.monotonic()
    approve_twice(client, people["alice"], people["bob"], people["carol"])
    reject_and_resubmit(client, people["alice"], people["bob"], people["carol"])
    demo_invoices.approve_an_invoice(client)
    took = time.monotonic() - began
    admin = Client(stack["api_url"], stack["tenant"], stack["api_keys"]["admin"])
    flow = demo_webhook.hear_of(admin, lambda: _submit(client, people["alice"], "offer-0815"))
    leave_it_open(client, people["alice"], people["bob"], flow)
    title(f"Done: two documents and an invoice approved in {took:.1f} s")


def approve_twice(client: Client, submitter: Person, first: Person, second: Person) -> None:
    """Submit, find in the group's worklist, claim, approve; then the second stage."""
    title("1. A document is submitted and approved in two stages")
    say(f"{submitter.id} submits a contract.")
    flow = _submit(client, submitter, "contract-2026-117")
    say(f"{first.id} finds it in the worklist of the legal reviewers, claims it and approves.")
    _decide_next(client, first, flow["flowId"], "APPROVE", "Reads well.")
    say(f"The second stage: {second.id} claims and approves.")
    flow = _decide_next(client, second, flow["flowId"], "APPROVE", None)
    expect(flow["status"] == "COMPLETED" and flow["terminalOutcome"] == "APPROVED")
    say("Completed. Its history:")
    told = client.call(submitter, "GET", f"/flows/{flow['flowId']}")
    expect(told["history"][0]["type"] == "FLOW_STARTED")
    expect(told["history"][-1]["type"] == "FLOW_COMPLETED")
    print("\n" + "\n".join(_line(entry) for entry in told["history"]))


def reject_and_resubmit(client: Client, submitter: Person, first: Person, second: Person) -> None:
    """A rejection comes back to the submitter, who resubmits; then it is approved."""
    title("2. A rejection comes back for rework and is resubmitted")
    flow = _submit(client, submitter, "invoice-4711")
    say(f"{first.id} rejects it with a reason.")
    flow = _decide_next(client, first, flow["flowId"], "REJECT", "The total is wrong.")
    expect(flow["currentState"] == "ReworkRequested")
    say(f"It is back with the initiators: {submitter.id} mends it and submits it again.")
    flow = _decide_next(client, submitter, flow["flowId"], "SUBMIT", "Corrected.")
    expect(flow["currentState"] == "Submitted")
    say("And now it goes through.")
    _decide_next(client, first, flow["flowId"], "APPROVE", None)
    flow = _decide_next(client, second, flow["flowId"], "APPROVE", None)
    expect(flow["terminalOutcome"] == "APPROVED")


def leave_it_open(client: Client, submitter: Person, reviewer: Person, flow: Any) -> None:
    """Print the calls that decide the third document, for whoever wants to try."""
    title("5. Yours to decide")
    task = f"/tasks/{flow['pendingTasks'][0]['taskId']}"
    say("These two are not made here. Repeat them, and look at the flow again:")
    print("\n" + client.line(reviewer, "POST", f"{task}/claim"))
    print("\n" + client.line(reviewer, "POST", f"{task}/decision", {"outcome": "APPROVE"}))
    print("\n" + client.line(submitter, "GET", f"/flows/{flow['flowId']}"))


def farewell(stack: dict[str, Any], home: Home) -> None:
    """Where everything is, and how to stop it."""
    keys = stack["api_keys"]
    print(
        f"\nThe API         {stack['api_url']}"
        f"\nAWS endpoint    {stack['endpoint_url']} ({stack['region']})"
        f"\nTenant          {stack['tenant']}"
        f"\nAPI keys        integration  {keys['integration']}"
        f"\n                admin        {keys['admin']}"
    )
    for number, user in enumerate(stack["users"]):
        head = "Users" if number == 0 else ""
        print(f"{head:<15} {user['id']:<12} {', '.join(user['groups'])}")
    print(
        f"\nAll of this is in {home.stack_file}. The stack stays up:"
        "\n  make logs     what it does        .venv/bin/signoff runs list   what it holds"
        "\n  make down     stop it, keep data  make reset                    stop it, forget all"
    )


def _submit(client: Client, submitter: Person, document: str) -> Any:
    body = {"definitionKey": "document-approval", "documentRef": document}
    flow = client.call(submitter, "POST", "/flows", body)
    expect(flow["status"] == "RUNNING" and len(flow["pendingTasks"]) == 1)
    return flow


def _decide_next(
    client: Client, person: Person, flow_id: str, outcome: str, comment: str | None
) -> Any:
    task_id = _find(client, person, flow_id)
    client.call(person, "POST", f"/tasks/{task_id}/claim")
    body = {"outcome": outcome} | ({"comment": comment} if comment else {})
    return client.call(person, "POST", f"/tasks/{task_id}/decision", body)


def _find(client: Client, person: Person, flow_id: str) -> str:
    """The flow's task in the group worklist, which may have several pages: oldest tasks first."""
    path = "/worklists/group"
    for _ in range(_PAGES):
        worklist = client.call(person, "GET", path)
        found = [task["taskId"] for task in worklist if task["flowId"] == flow_id]
        if found or client.next_page is None:
            break
        path = f"/worklists/group{client.next_page}&limit=200"
    expect(len(found) == 1)
    return str(found[0])


def _line(entry: dict[str, Any]) -> str:
    return f"  {entry['occurredAt']}  {entry['type']:<20} {entry['actorId'] or ''}"
