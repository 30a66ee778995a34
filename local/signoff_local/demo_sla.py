"""`make demo-sla`: a deadline of two days passes in some twenty seconds.

On a stack of its own, beside the one of `make up`, which is gone when it ends. What happens is read
from the API, as any client could: an entry of the history, and the colour of the task.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from signoff.cli.api import Api
from signoff_local import deployer, lifecycle, process
from signoff_local.home import Home
from signoff_local.walking import Client, Person, expect, say, title

SCALE = 0.0001
"""Two days are 17.28 s."""

WATCH_SECONDS = 120.0
"""When the demonstration gives up: some five times as long as it takes."""

LOOK_SECONDS = 0.25
DEFINITION = Path(__file__).with_name("overdue-invoice.yaml")
COLOURS = {"ok": "green", "warning": "amber", "breached": "red"}
ALICE, ERIN = Person("alice", ()), Person("erin", ())
TOLD = ("TASK_CREATED", "TASK_WARNED", "TASK_BREACHED", "SLA_ACTED", "TASK_REASSIGNED")
"""Entries that are shown."""

EXPECTED = [
    "TASK_CREATED",
    *("TASK_WARNED", "SLA_ACTED"),  # a reminder
    *("TASK_BREACHED", "SLA_ACTED"),  # another one
    *("SLA_ACTED", "SLA_ACTED"),  # the manager, the administrators
    "TASK_REASSIGNED",
]


def main() -> int:
    """Start a stack, watch, and take the stack away; answers the exit code."""
    chosen = Home.chosen()
    stack = Home(chosen.path.with_name(f"{chosen.path.name}-sla"))
    # The port and the time scale of this stack, not of the one that the user has.
    os.environ["SIGNOFF_PORT"] = str(process.free_port(None))
    os.environ[deployer.TIME_SCALE] = str(SCALE)
    signal.signal(signal.SIGTERM, _stop)
    lifecycle.reset(stack)  # what a demonstration that was killed has left
    try:
        show(lifecycle.up(stack, lambda line: print(f"· {line}", flush=True)).stack)
    finally:
        lifecycle.reset(stack)
        shutil.rmtree(stack.path, ignore_errors=True)
    print("\nThe stack of this demonstration is gone; `make up` starts one that stays.")
    return 0


def show(stack: dict[str, Any]) -> None:
    """Start an approval that nobody makes, and watch until somebody else has it and approves.

    ``stack`` is what stack.json holds.
    """
    prepare(stack)
    client = Client(stack["api_url"], stack["tenant"], stack["api_keys"]["integration"])
    hours = 48 * 3600 * SCALE
    title(f"Two days in {hours:.0f} seconds")
    say("alice hands in an invoice. dora is to approve it within 48 hours, and does not.")
    body = {"definitionKey": "overdue-invoice", "documentRef": "invoice-4711"}
    flow = client.call(ALICE, "POST", "/flows", body)
    watch(client, flow["flowId"])
    say("The task is erin's now, and its clock goes on. She approves.")
    task = f"/tasks/{flow['pendingTasks'][0]['taskId']}"
    done = client.call(ERIN, "POST", f"{task}/decision", {"outcome": "APPROVE"})
    expect(done["terminalOutcome"] == "APPROVED")
    title("Done: green, amber, reminder, breach, escalation")


def prepare(stack: dict[str, Any]) -> None:
    """Publish the definition. dora and her manager erin are in the directory of every stack."""
    api = Api(stack["api_url"], stack["api_keys"]["admin"])
    api.post_bytes("definitions", content=DEFINITION.read_bytes(), media_type="application/yaml")


def watch(client: Client, flow_id: str) -> None:
    """Print each entry as it comes, and the task each time that it has another colour."""
    tasks = f"/workflows/tasks?instanceId=wi_{flow_id.replace('-', '')}"
    until = time.monotonic() + WATCH_SECONDS
    seen: list[dict[str, Any]] = []
    colour = None
    while [entry["type"] for entry in seen] != EXPECTED:
        expect(time.monotonic() < until)
        (task,) = client.look(ALICE, tasks)["data"]
        if task["slaStatus"] != colour:
            colour = task["slaStatus"]
            say(f"The task is {COLOURS[colour].upper()}:")
            client.call(ALICE, "GET", tasks)
        history = client.look(ALICE, f"/flows/{flow_id}")["history"]
        told = [entry for entry in history if entry["type"] in TOLD]
        for entry in told[len(seen) :]:
            print("\n" + line(told[0], entry), flush=True)
        seen = told
        time.sleep(LOOK_SECONDS)
    expect(colour == "breached")


def line(first: dict[str, Any], entry: dict[str, Any]) -> str:
    """An entry with its time since the first one: in seconds here, in hours as it is meant."""
    seconds = (_moment(entry) - _moment(first)).total_seconds()
    return (
        f"  {seconds:5.1f} s = {seconds / SCALE / 3600:4.1f} h   {entry['type']:<16}{what(entry)}"
    )


def what(entry: dict[str, Any]) -> str:
    """What an entry says: who is told, and what."""
    detail = entry["detail"]
    to = detail.get("to")
    if isinstance(to, dict):
        told = ", ".join([*to["users"], *(f"group {group}" for group in to["groups"])])
        return f"{detail['action']} → {told}: {detail['message']}"
    if to:
        return f"{detail['from']} → {to}: {detail['reason']}"
    return ""


def _moment(entry: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(entry["occurredAt"])


def _stop(*_: Any) -> None:
    raise SystemExit(1)
