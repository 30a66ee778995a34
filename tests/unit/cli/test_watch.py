"""``signoff runs watch``: live, once, in order, and over a bad line."""

import json
import re
from collections.abc import Callable
from http.client import IncompleteRead
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import parse_qs, urlsplit

import pytest

from signoff.cli import follow, watch
from signoff.runs import waiting
from signoff.runs.attempts import fail_run
from signoff.runs.read import read_run
from tests.support.stack import Stack
from tests.support.tokens import Pool, pool, put_user
from tests.unit.cli.command_line import Response, Signoff, refusal
from tests.unit.cli.test_api import Script, scripted

__all__ = ["pool"]

RUN = "3c650bc5-1767-42b3-9ba3-cca43614d3ac"
SUM = """\
key: sum
name: Sum
steps:
  - {id: Nothing, type: transform, config: {set: {done: true}}}
"""


class Clock:
    """The command's clock: time passes when it pauses, and when an answer takes long."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that nobody has to wait for, and no spreading of pauses."""
    made = Clock()
    monkeypatch.setattr(follow, "time", made)
    monkeypatch.setattr(watch, "time", made)
    monkeypatch.setattr(follow.random, "uniform", lambda *_: 1.0)
    return made


# ---- against the API of this process


@pytest.fixture
def run_id(admin: Signoff, purchase: Path) -> str:
    """A run that waits for its review."""
    return str(admin("runs", "start", "purchase", "--json").json["id"])


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has things done, one each time that the API waits."""

    def arrange(*acts: Callable[[], object]) -> None:
        left = list(acts)

        def sleep(_seconds: float) -> None:
            left.pop(0)()

        monkeypatch.setattr(waiting.time, "sleep", sleep)

    return arrange


def test_it_shows_what_was_and_what_comes_until_the_end(
    stack: Stack, admin: Signoff, run_id: str, meanwhile: Callable[..., None]
) -> None:
    (task,) = read_tasks(admin, run_id)
    carol = stack.client("carol", "controllers")
    before = len(stack.world.history(run_id))
    meanwhile(
        lambda: carol.post(f"/api/v1/tasks/{task}/claim"),
        lambda: carol.post(f"/api/v1/tasks/{task}/decision", {"outcome": "APPROVE"}),
        *[lambda: None] * 200,
    )
    done = admin("runs", "watch", run_id)
    assert done.code == 0, done.err
    lines = [line.split("  ", 1)[1] for line in done.out.splitlines()]
    assert lines[0].endswith("started purchase version 1")
    assert "Review asks controllers" in lines[before - 1]
    assert lines[before] == "carol took Review"
    assert lines[before + 1] == "carol decided Review: APPROVE"
    assert lines[-1].startswith("completed")
    assert len(lines) == len(stack.world.history(run_id))
    assert done.err.startswith("Completed")


def read_tasks(admin: Signoff, run_id: str) -> list[str]:
    return [task["id"] for task in admin("runs", "show", run_id, "--json").json["openTasks"]]


def test_json_is_an_event_a_line_as_a_webhook_gets_it(stack: Stack, admin: Signoff) -> None:
    stack.publish(SUM)
    run_id = admin("runs", "start", "sum", "--json").json["id"]
    for named in (run_id, f"wi_{run_id.replace('-', '')}"):
        done = admin("runs", "watch", named, "--json")
        assert done.code == 0
        events = [json.loads(line) for line in done.out.splitlines()]
        assert [each["sequence"] for each in events] == list(range(1, len(events) + 1))
        assert events[0]["type"] == "workflow.started"
        assert events[-1]["type"] == "workflow.completed"


def test_a_cancelled_run_is_a_problem(admin: Signoff, run_id: str) -> None:
    admin("runs", "cancel", run_id, "--reason", "Sent twice", "--yes")
    done = admin("runs", "watch", run_id)
    assert done.code == 1
    assert "cancelled by" in done.out
    assert "“Sent twice”" in done.out
    assert "Cancelled" in done.err


def test_a_rejected_run_is_a_problem(
    stack: Stack, admin: Signoff, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    scripted(monkeypatch, page(1, status="Rejected", outcome="REJECTED", ended=True))
    done = admin("runs", "watch", RUN)
    assert (done.code, done.err) == (1, "Rejected: REJECTED\n")


def test_a_failed_run_ends_the_watching_unless_it_is_to_go_on(
    stack: Stack, admin: Signoff, run_id: str, meanwhile: Callable[..., None]
) -> None:
    stack.world.machines.abort_all()
    fail_run(read_run("acme", run_id), {"error": "StepFailed", "cause": "no such thing"})
    failed = admin("runs", "watch", run_id)
    assert failed.code == 1
    assert "failed at Review: no such thing" in failed.out
    assert f"signoff runs retry {run_id}" in failed.err
    operator = stack.new_key("admin:runs")
    client = stack.client()
    cancel = f"/api/v1/admin/runs/{run_id}/cancel"
    meanwhile(
        lambda: type(client)(operator).post(cancel, {"reason": "No hope"}), *[lambda: None] * 20
    )
    done = admin("runs", "watch", run_id, "--until-done")
    assert done.code == 1
    assert "“No hope”" in done.out
    assert "retry" not in done.err


@pytest.mark.parametrize("scope", ["workflows:read", "admin:runs:read"])
def test_a_key_that_may_read_runs_may_watch_one(
    stack: Stack, admin: Signoff, run_id: str, scope: str
) -> None:
    admin("runs", "cancel", run_id, "--yes")
    assert admin("runs", "watch", run_id, "--api-key", stack.new_key(scope)).code == 1
    refused = admin("runs", "watch", run_id, "--api-key", stack.new_key("flows:read"))
    assert refused.code == 3
    assert "workflows:read" in refused.err


def test_a_person_may_watch_with_their_own_token(
    stack: Stack, admin: Signoff, run_id: str, pool: Pool
) -> None:
    admin("runs", "cancel", run_id, "--yes")
    token = pool.token(put_user("acme", "bob", roles=("approver",)))
    done = admin("runs", "watch", run_id, "--api-key", token)
    assert (done.code, done.err) == (1, "Cancelled\n")


def test_what_is_not_there_is_4(admin: Signoff) -> None:
    assert admin("runs", "watch", "00000000-0000-4000-8000-000000000000").code == 4
    assert admin("runs", "watch", "wi_00").code == 4
    assert admin("runs", "watch", "purchase").code == 1


# ---- over a bad line


def page(*sequences: int, error: Any = None, more: bool = False, **standing: Any) -> Response:
    """An answer with events of these numbers."""
    found = [event(each) for each in sequences]
    cursor = f"c{sequences[-1]}" if sequences else "same"
    instance = {"status": "Running", "outcome": None, "error": error, "ended": False} | standing
    meta = {
        "requestId": "req_00000000",
        "pagination": {"limit": 200, "hasMore": more, "nextCursor": cursor},
        "instance": instance,
    }
    return Response(200, json.dumps({"success": True, "data": found, "meta": meta}).encode())


def event(sequence: int) -> dict[str, Any]:
    return {
        "id": f"evt_{sequence}",
        "type": "workflow.commented",
        "createdAt": "2026-11-21T15:42:06Z",
        "sequence": sequence,
        "data": {"actorUserId": "bob", "comment": f"number {sequence}"},
    }


def end(*sequences: int) -> Response:
    return page(*sequences, status="Completed", outcome="APPROVED", ended=True)


def numbers(out: str) -> list[int]:
    return [json.loads(line)["sequence"] for line in out.splitlines()]


def asked(script: Script) -> list[str | None]:
    """The cursors that were asked with."""
    queries = [parse_qs(urlsplit(each.full_url).query) for each in script.asked]
    return [query.get("cursor", [None])[0] for query in queries]


LOST: list[Exception] = [
    URLError(TimeoutError()),
    URLError(ConnectionRefusedError(111, "refused")),
    ConnectionResetError(104, "reset"),
    IncompleteRead(b"{"),
    refusal(500, b""),
    refusal(502, b""),
    refusal(503, b""),
    refusal(504, b""),
    refusal(429, b""),
]


@pytest.mark.parametrize("lost", LOST, ids=repr)
def test_it_goes_on_from_the_last_event_after_whatever_was_lost(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, clock: Clock, lost: Exception
) -> None:
    script = scripted(monkeypatch, page(1, 2, more=True), lost, lost, page(3), end(4))
    done = signoff("runs", "watch", RUN, "--json")
    assert done.code == 0, done.err
    assert numbers(done.out) == [1, 2, 3, 4]
    assert asked(script) == [None, "c2", "c2", "c2", "c3"]
    assert clock.pauses == [0.5, 1.0]
    first, second, last = done.err.splitlines()[-3:]
    assert re.search(r"[^.]\. Trying again\.$", first)
    assert (second, last) == ("Connected again.", "Completed: APPROVED")


def test_it_asks_to_wait_as_long_as_the_api_does(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    script = scripted(monkeypatch, end(1))
    signoff("runs", "watch", RUN)
    (request,) = script.asked
    assert request.get_header("Prefer") == "wait=20"
    assert urlsplit(request.full_url).path == (
        f"/api/v1/workflows/instances/wi_{RUN.replace('-', '')}/events"
    )


def test_a_line_that_stays_lost_is_given_up(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    script = scripted(monkeypatch, page(1), *[refusal(503, b"") for _ in range(99)])
    done = signoff("runs", "watch", RUN)
    assert done.code == 2
    assert "503" in done.err
    assert len(script.asked) == 1 + follow.TRIES
    assert clock.pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_the_count_begins_anew_when_the_line_was_back(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    lost = [refusal(503, b"") for _ in range(follow.TRIES - 1)]
    scripted(monkeypatch, page(1), *lost, page(2), *lost, end(3))
    done = signoff("runs", "watch", RUN, "--json")
    assert (done.code, numbers(done.out)) == (0, [1, 2, 3])


def test_an_address_that_never_answers_is_given_up_soon(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    script = scripted(monkeypatch, *[refusal(503, b"") for _ in range(99)])
    assert signoff("runs", "watch", RUN).code == 2
    assert len(script.asked) == 3
    script = scripted(monkeypatch, URLError(ConnectionRefusedError(111, "refused")))
    done = signoff("runs", "watch", RUN)
    assert (done.code, len(script.asked)) == (2, 1)
    assert "make up" in done.err


def test_it_comes_again_when_the_server_says_within_reason(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    scripted(
        monkeypatch,
        page(1),
        refusal(429, b"", Retry_After="7"),
        refusal(429, b"", Retry_After="99999"),
        end(2),
    )
    assert signoff("runs", "watch", RUN).code == 0
    assert clock.pauses == [7, 30]


def test_a_token_that_expires_meanwhile_ends_it(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    scripted(monkeypatch, page(1), refusal(401, b""))
    assert signoff("runs", "watch", RUN).code == 3


def test_a_server_that_does_not_wait_is_not_hammered(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    scripted(monkeypatch, page(1), page(), page(), end(2))
    assert signoff("runs", "watch", RUN).code == 0
    assert clock.pauses == [1.0, 1.0]


def test_time_that_is_over_is_told(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    script = scripted(monkeypatch, page(1), *[page() for _ in range(99)])
    done = signoff("runs", "watch", RUN, "--timeout", "5s")
    assert done.code == 5
    assert "has not ended" in done.err
    assert clock.now == 1_005
    waits = [request.get_header("Prefer") for request in script.asked]
    assert waits == ["wait=5", "wait=5", "wait=4", "wait=3", "wait=2", "wait=1"]


def test_time_that_is_over_ends_the_trying_too(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    scripted(monkeypatch, page(1), *[refusal(503, b"") for _ in range(99)])
    assert signoff("runs", "watch", RUN, "--timeout", "3s").code == 5
    assert clock.now == 1_003


@pytest.mark.parametrize("text", ["", "0s", "10", "1.5h", "-3m", "soon", "1w"])
def test_a_time_that_is_none_is_wrong_usage(signoff: Signoff, text: str) -> None:
    assert signoff("runs", "watch", RUN, "--timeout", text).code == 2


def test_a_failure_in_the_middle_is_not_the_last_word(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    """The page may end before the entry of the retry that came after it."""
    scripted(monkeypatch, page(1, error={"cause": "x"}, more=True), end(2))
    assert signoff("runs", "watch", RUN).code == 0


@pytest.mark.parametrize("content", [b'{"data": []}', b'{"data": [], "meta": {"instance": 7}}'])
def test_an_api_without_events_is_told(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, clock: Clock, content: bytes
) -> None:
    scripted(monkeypatch, Response(200, content))
    done = signoff("runs", "watch", RUN)
    assert done.code == 2
    assert "does not tell" in done.err


def test_ctrl_c_stops_the_watching(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    class Pressed(Script):
        def open(self, request: Any, timeout: float) -> Response:
            if len(self.asked) == 1:
                raise KeyboardInterrupt
            return super().open(request, timeout)

    scripted(monkeypatch)
    pressed = Pressed(page(1))
    monkeypatch.setattr("signoff.cli.api._opener", lambda _: pressed)
    done = signoff("runs", "watch", RUN)
    assert (done.code, done.err.strip()) == (130, "Stopped.")
    assert "number 1" in done.out
