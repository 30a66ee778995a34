"""A laptop goes to sleep, or loses its power: open approvals go on, and nobody is asked twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.conftest import LocalStack
from tests.support.tenants import SHIPPED, Person, Tenant, told
from tests.support.waiting import in_crowd, until

# Executions that died are reported, and followed by others, within this time.
SECONDS = 120
THIRD = 6

BUSY = """
key: busy
name: Busy
steps:
  - {id: Tell, type: notify, config: {event: begun}}
  - id: Both
    type: parallel
    config:
      branches:
        - {id: a, steps: [{id: A, type: task, config: {mode: direct, candidates: {users: [ann]}}}]}
        - {id: b, steps: [{id: B, type: task, config: {candidates: {groups: [peers]}}}]}
        - {id: c, steps: [{id: C, type: wait, config: {duration: PT3S}}]}
  - id: Each
    type: map
    config:
      items: "{% ['x', 'y'] %}"
      steps: [{id: Item, type: task, config: {mode: direct, candidates: {users: ["{{item}}"]}}}]
  - {id: Sub, type: workflow, config: {definition: short}}
  - {id: Done, type: end, config: {outcome: DONE}}
"""
SHORT = """
key: short
name: Short
steps:
  - {id: In, type: task, config: {mode: direct, candidates: {users: [ida]}}}
"""


class Busy:
    """A run of BUSY, to be led to the places where it can stand."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self.id: str = tenant.operator.start("busy")["id"]
        self.held: dict[tuple[str, str], str] = {}

    def hold(self, who: str, step: str, *groups: str) -> str:
        """The task that this person has at that step, once it is there."""
        person = self._tenant.person(who, *groups)
        self.held[who, step] = until(lambda: self._task(person, step), SECONDS)
        return self.held[who, step]

    def decide(self, who: str, step: str, *groups: str) -> None:
        """Do the person's task at that step, which must be the one that was seen before."""
        before = self.held.get((who, step))
        task = self.hold(who, step, *groups)
        assert before in (None, task)
        person = self._tenant.person(who, *groups)
        if groups:
            told(person.claim(task))
        told(person.decide(task, "complete"))
        del self.held[who, step]

    def _task(self, person: Person, step: str) -> str | None:
        tasks = [*person.my_tasks(), *person.group_tasks()]
        if step == "In":  # of the sub-workflow, which is a run of its own
            return next(
                (task["taskId"] for task in tasks if task["flowId"] in self._children()), None
            )
        here = [task for task in tasks if task["flowId"] == self.id and task["stateName"] == step]
        return here[0]["taskId"] if here else None

    def _children(self) -> list[str]:
        operator = self._tenant.operator
        runs = [each["id"] for each in operator.get("/runs") if each["definitionKey"] == "short"]
        return [each for each in runs if operator.run(each)["parent"] == self.id]

    def to_map(self) -> None:
        """Through the parallel step."""
        self.decide("ann", "A")
        self.decide("eve", "B", "peers")
        self.hold("x", "Item")

    def to_child(self) -> None:
        """Through the map."""
        self.decide("x", "Item")
        self.decide("y", "Item")
        self.hold("ida", "In")


def gracefully(local: LocalStack) -> None:
    """Stop the stack as its user does."""
    assert "Stopped" in local.command("down")
    assert "Not running" in local.command("down")


def by_force(local: LocalStack) -> None:
    """Let the emulator die without a word."""
    local.kill()


