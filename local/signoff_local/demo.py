"""`make run`: a document's way through its approval, over HTTP, call by call.

Every call is printed as the curl line that repeats it, with its answer. The stack stays up.
"""

from __future__ import annotations

import json
import shlex
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from . import lifecycle
from .home import Home

_SECONDS = 30  # the longest that any one call may take
_LINES = 40  # of an answer that are shown
_PAGES = 100  # of a worklist that are looked through
# A command may wait this long for what comes next: the first ones meet functions that start cold.
_PREFER = "wait=20"


@dataclass(frozen=True)
class Person:
    """Somebody who acts, and the groups they hold."""

    id: str
    groups: tuple[str, ...]


class Client:
    """Calls the Flow API as a person's client does, and shows what it does."""

    def __init__(self, api_url: str, tenant: str, key: str) -> None:
        self._api_url, self._tenant, self._key = api_url, tenant, key
        self.next_page: str | None = None
        """Query of the page that follows the list that was read last, if there is one."""

    def line(
        self, person: Person, method: str, path: str, body: dict[str, Any] | None = None
    ) -> str:
        """The curl line of a call, not made."""
        return _curl(method, self._url(path), self._headers(person, body), body)

    def _url(self, path: str) -> str:
        return f"{self._api_url}/api/v1{path}"

    def _headers(self, person: Person, body: dict[str, Any] | None) -> dict[str, str]:
        headers = {
            "Authorization": f"Bearer {self._key}",
            "X-Tenant-Id": self._tenant,
            "X-Actor-Id": person.id,
            "X-Actor-Groups": ",".join(person.groups),
        }
        if body is None:
            return headers
        return headers | {"Content-Type": "application/json", "Prefer": _PREFER}

    def call(
        self, person: Person, method: str, path: str, body: dict[str, Any] | None = None
    ) -> Any:
        """Make one call, print it and its answer; raises SystemExit if it is refused."""
        print("\n" + self.line(person, method, path, body), flush=True)
        status, value = self._send(person, method, path, body)
        shown = json.dumps(value, indent=2, ensure_ascii=False).splitlines()
        print(f"HTTP {status}")
        print("\n".join(shown[:_LINES]), flush=True)
        if len(shown) > _LINES:
            print(f"… {len(shown) - _LINES} more lines")
        return value

    def look(self, person: Person, path: str) -> Any:
        """Read without printing, for whoever looks again and again."""
        return self._send(person, "GET", path, None)[1]

    def _send(
        self, person: Person, method: str, path: str, body: dict[str, Any] | None
    ) -> tuple[int, Any]:
        url, headers = self._url(path), self._headers(person, body)
        content = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(url, content, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
                status, text = answer.status, answer.read().decode()
                link = answer.headers.get("Link", "")
        except urllib.error.HTTPError as refusal:
            print(f"HTTP {refusal.code} {refusal.read().decode()}")
            raise SystemExit(f"The walk ends here: {method} {path} was refused.") from None
        except OSError as failure:
            raise SystemExit(f"No answer from {url} ({failure}). See `make logs`.") from None
        self.next_page = link[1 : link.index(">")] if link else None
        return status, json.loads(text)


def main(_arguments: list[str]) -> int:
    """Start the stack if it is not up, then walk; answers the exit code."""
    stack = lifecycle.up(Home.chosen(), lambda line: print(f"· {line}", flush=True)).stack
    walk(stack)
    return 0


def walk(stack: dict[str, Any]) -> None:
    """Walk one document to its approval and another through a rejection and its rework.

    ``stack`` is what stack.json holds.
    """
    people = {user["id"]: Person(user["id"], tuple(user["groups"])) for user in stack["users"]}
    client = Client(stack["api_url"], stack["tenant"], stack["api_keys"]["integration"])
    began = time.monotonic()
    approve_twice(client, people["alice"], people["bob"], people["carol"])
    reject_and_resubmit(client, people["alice"], people["bob"], people["carol"])
    took = time.monotonic() - began
    leave_one_open(client, people["alice"], people["bob"])
    title(f"Done: two documents approved in {took:.1f} s, a third one waits")
    farewell(stack)


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


def leave_one_open(client: Client, submitter: Person, reviewer: Person) -> None:
    """Submit a third document and print the calls that decide it, for whoever wants to try."""
    title("3. Yours to decide")
    flow = _submit(client, submitter, "offer-0815")
    task = f"/tasks/{flow['pendingTasks'][0]['taskId']}"
    say("These two are not made here. Repeat them, and look at the flow again:")
    print("\n" + client.line(reviewer, "POST", f"{task}/claim"))
    print("\n" + client.line(reviewer, "POST", f"{task}/decision", {"outcome": "APPROVE"}))
    print("\n" + client.line(submitter, "GET", f"/flows/{flow['flowId']}"))


def farewell(stack: dict[str, Any]) -> None:
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
        "\nAll of this is in .signoff/stack.json. The stack stays up:"
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


def _curl(method: str, url: str, headers: dict[str, str], body: dict[str, Any] | None) -> str:
    parts = [f"curl -sS -X {method} {shlex.quote(url)}"]
    parts += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
    if body is not None:
        parts.append(f"-d {shlex.quote(json.dumps(body))}")
    return "$ " + " \\\n    ".join(parts)


def _line(entry: dict[str, Any]) -> str:
    return f"  {entry['occurredAt']}  {entry['type']:<20} {entry['actorId'] or ''}"


def title(text: str) -> None:
    """Print the heading of a part of a walk."""
    print(f"\n=== {text} " + "=" * max(0, 76 - len(text)), flush=True)


def say(text: str) -> None:
    """Print what comes next."""
    print(f"\n# {text}", flush=True)


def expect(holds: bool) -> None:
    """The walk is also a check: an answer that is not the promised one ends it with a failure."""
    if not holds:
        print("The last answer is not what the contract promises.", file=sys.stderr)
        raise SystemExit(1)
