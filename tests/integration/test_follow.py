"""Following a run: by long poll, and with ``signoff runs watch`` in a terminal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.tenants import Person, Tenant, told
from tests.support.waiting import at_once, until

SECONDS = 60
_PAGES = 100
EVENTS = "/api/v1/workflows/instances/{}/events"


def instance_of(flow: Any) -> str:
    """The instance's id that a flow has."""
    return f"wi_{uuid.UUID(flow['flowId']).hex}"


def events(who: Person, wi: str, query: str = "", **headers: str | None) -> Any:
    """An answer's body, and which preference was applied."""
    answer = who.get(EVENTS.format(wi) + query, **headers)
    return told(answer), answer.headers.get("preference-applied")


def follow(who: Person, wi: str, limit: int) -> list[Any]:
    """All events until the end, as a script reads them."""
    found: list[Any] = []
    query = f"?limit={limit}"
    for _ in range(_PAGES):
        page, _ = events(who, wi, query, Prefer="wait=20")
        found += page["data"]
        if page["meta"]["instance"]["ended"]:
            return found
        query = f"?limit={limit}&cursor={page['meta']['pagination']['nextCursor']}"
    raise AssertionError("it does not end")


def finish(tenant: Tenant, flow: Any) -> None:
    """Both reviews of a flow, approved."""
    for _ in range(2):
        (task,) = until(lambda: tenant.bob.flow(flow["flowId"])["pendingTasks"])
        tenant.bob.take(task["taskId"], "APPROVE")


def test_a_long_poll_ends_with_what_somebody_does(tenant: Tenant):
    flow = tenant.alice.submit()
    wi, (task,) = instance_of(flow), flow["pendingTasks"]
    page, applied = events(tenant.alice, wi)
    assert applied is None
    cursor = page["meta"]["pagination"]["nextCursor"]
    empty, applied = events(tenant.alice, wi, f"?cursor={cursor}", Prefer="wait=1")
    assert (empty["data"], applied) == ([], "wait=1")

    def next_events() -> list[Any]:
        page, applied = events(tenant.alice, wi, f"?cursor={cursor}", Prefer="wait=20")
        assert applied == "wait=20"
        return list(page["data"])

    # Somebody may take longer than one poll waits; whoever follows asks again.
    (claimed,), _ = at_once(
        lambda: until(next_events), lambda: [told(tenant.bob.claim(task["taskId"]))]
    )
    assert claimed["sequence"] == page["data"][-1]["sequence"] + 1
    assert (claimed["type"], claimed["data"]["assigneeId"]) == ("workflow.task.assigned", "bob")


def test_all_followers_are_told_the_same_once_and_in_order(tenant: Tenant):
    flow = tenant.alice.submit()
    wi = instance_of(flow)
    followers = [lambda size=size: follow(tenant.carol, wi, size) for size in (1, 2, 3, 7, 200)]
    *each, _ = at_once(*followers, lambda: finish(tenant, flow) or [])
    history = tenant.operator.history(flow["flowId"])
    for found in each:
        assert [event["sequence"] for event in found] == list(range(1, len(history) + 1))
    assert {json.dumps(found, sort_keys=True) for found in each} == {
        json.dumps(each[0], sort_keys=True)
    }
    assert [event["id"] for event in each[0]] == [
        f"evt_{uuid.UUID(entry['id']).hex}" for entry in history
    ]


class Watch:
    """``signoff runs watch`` as a process of its own."""

    def __init__(self, process: subprocess.Popen[str], out: Path) -> None:
        self.process = process
        self._out = out

    @property
    def lines(self) -> list[str]:
        """What it has written so far."""
        return self._out.read_text(encoding="utf-8").splitlines()

    def ends(self) -> tuple[int, str]:
        """How it ended, and what it said beside."""
        _, messages = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, messages


@contextmanager
def watching(tenant: Tenant, key: str, folder: Path, *arguments: str) -> Iterator[Watch]:
    """The program at work, with this key."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith("SIGNOFF_")}
    mine = {"SIGNOFF_API_URL": tenant.stack.api_url, "SIGNOFF_API_KEY": key, "PYTHONUTF8": "1"}
    out = folder / "out"
    with (
        out.open("w", encoding="utf-8") as file,
        subprocess.Popen(
            [str(Path(sys.executable).with_name("signoff")), "runs", "watch", *arguments],
            cwd=folder,
            env=clean | mine,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        try:
            yield Watch(process, out)
        finally:
            process.kill()


def test_a_terminal_shows_it_live_to_the_end(tenant: Tenant, tmp_path: Path):
    flow = tenant.alice.submit()
    with watching(tenant, tenant.admin_key, tmp_path, flow["flowId"]) as watch:
        until(lambda: any("asks legal-reviewers" in line for line in watch.lines))
        assert watch.process.poll() is None
        finish(tenant, flow)
        code, messages = watch.ends()
    assert (code, messages) == (0, "Completed: APPROVED\n")
    assert len(watch.lines) == len(tenant.operator.history(flow["flowId"]))
    assert watch.lines[-1].endswith("completed: APPROVED")
    assert [line for line in watch.lines if "bob decided" in line]


def test_a_script_reads_events_from_it_and_a_rejection_is_a_problem(tenant: Tenant, tmp_path: Path):
    flow = tenant.alice.submit()
    wi, (task,) = instance_of(flow), flow["pendingTasks"]
    with watching(tenant, tenant.integration_key, tmp_path, wi, "--json") as watch:
        until(lambda: watch.lines)
        flow = tenant.bob.take(task["taskId"], "REJECT", comment="No")
        tenant.alice.take(flow["pendingTasks"][0]["taskId"], "ABANDON")
        code, messages = watch.ends()
    assert (code, messages) == (1, "Rejected: REJECTED\n")
    assert [json.loads(line) for line in watch.lines] == follow(tenant.alice, wi, 200)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT for another process")
def test_ctrl_c_stops_the_watching_and_not_the_run(tenant: Tenant, tmp_path: Path):
    flow = tenant.alice.submit()
    with watching(tenant, tenant.admin_key, tmp_path, flow["flowId"]) as watch:
        until(lambda: watch.lines)
        watch.process.send_signal(signal.SIGINT)
        code, messages = watch.ends()
    assert (code, messages.strip()) == (130, "Stopped.")
    assert tenant.operator.run(flow["flowId"])["status"] == "RUNNING"


def test_it_gives_up_when_the_time_is_over(tenant: Tenant, tmp_path: Path):
    flow = tenant.alice.submit()
    with watching(tenant, tenant.admin_key, tmp_path, flow["flowId"], "--timeout", "2s") as watch:
        code, messages = watch.ends()
    assert code == 5, messages
    assert "has not ended" in messages
