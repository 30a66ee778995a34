"""``signoff verify-history``: agrees with every run as it is, and sees every difference."""

from pathlib import Path
from typing import Any

import pytest

from signoff.runs.model import Run
from signoff.runs.read import read_run
from signoff.storage.store import state
from signoff.storage.transaction import Transaction
from tests.support.stack import Stack
from tests.unit.cli.command_line import Signoff


@pytest.fixture
def run_id(admin: Signoff, purchase: Path) -> str:
    """A run that waits for its review."""
    return str(admin("runs", "start", "purchase", "--json").json["id"])


def decide(stack: Stack, admin: Signoff, run_id: str, outcome: str) -> None:
    """Let a controller claim the open task and decide."""
    [task] = admin("runs", "show", run_id, "--json").json["openTasks"]
    carl = stack.client("carl", "controllers")
    carl.post(f"/api/v1/tasks/{task['id']}/claim")
    if outcome:
        carl.post(f"/api/v1/tasks/{task['id']}/decision", {"outcome": outcome})


@pytest.mark.parametrize("outcome", ["", "APPROVE", "REJECT"])
def test_a_run_agrees_with_its_history(
    stack: Stack, admin: Signoff, run_id: str, outcome: str
) -> None:
    decide(stack, admin, run_id, outcome)
    result = admin("verify-history", run_id)
    assert result.code == 0, result.err
    assert "agrees with" in result.err
    assert result.out == ""


def test_a_cancelled_run_agrees(admin: Signoff, run_id: str) -> None:
    admin("runs", "cancel", run_id, "--yes")
    verdict = admin("verify-history", run_id, "--json")
    assert verdict.code == 0
    assert verdict.json["agrees"]
    assert verdict.json["differences"] == []
    assert verdict.json["entries"] > 1


def tamper(run_id: str, **changes: Any) -> None:
    """Change a run's item behind the engine's back."""
    run = read_run("acme", run_id)
    transaction = Transaction()
    transaction.update(state(), run.key, set_=changes)
    transaction.commit()


@pytest.mark.parametrize(
    ("attribute", "value", "field"),
    [
        ("status", "COMPLETED", "status"),
        ("currentState", "Done", "currentState"),
        ("outcome", "APPROVED", "outcome"),
        ("initiator", "mallory", "initiator"),
        ("documentRef", "another", "documentRef"),
        ("attempt", 7, "attempt"),
        ("updatedAt", "2001-01-01T00:00:00.000Z", "updatedAt"),
    ],
)
def test_a_field_that_was_changed_is_seen(
    admin: Signoff, run_id: str, attribute: str, value: Any, field: str
) -> None:
    tamper(run_id, **{attribute: value})
    result = admin("verify-history", run_id, "--json")
    assert result.code == 1
    assert not result.json["agrees"]
    [found] = [each for each in result.json["differences"] if each["field"] == field]
    assert found["stored"] == value
    assert found["history"] != value


def test_another_version_of_the_document_is_seen(admin: Signoff, run_id: str) -> None:
    tamper(run_id, documentVersion=[2, None])
    result = admin("verify-history", run_id, "--json")
    assert [each["field"] for each in result.json["differences"]] == ["documentVersion"]


def test_a_difference_is_shown_as_a_table(admin: Signoff, run_id: str) -> None:
    tamper(run_id, initiator="mallory")
    result = admin("verify-history", run_id)
    assert result.code == 1
    assert "HISTORY SAYS" in result.out
    assert "mallory" in result.out
    assert "differs from" in result.err


def test_a_task_that_was_changed_is_seen(stack: Stack, admin: Signoff, run_id: str) -> None:
    [task] = admin("runs", "show", run_id, "--json").json["openTasks"]
    run = read_run("acme", run_id)
    [item] = [
        item
        for item in state().query_all(run.partition, prefix="STEP#")
        if item.get("ordinal") is not None
    ]
    transaction = Transaction()
    transaction.put(state(), item | {"status": "CLAIMED", "owner": "mallory"})
    transaction.commit()
    result = admin("verify-history", run_id, "--json")
    assert result.code == 1
    fields = {each["field"] for each in result.json["differences"]}
    assert fields == {f"task {task['id']} status", f"task {task['id']} owner"}


def test_an_entry_that_is_missing_is_seen(admin: Signoff, run_id: str) -> None:
    from signoff.storage.store import history

    run: Run = read_run("acme", run_id)
    transaction = Transaction()
    transaction.delete(history(), (run.partition, f"{2:010d}"))
    transaction.commit()
    result = admin("verify-history", run_id)
    assert result.code == 1
    assert "entry 3 follows entry 1" in result.out


def test_a_run_that_is_not_there_is_4(admin: Signoff) -> None:
    assert admin("verify-history", "00000000-0000-4000-8000-000000000000").code == 4
