"""Runs are sent elsewhere by an administrator, out of every kind of step and of 500 open tasks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.test_recovery import INNER, LONG, Executions
from tests.support.tenants import Operator, Tenant, told
from tests.support.waiting import until

CROWD = """
key: crowd
name: Crowd
parameters: {type: object, properties: {people: {type: array}}}
steps:
  - id: Vote
    type: approval
    config:
      mode: direct
      candidates: "{% people %}"
      quorum: {YES: all, NO: all}
      outcomes: {YES: {next: Last}, NO: {next: Last}}
      otherwise: Last
  - id: Last
    type: approval
    config:
      mode: direct
      candidates: {users: [zoe]}
      outcomes: {OK: {next: Good}, NO: {next: Bad}}
  - {id: Good, type: end, config: {outcome: APPROVED}}
  - {id: Bad, type: end, config: {outcome: REJECTED}}
"""


@pytest.fixture(scope="module")
def executions(tenant: Tenant) -> Executions:
    """The executions of the module's tenant, whose definitions are there."""
    for text in (INNER, LONG, CROWD):
        tenant.operator.publish(text)
    return Executions(tenant.stack, tenant.slug)


def moved(operator: Operator, run: Any, step: str) -> Any:
    """The run after a move to ``step``."""
    return operator.post(f"/runs/{run['id']}/move", {"step": step})


def test_a_run_goes_wherever_it_is_sent_and_leaves_nothing_behind(
    tenant: Tenant, executions: Executions
) -> None:
    operator, first = tenant.operator, tenant.person("eve", "peers")
    run = operator.start("long", amount=41)
    old = operator.stands_at(run["id"], "First")["First"]["id"]
    run = moved(operator, run, "Both")
    tasks = operator.stands_at(run["id"], "A1", "B")
    assert first.claim(old).status == 409
    assert [task["taskId"] for task in first.group_tasks()] == [tasks["B"]["id"]]

    run = moved(operator, run, "Sub")
    (inner,) = until(tenant.person("ida").my_tasks)
    run = moved(operator, run, "Each")
    assert until(lambda: tenant.person("ida").my_tasks() == [])
    assert tenant.person("ida").decide(inner["taskId"], "complete").status == 409

    executions.stop(operator.run(run["id"]))
    until(lambda: operator.run(run["id"])["attempt"] == 5, 120)
    # The items are asked one by one, the second perhaps by the new execution alone.
    until(lambda: {task["owner"] for task in operator.run(run["id"])["openTasks"]} == {"x", "y"})

    run = moved(operator, operator.run(run["id"]), "Last")
    task = operator.stands_at(run["id"], "Last")["Last"]
    told(tenant.person("zoe").decide(task["id"], "complete"))
    done = operator.becomes(run["id"], "COMPLETED")
    assert done["generation"] == 5
    entries = operator.history(run["id"])
    assert [entry["sequence"] for entry in entries] == list(range(1, len(entries) + 1))


def test_five_hundred_open_tasks_are_taken_back(tenant: Tenant, executions: Executions) -> None:
    operator = tenant.operator
    people = [f"person-{number}" for number in range(500)]
    run = operator.start("crowd", people=people)
    until(lambda: len(operator.run(run["id"])["openTasks"]) == 500, 120)
    moved(operator, run, "Last")
    operator.stands_at(run["id"], "Last")
    assert tenant.person("person-0").my_tasks() == tenant.person("person-499").my_tasks() == []
    closed = [each for each in operator.history(run["id"]) if each["type"] == "task.closed"]
    assert len(closed) == 500


def test_a_rejection_is_reversed_and_a_run_restarted(
    tenant: Tenant, executions: Executions
) -> None:
    operator, zoe = tenant.operator, tenant.person("zoe")
    run = moved(operator, operator.start("crowd", people=["bo"]), "Last")
    told(zoe.decide(operator.stands_at(run["id"], "Last")["Last"]["id"], "NO"))
    operator.becomes(run["id"], "COMPLETED")
    again = operator.post(f"/runs/{run['id']}/reverse", {"reason": "A mistake"})
    assert (again["status"], again["outcome"]) == ("RUNNING", None)
    told(zoe.decide(operator.stands_at(run["id"], "Last")["Last"]["id"], "OK"))
    assert operator.becomes(run["id"], "COMPLETED")["outcome"] == "APPROVED"
    operator.post(f"/runs/{run['id']}/restart", {"reason": "Once more"})
    assert operator.stands_at(run["id"], "Vote")["Vote"]["owner"] == "bo"
    query = "/runs?definition=crowd&status=RUNNING"
    until(lambda: run["id"] in [each["id"] for each in operator.get(query)])