@pytest.mark.parametrize("stop", [gracefully, by_force])
def test_what_is_open_goes_on(
    local: LocalStack, tenant: Tenant, stop: Callable[[LocalStack], None]
):
    operator, bob = tenant.operator, tenant.bob
    operator.publish(SHORT)
    operator.publish(BUSY)
    before = local.home.stack_file.read_text(encoding="utf-8")

    # A third waits for anybody, a third is claimed, a third is in its second stage.
    count = range(3 * THIRD)
    flows = in_crowd(lambda number: tenant.alice.submit(document=f"d{number}"), count, 4)
    tasks = [flow["pendingTasks"][0]["taskId"] for flow in flows]
    for number in count[THIRD : 2 * THIRD]:
        told(bob.claim(tasks[number]))
    for number in count[2 * THIRD :]:
        tasks[number] = bob.take(tasks[number], "APPROVE")["pendingTasks"][0]["taskId"]
    shown = [tenant.alice.flow(flow["flowId"]) for flow in flows]
    # In branches and a pause; among the items of a map; in a sub-workflow.
    branches, items, child = (Busy(tenant) for _ in range(3))
    for each in (items, child):
        each.to_map()
    child.to_child()
    branches.decide("ann", "A")
    branches.hold("eve", "B", "peers")
    items.decide("y", "Item")
    items.hold("x", "Item")

    stop(local)
    assert "Ready after" in local.command("up")
    assert local.home.stack_file.read_text(encoding="utf-8") == before

    # Everything is as it was, keys and definitions included.
    assert [tenant.alice.flow(flow["flowId"])["pendingTasks"] for flow in flows] == [
        each["pendingTasks"] for each in shown
    ]
    again = operator.publish(SHIPPED.read_text(encoding="utf-8"))
    assert (again["created"], again["version"]) == (False, 1)

    # Some are decided before anybody can have noticed that their executions are gone, the others
    # when new ones are there; all under the ids that they had.
    early = {0, THIRD, 2 * THIRD}
    for number in early:
        approve(tenant, tasks[number])
    for run_id in [each.id for each in (branches, items, child)] + [
        flow["flowId"] for flow in flows
    ]:
        until(lambda run_id=run_id: operator.run(run_id)["attempt"] == 2, SECONDS)
    for number in set(count) - early:
        approve(tenant, tasks[number])
    for flow in flows[: 2 * THIRD]:
        last = until(lambda flow=flow: final_review(tenant, flow["flowId"]), SECONDS)
        approve(tenant, last)
    for flow in flows:
        found = finished(tenant, flow["flowId"], "APPROVED")
        assert (found["task.opened"], found["task.decided"], found["task.closed"]) == (2, 2, 0)
        assert found["run.resumed"] == 1

    branches.decide("eve", "B", "peers")
    branches.decide("x", "Item")
    branches.decide("y", "Item")
    items.decide("x", "Item")
    for each in (branches, items, child):
        each.decide("ida", "In")
        found = finished(tenant, each.id, "DONE")
        assert (found["task.opened"], found["task.decided"], found["task.closed"]) == (4, 4, 0)
        assert (found["notification.sent"], found["run.resumed"]) == (1, 1)


def approve(tenant: Tenant, task: str) -> None:
    """Approve the task, which bob may hold already."""
    if task not in [each["taskId"] for each in tenant.bob.my_tasks()]:
        told(tenant.bob.claim(task))
    told(tenant.bob.decide(task, "APPROVE"))


def final_review(tenant: Tenant, flow_id: str) -> str | None:
    """The flow's task in its second stage, once it is there."""
    tasks = tenant.bob.flow(flow_id)["pendingTasks"]
    found = [each["taskId"] for each in tasks if each["stateName"] == "FinalReview"]
    return found[0] if found else None


def finished(tenant: Tenant, run_id: str, outcome: str) -> Counter[str]:
    """How many entries of each type the run has when it has ended, in an unbroken sequence."""

    def ended() -> Any:
        run = tenant.operator.run(run_id)
        return run if run["status"] != "RUNNING" else None

    run = until(ended, SECONDS)
    assert (run["status"], run["outcome"]) == ("COMPLETED", outcome)
    entries = tenant.operator.history(run_id)
    assert [entry["sequence"] for entry in entries] == list(range(1, len(entries) + 1))
    return Counter(entry["type"] for entry in entries)
