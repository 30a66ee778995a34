"""What is read of a run is of one moment, also when somebody acts between the reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from signoff.runs import steady
from signoff.storage.store import history, state
from signoff.storage.table import Table
from tests.contract.approvals_page import EXPENSE, user
from tests.support.gateway import Client
from tests.support.stack import Stack, stack

__all__ = ["stack"]


@pytest.fixture
def run_id(stack: Stack) -> str:
    """A run that waits for bob."""
    stack.publish(EXPENSE)
    user("bob")
    asked = stack.client("alice").post(
        "/api/v1/flows", {"definitionKey": "expense", "documentRef": "x.pdf"}
    )
    assert asked.status == 201, asked.text
    return str(asked.body["flowId"])


@pytest.fixture
def before(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], object], int], None]:
    """Has something done before each of the first queries of a table."""
    whole = Table.query_all

    def arrange(table: str, act: Callable[[], object], times: int) -> None:
        left = [act] * times

        def query_all(self: Table, *given: Any, **named: Any) -> Any:
            if self.name == table and left:
                left.pop()()
            return whole(self, *given, **named)

        monkeypatch.setattr(Table, "query_all", query_all)

    return arrange


def approve(stack: Stack, run_id: str) -> None:
    body = {"action": "approve", "actorUserId": "bob"}
    url = f"/api/v1/workflows/instances/wi_{run_id.replace('-', '')}/advance"
    answer = stack.client().post(url, body)
    assert answer.status == 200, answer.text


@pytest.mark.parametrize("table", [state, history])
def test_an_instance_shows_the_tasks_that_its_history_tells_of(stack, run_id, before, table):
    before(table().name, lambda: approve(stack, run_id), 1)
    url = f"/api/v1/workflows/instances/wi_{run_id.replace('-', '')}"
    shown = stack.client().get(url).body["data"]
    told = [each["detail"] for each in shown["history"]]
    opened = [each["taskId"] for each in told if "candidateGroups" in each]
    assert {task["taskId"] for task in shown["tasks"]} == set(opened)
    assert [task["nodeId"] for task in shown["tasks"]] == ["manager", "controlling"]
    assert [task["status"] for task in shown["tasks"]] == ["Completed", "Pending"]
    assert (shown["currentNodeId"], shown["currentGroups"]) == ("controlling", ["controllers"])


@pytest.mark.parametrize("table", [state, history])
def test_a_flow_shows_the_tasks_that_its_history_tells_of(stack, run_id, before, table):
    before(table().name, lambda: approve(stack, run_id), 1)
    shown = stack.client("bob").get(f"/api/v1/flows/{run_id}").body
    assert [task["stateName"] for task in shown["pendingTasks"]] == ["controlling"]
    assert shown["currentState"] == "controlling"
    entered = [e["detail"]["to"] for e in shown["history"] if e["type"] == "STATE_TRANSITIONED"]
    assert entered == ["controlling"]


def test_a_run_shows_the_tasks_of_where_it_stands(stack, run_id, before):
    admin = Client(stack.new_key("admin:*"))
    before(state().name, lambda: approve(stack, run_id), 1)
    shown = admin.get(f"/api/v1/admin/runs/{run_id}").body["data"]
    assert shown["currentState"] == "controlling"
    assert [task["stepId"] for task in shown["openTasks"]] == ["controlling"]


def test_of_a_run_that_never_rests_no_more_is_told_than_it_knew(stack, run_id, before):
    """As often as is looked, somebody says something: the answer comes all the same."""
    admin = Client(stack.new_key("admin:*"))
    said: list[str] = []

    def comment() -> None:
        said.append("hm")
        url = f"/api/v1/admin/runs/{run_id}/comments"
        assert admin.post(url, {"comment": "hm"}).status == 201

    before(history().name, comment, 100)
    url = f"/api/v1/workflows/instances/wi_{run_id.replace('-', '')}"
    shown = stack.client().get(url).body["data"]
    assert len(said) == steady.ROUNDS
    told = [each for each in shown["history"] if each["type"] == "workflow.commented"]
    assert len(told) == steady.ROUNDS - 1
