"""GET /api/v1/workflows/instances/{instanceId}/events: an instance, followed by a script."""

from typing import Any

import pytest

from signoff.contracts.events import papyrus
from signoff.runs import waiting
from signoff.runs.attempts import fail_run
from signoff.runs.ids import run_named
from signoff.runs.read import read_run
from tests.contract.approvals_page import (
    EXPENSE,
    UNKNOWN,
    WORKFLOWS,
    advanced,
    fits,
    refused,
    submitted,
)
from tests.support.gateway import Answer, Client
from tests.support.stack import Stack, stack
from tests.support.tokens import Pool, pool, put_user

__all__ = ["pool", "stack"]


@pytest.fixture
def erp(stack: Stack) -> Client:
    """A program that acts for people, where expenses are approved."""
    stack.publish(EXPENSE)
    return stack.client()


def asked(who: Client, wi: str, query: str = "", **headers: str) -> Answer:
    """The answer to who follows an instance."""
    return who.get(f"{WORKFLOWS}/instances/{wi}/events{query}", **headers)


def events(who: Client, wi: str, query: str = "", **headers: str) -> tuple[list[Any], Any]:
    """The events and the rest of the answer, each as the document has it."""
    answer = asked(who, wi, query, **headers)
    assert answer.status == 200, answer
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.body) == {"success", "data", "meta"}
    meta = answer.body["meta"]
    assert set(meta) == {"requestId", "pagination", "instance"}
    assert set(meta["pagination"]) == {"limit", "hasMore", "nextCursor"}
    fits(meta["instance"], "InstanceStanding")
    return [fits(each, "InstanceEvent") for each in answer.body["data"]], meta


def followed(who: Client, wi: str, limit: int) -> list[Any]:
    """Every event until the instance has ended, as a script reads them."""
    found: list[Any] = []
    query = f"?limit={limit}"
    for _ in range(60):
        page, meta = events(who, wi, query, Prefer="wait=20")
        found += page
        if meta["instance"]["ended"]:
            return found
        query = f"?limit={limit}&cursor={meta['pagination']['nextCursor']}"
    raise AssertionError("it does not end")


@pytest.mark.parametrize("limit", [1, 3, 200])
def test_a_script_follows_an_instance_to_its_end(stack: Stack, erp: Client, limit: int):
    wi = submitted(stack)
    advanced(erp, wi, "approve", "bob", "Fine")
    stack.client().post(
        f"{WORKFLOWS}/instances/{wi}/advance", {"action": "cancel", "actorUserId": "alice"}
    )
    found = followed(erp, wi, limit)
    assert [each["sequence"] for each in found] == list(range(1, len(found) + 1))
    types = [each["type"] for each in found]
    assert types[0] == "workflow.started"
    assert {"workflow.task.assigned", "workflow.task.completed"} < set(types)
    assert types[-2:] == ["workflow.cancelled", "workflow.task.cancelled"]


def test_an_event_is_what_a_webhook_gets(stack: Stack, erp: Client):
    wi = submitted(stack)
    found, _ = events(erp, wi)
    history = stack.world.history(run_named(wi))
    assert found == [papyrus.FORMAT.render(entry) for entry in history]
    (task,) = [each for each in found if each["type"] == "workflow.task.assigned"]
    assert (task["data"]["instanceId"], task["data"]["assigneeId"]) == (wi, "bob")


def test_without_a_preference_nobody_waits(
    stack: Stack, erp: Client, monkeypatch: pytest.MonkeyPatch
):
    wi = submitted(stack)
    _, meta = events(erp, wi)
    cursor = meta["pagination"]["nextCursor"]
    monkeypatch.setattr(waiting.time, "sleep", _never)
    for headers in ({}, {"Prefer": "respond-async"}, {"Prefer": "wait=0"}, {"Prefer": "wait=no"}):
        found, meta = events(erp, wi, f"?cursor={cursor}", **headers)
        assert (found, meta["pagination"]["nextCursor"]) == ([], cursor)
        assert meta["pagination"]["hasMore"] is False


def _never(_seconds: float) -> None:
    raise AssertionError("it waits")


