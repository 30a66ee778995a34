"""What a command costs in calls to AWS, which are its time and its price; counted, not timed.

The real handlers run in this process over moto, with Step Functions as the unit tests have it
(tests/support). Only calls of the thread that answers count, not those of the steps that its
command sets going. What ``settle`` reads after a start or a decision, until the next state is
there, is counted apart: its number depends on how fast Step Functions is.
"""

from __future__ import annotations

import io
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import partial
from typing import Any
from unittest.mock import patch

from bench.bench import Bench
from bench.figure import Value, at_most, exactly
from signoff.definitions.store import forget_versions
from signoff.entrypoints import observability
from signoff.identity import authenticate
from signoff.runs import progress
from signoff.runs.view import view_run
from tests.support.gateway import Answer, Client
from tests.support.stack import Stack, running_stack

TITLE = "Calls to AWS per command, key and definition remembered by the container"
MEASURED_ON = "this process: the real handlers over moto, every botocore call counted"

PANEL = """
key: bench-panel
name: Panel of three
steps:
  - id: vote
    type: approval
    config:
      mode: direct
      candidates: {users: [ann, ben, cat]}
      quorum: {approve: 2, reject: 2}
      outcomes: {approve: {next: yes_}, reject: {next: no_}}
      otherwise: no_
  - {id: yes_, type: end, config: {outcome: APPROVED}}
  - {id: no_, type: end, config: {outcome: REJECTED}}
"""


@dataclass(frozen=True)
class Counted:
    """A command's answer, its own calls, and those of the bounded wait and of the view after it."""

    answer: Answer
    calls: tuple[str, ...]
    waited: int
    viewed: int

    @property
    def more(self) -> dict[str, Any]:
        """For the table: which calls, and what was counted apart."""
        apart = {"after it": f"{self.waited} polls + {self.viewed} reads"} if self.viewed else {}
        return {"calls": " ".join(self.calls) or "none", **apart}


def measure(_bench: Bench) -> list[Value]:
    """Every command once it is warm, through its handler."""
    # Handlers print their metrics and log lines, as Lambda wants them to; nobody reads those here.
    observability.logger.setLevel(logging.CRITICAL)
    with redirect_stdout(io.StringIO()), running_stack() as stack:
        return _lists(stack) + _commands(stack) + _panel(stack) + _beside(stack)


def _lists(stack: Stack) -> list[Value]:
    values = []
    for groups in (1, 3, 10):
        names = ",".join(f"group-{number}" for number in range(groups))
        asker = stack.client("bob", names)
        asker.get("/api/v1/worklists/group")
        one = counted(stack, 200, partial(asker.get, "/api/v1/worklists/group"))
        label = f"list of {groups} group{'s' if groups > 1 else ''}"
        values.append(exactly(label, len(one.calls), groups, "calls"))
    mine = counted(stack, 200, lambda: stack.client("bob").get("/api/v1/worklists/mine"))
    return [*values, exactly("list of one's own tasks", len(mine.calls), 1, "calls", **mine.more)]


def _commands(stack: Stack) -> list[Value]:
    bob = stack.client("bob", "legal-reviewers")
    submit(stack)  # the container has read the key and the definition's version now
    started = counted(stack, 201, lambda: submit(stack))
    task = started.answer.body["pendingTasks"][0]["taskId"]
    claimed = counted(stack, 200, lambda: bob.post(f"/api/v1/tasks/{task}/claim"))
    released = counted(stack, 200, lambda: bob.post(f"/api/v1/tasks/{task}/release"))
    bob.post(f"/api/v1/tasks/{task}/claim")
    decided = counted(stack, 200, lambda: decide(bob, task, "APPROVE"))
    last = decided.answer.body["pendingTasks"][0]["taskId"]
    bob.post(f"/api/v1/tasks/{last}/claim")
    ending = counted(stack, 200, lambda: decide(bob, last, "APPROVE"))
    return [
        at_most("start", len(started.calls), 3, "calls", **started.more),
        at_most("claim", len(claimed.calls), 2, "calls", **claimed.more),
        at_most("release", len(released.calls), 2, "calls", **released.more),
        at_most("decide, to the next step", len(decided.calls), 3, "calls", **decided.more),
        at_most("decide, to the end", len(ending.calls), 3, "calls", **ending.more),
    ]


def _panel(stack: Stack) -> list[Value]:
    key = stack.publish(PANEL)
    flow = submit(stack, key).body
    tasks = {task["ownerId"]: task["taskId"] for task in flow["pendingTasks"]}
    first = counted(stack, 200, lambda: decide(stack.client("ann"), tasks["ann"], "approve"))
    closing = counted(stack, 200, lambda: decide(stack.client("ben"), tasks["ben"], "approve"))
    return [
        at_most("decide, short of a quorum", len(first.calls), 3, "calls", **first.more),
        Value(
            "decide, closing a panel of three",
            len(closing.calls),
            "calls",
            more=closing.more,
        ),
    ]


def _beside(stack: Stack) -> list[Value]:
    """What comes on top, and is in none of the numbers above."""
    once = counted(stack, 201, lambda: submit(stack, Idempotency_Key="once-1"))
    authenticate.forget_all()
    forget_versions()
    cold = counted(stack, 201, lambda: submit(stack))
    flow = cold.answer.body["flowId"]
    read = counted(stack, 200, lambda: stack.client("alice").get(f"/api/v1/flows/{flow}"))
    return [
        Value("start, with an Idempotency-Key", len(once.calls), "calls", more=once.more),
        Value("start, the first of a container", len(cold.calls), "calls", more=cold.more),
        Value("read a flow with its history", len(read.calls), "calls", more=read.more),
    ]


def submit(stack: Stack, key: str = "document-approval", **headers: str) -> Answer:
    """Start a run through the Flow API."""
    body = {"definitionKey": key, "documentRef": "contract-2026-118.pdf"}
    return stack.client("alice", "initiators").post("/api/v1/flows", body, **headers)


def decide(person: Client, task: str, outcome: str) -> Answer:
    """Decide a task through the Flow API."""
    body = {"outcome": outcome, "comment": "Read and agreed."}
    return person.post(f"/api/v1/tasks/{task}/decision", body)


def counted(stack: Stack, status: int, command: Callable[[], Answer]) -> Counted:
    """Run ``command`` and count what it calls. Raises AssertionError for another status."""
    with stack.world.faults.watching() as watched, _settling_apart(watched) as apart:
        answer = command()
    assert answer.status == status, f"{answer.status} instead of {status}: {answer.text}"
    placed = [apart.get(number, "command") for number in range(len(watched.seen))]
    calls = [call for call, place in zip(watched.seen, placed, strict=True) if place == "command"]
    count = Counter(placed)
    return Counted(answer, tuple(short(call) for call in calls), count["wait"], count["view"])


@contextmanager
def _settling_apart(watched: Any) -> Iterator[dict[int, str]]:
    """Numbers of the calls that ``settle`` makes: "wait" for its polls, "view" for what follows."""
    apart: dict[int, str] = {}

    def marked(place: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            before = len(watched.seen)
            try:
                return real(*arguments)
            finally:
                apart.update(dict.fromkeys(range(before, len(watched.seen)), place))

        return call

    settle = "signoff.runs.progress"
    with (
        patch(f"{settle}._wait", marked("wait", progress._wait)),
        patch(f"{settle}.view_run", marked("view", view_run)),
    ):
        yield apart


def short(operation: str) -> str:
    """``start_execution`` (the unit tests' client) and ``TransactWriteItems`` (botocore) alike."""
    return operation if operation[0].isupper() else operation.title().replace("_", "")
