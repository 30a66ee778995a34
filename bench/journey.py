"""J1: start a one-approval run, find its task in the assignee's list, approve, read COMPLETED.

Four calls, each as a client makes it: the start through the admin API, the rest through the Flow
API as the assignee.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from bench.client import Client, Person, Unexpected

KEY = "bench-one-approval"

DEFINITION: dict[str, Any] = {
    "key": KEY,
    "name": "One approval",
    "parameters": {
        "type": "object",
        "required": ["assignee"],
        "properties": {"assignee": {"type": "string", "minLength": 1}},
    },
    "steps": [
        {
            "id": "Review",
            "type": "approval",
            "config": {
                "mode": "direct",
                "candidates": "{% [assignee] %}",
                "outcomes": {
                    "APPROVE": {"next": "Approved"},
                    "REJECT": {"next": "Rejected", "comment": "required"},
                },
            },
        },
        {"id": "Approved", "type": "end", "config": {"outcome": "APPROVED"}},
        {"id": "Rejected", "type": "end", "config": {"outcome": "REJECTED"}},
    ],
}

STARTER = Person("bench-starter", key="admin")
APPROVAL = {"outcome": "APPROVE", "comment": "Read and agreed."}

LATE_SECONDS = 20.0
"""How long a task that was missed, or an end that was late, is looked for before it is an error."""

CALLS = ("start", "find", "approve", "read")


@dataclass(frozen=True)
class Journey:
    """Seconds by call; whether the first list missed the task, or the first read the end."""

    run_id: str
    seconds: dict[str, float]
    missed: bool
    late: bool

    @property
    def total(self) -> float:
        """Seconds of the four calls together."""
        return sum(self.seconds.values())


def publish(client: Client) -> dict[str, Any]:
    """Publish J1's definition; answers it as the admin API shows it."""
    answer = client.call(STARTER, "POST", "/admin/definitions", DEFINITION)
    if answer.status not in (200, 201):
        raise Unexpected(f"the definition was refused: {answer.body}")
    shown: dict[str, Any] = answer.body["data"]
    return shown


def start(client: Client, assignee: str, **headers: str) -> tuple[str, float]:
    """Start a run whose task goes to ``assignee``: its id, and the seconds it took."""
    body = {
        "definition": KEY,
        "variables": {"assignee": assignee},
        "documentRef": "contract-2026-118.pdf",
    }
    answer = client.expect(201, STARTER, "POST", "/admin/runs", body, headers)
    return answer.body["data"]["id"], answer.seconds


def journey(client: Client, assignee: str) -> Journey:
    """Go the whole way. Raises Unexpected for every answer that is not the promised one."""
    person = Person(assignee)
    run_id, started = start(client, assignee)
    listed = client.expect(200, person, "GET", "/worklists/mine")
    found = _task_of(run_id, listed.body)
    missed = found is None
    task_id = found or _search(client, person, run_id)
    approved = client.expect(200, person, "POST", f"/tasks/{task_id}/decision", APPROVAL)
    read = client.expect(200, person, "GET", f"/flows/{run_id}")
    late = read.body["status"] != "COMPLETED"
    if late:
        await_end(client, person, run_id)
    took = (started, listed.seconds, approved.seconds, read.seconds)
    return Journey(run_id, dict(zip(CALLS, took, strict=True)), missed, late)


def await_end(client: Client, person: Person, run_id: str) -> dict[str, Any]:
    """The run once it is COMPLETED and APPROVED. Raises Unexpected if that takes too long."""
    deadline = time.monotonic() + LATE_SECONDS
    while True:
        flow: dict[str, Any] = client.expect(200, person, "GET", f"/flows/{run_id}").body
        if (flow["status"], flow["terminalOutcome"]) == ("COMPLETED", "APPROVED"):
            return flow
        if time.monotonic() > deadline:
            raise Unexpected(f"the run {run_id} is {flow['status']} after {LATE_SECONDS:.0f} s")
        time.sleep(0.1)


def _search(client: Client, person: Person, run_id: str) -> str:
    deadline = time.monotonic() + LATE_SECONDS
    while time.monotonic() < deadline:
        time.sleep(0.1)
        found = _task_of(run_id, client.expect(200, person, "GET", "/worklists/mine").body)
        if found:
            return found
    raise Unexpected(f"the task of {run_id} is in no list after {LATE_SECONDS:.0f} s")


def _task_of(run_id: str, listed: list[dict[str, Any]]) -> str | None:
    return next((str(task["taskId"]) for task in listed if task["flowId"] == run_id), None)