@pytest.mark.parametrize(
    ("prefer", "seconds", "applied"),
    [("wait=3", 3, "wait=3"), ("wait=20", 20, "wait=20"), ("wait=3600", 20, "wait=20")],
)
def test_a_preference_is_applied_and_said(
    stack: Stack,
    erp: Client,
    monkeypatch: pytest.MonkeyPatch,
    prefer: str,
    seconds: int,
    applied: str,
):
    wi = submitted(stack)
    cursor = events(erp, wi)[1]["pagination"]["nextCursor"]
    clock = [0.0]

    def sleep(paused: float) -> None:
        clock[0] += paused

    monkeypatch.setattr(waiting.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(waiting.time, "sleep", sleep)
    answer = asked(erp, wi, f"?cursor={cursor}", Prefer=prefer)
    assert (answer.status, answer.body["data"]) == (200, [])
    assert answer.headers["preference-applied"] == applied
    assert clock[0] == pytest.approx(seconds)


def test_a_wait_ends_with_what_somebody_does(
    stack: Stack, erp: Client, monkeypatch: pytest.MonkeyPatch
):
    wi = submitted(stack)
    cursor = events(erp, wi)[1]["pagination"]["nextCursor"]
    said = [{"actorUserId": "alice", "comment": "Please"}]

    def sleep(_seconds: float) -> None:
        if said:
            answer = erp.post(f"{WORKFLOWS}/instances/{wi}/comments", said.pop())
            assert answer.status == 201

    monkeypatch.setattr(waiting.time, "sleep", sleep)
    (event,), meta = events(erp, wi, f"?cursor={cursor}", Prefer="wait=20")
    assert (event["type"], event["data"]["comment"]) == ("workflow.commented", "Please")
    assert (event["data"]["actorUserId"], meta["instance"]["ended"]) == ("alice", False)


def test_the_answer_says_how_it_ended(stack: Stack, erp: Client):
    wi = submitted(stack)
    assert events(erp, wi)[1]["instance"] == {
        "status": "Running",
        "outcome": None,
        "error": None,
        "ended": False,
    }
    advanced(erp, wi, "reject", "bob", "No")
    _, meta = events(erp, wi, "?limit=2")
    assert (meta["instance"]["status"], meta["instance"]["ended"]) == ("Rejected", False)
    assert meta["pagination"]["hasMore"] is True
    _, meta = events(erp, wi, f"?cursor={meta['pagination']['nextCursor']}", Prefer="wait=20")
    assert meta["instance"] == {
        "status": "Rejected",
        "outcome": "REJECTED",
        "error": None,
        "ended": True,
    }
    assert meta["pagination"]["hasMore"] is False
    assert isinstance(meta["pagination"]["nextCursor"], str)


def test_a_failed_one_has_not_ended_and_says_why(stack: Stack, erp: Client):
    wi = submitted(stack)
    stack.world.machines.abort_all()
    fail_run(read_run("acme", run_named(wi)), {"error": "StepFailed", "cause": "no such thing"})
    _, meta = events(erp, wi)
    assert (meta["instance"]["status"], meta["instance"]["ended"]) == ("Running", False)
    assert meta["instance"]["error"]["cause"] == "no such thing"


def test_who_may_read_every_run_may_follow_one_and_nobody_else(
    stack: Stack, erp: Client, pool: Pool
):
    wi = submitted(stack)
    for scope in ("workflows:read", "admin:runs:read", "admin:runs"):
        assert events(Client(stack.new_key(scope)), wi)[0]
    for role in ("approver", "auditor", "admin"):
        assert events(Client(pool.token(put_user("acme", role, roles=(role,)))), wi)[0]
    for scope in ("workflows:write", "flows:read", "admin:keys"):
        message = refused(
            asked(Client(stack.new_key(scope)), wi), 403, "SCOPE_INSUFFICIENT", "Authorization"
        )
        assert "workflows:read" in message
    refused(
        asked(Client(pool.token(put_user("acme", "nora"))), wi),
        403,
        "SCOPE_INSUFFICIENT",
        "Authorization",
    )


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?cursor=nonsense", "cursor"),
        ("?cursor=eyJhZnRlciI6Ijk5OTk5OTk5OTkifQ", "cursor"),  # {"after":"9999999999"}
        ("?limit=0", "limit"),
        ("?limit=201", "limit"),
    ],
)
def test_what_cannot_be_read_is_refused_at_once(
    stack: Stack, erp: Client, monkeypatch: pytest.MonkeyPatch, query: str, field: str
):
    wi = submitted(stack)
    monkeypatch.setattr(waiting.time, "sleep", _never)
    refused(asked(erp, wi, query, Prefer="wait=20"), 400, "VALIDATION_FAILED", field)


def test_an_instance_that_is_nobodys_is_not_waited_for(
    erp: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(waiting.time, "sleep", _never)
    refused(asked(erp, UNKNOWN, Prefer="wait=20"), 404, "WORKFLOW_NOT_FOUND", "instanceId")
    refused(asked(erp, "expense", Prefer="wait=20"), 400, "VALIDATION_FAILED", "instanceId")
