"""A run outlives its execution: stopped, or lost without a word, it goes on where it stood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from signoff.clock import after
from signoff.runs.ids import run_partition
from tests.support.deployed import Deployed
from tests.support.tenants import Operator, Tenant, told
from tests.support.waiting import until

# The event, the queue, the worker, a new execution; a minute more for a sweep.
SECONDS = 120

LONG = """
key: long
name: A long way
parameters: {type: object, properties: {amount: {type: number}}}
steps:
  - {id: Sum, type: transform, config: {set: {sum: "{% amount + 1 %}"}}}
  - {id: Tell, type: notify, config: {event: told}}
  - id: First
    type: approval
    config: {candidates: {groups: [peers]}, outcomes: {OK: {}, AGAIN: {next: Tell}}}
  - id: Both
    type: parallel
    config:
      branches:
        - id: a
          steps:
            - {id: A1, type: task, output: a1, config: {mode: direct, candidates: {users: [ann]}}}
            - {id: A2, type: task, config: {mode: direct, candidates: {users: [ann]}}}
        - id: b
          steps:
            - {id: B, type: approval, config: {candidates: {groups: [peers]}, outcomes: {OK: {}}}}
  - id: Each
    type: map
    config:
      items: "{% ['x', 'y'] %}"
      steps: [{id: Item, type: task, config: {mode: direct, candidates: {users: ["{{item}}"]}}}]
  - {id: Sub, type: workflow, config: {definition: inner}}
  - {id: Last, type: task, config: {mode: direct, candidates: {users: [zoe]}}}
  - {id: Done, type: end, config: {outcome: DONE, result: "{% [sum, a1.actor, Sub.outcome] %}"}}
"""
INNER = """
key: inner
name: Inner
steps:
  - {id: In, type: task, config: {mode: direct, candidates: {users: [ida]}}}
  - {id: Fine, type: end, config: {outcome: FINE}}
"""
PAUSE = """
key: pausing
name: Pausing
parameters: {type: object, properties: {long: {type: string}}}
steps:
  - {id: Before, type: notify, config: {event: before}}
  - {id: Pause, type: wait, config: {duration: "{{long}}"}}
  - {id: After, type: notify, config: {event: after}}
  - {id: Done, type: end, config: {outcome: DONE}}
"""


class Executions:
    """The executions of runs, as an operator of AWS reaches them."""

    def __init__(self, stack: Deployed, tenant: str) -> None:
        self._stack, self._tenant = stack, tenant
        self._states, self._table = stack.aws("stepfunctions"), stack.resource("StateTable")

    def stop(self, run: Any) -> None:
        """Stop the execution of the run's present attempt, as soon as it is there."""
        assert self.stopped(run)

    def stopped(self, run: Any) -> bool:
        """Stop it as well; False for one that has ended by itself."""
        until(lambda: self.status(run))
        # Read once: as soon as it is stopped, the run may go on on the resume machine.
        execution = self._arn(run)
        with suppress(self._states.exceptions.ClientError):  # it may end at this moment
            self._states.stop_execution(executionArn=execution, error="Operator", cause="by a test")
        return self._status(execution) == "ABORTED"

    def status(self, run: Any) -> str | None:
        """How the execution of the run's present attempt is; None if there is none (yet)."""
        try:
            return self._status(self._arn(run))
        except self._states.exceptions.ExecutionDoesNotExist:
            return None

    def _status(self, execution: str) -> str:
        return str(self._states.describe_execution(executionArn=execution)["status"])

    def make_due(self, run_id: str) -> None:
        """Let the next sweep look after the run."""
        self._stack.aws("dynamodb").update_item(
            TableName=self._table,
            Key={"PK": {"S": run_partition(self._tenant, run_id)}, "SK": {"S": "RUN"}},
            UpdateExpression="SET nudgeAt = :past",
            ConditionExpression="attribute_exists(nudgeShard)",
            ExpressionAttributeValues={":past": {"S": after(-60)}},
        )

    def sweep(self) -> dict[str, int]:
        """What a sweep did."""
        return dict(self._stack.invoke("SweepNudges"))

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Within it, ends of executions are told to nobody."""
        physical = self._stack.resource("ExecutionEndsRule")
        name = {"Name": physical.rpartition("|")[2]}
        events = self._stack.aws("events")
        events.disable_rule(**name)
        try:
            yield
        finally:
            events.enable_rule(**name)

    def _arn(self, run: Any) -> str:
        """The execution of the run's present attempt, which may run on the resume machine."""
        name = f"{run['id']}-{run['attempt']}"
        key = {"PK": {"S": run_partition(self._tenant, run["id"])}, "SK": {"S": "RUN"}}
        item = self._stack.aws("dynamodb").get_item(
            TableName=self._table, Key=key, ConsistentRead=True
        )["Item"]
        machine = (item.get("resumeArn") or item["machineArn"])["S"]
        head, _, rest = machine.partition(":stateMachine:")
        return f"{head}:execution:{rest.partition(':')[0]}:{name}"


@pytest.fixture(scope="module")
def executions(tenant: Tenant) -> Executions:
    """The executions of the module's tenant, whose definitions are there."""
    for text in (INNER, LONG, PAUSE):
        tenant.operator.publish(text)
    return Executions(tenant.stack, tenant.slug)


def resumed(operator: Operator, run_id: str, attempt: int) -> Any:
    """The run once that attempt has come to where it stood."""

    def there() -> Any:
        run = operator.run(run_id)
        return run if run["attempt"] == attempt else None

    return until(there, SECONDS)


def types(operator: Operator, run_id: str) -> Counter[str]:
    """How many entries of each type its history has, without a gap or a repetition."""
    entries = operator.history(run_id)
    assert [entry["sequence"] for entry in entries] == list(range(1, len(entries) + 1))
    return Counter(entry["type"] for entry in entries)


def test_a_stopped_execution_is_followed_by_another_at_every_step(
    tenant: Tenant, executions: Executions
):
    operator, peer = tenant.operator, tenant.person("eve", "peers")
    run = operator.start("long", amount=41)
    run_id, attempt = run["id"], 1

    def stop() -> None:
        nonlocal attempt
        executions.stop(operator.run(run_id))
        attempt += 1
        resumed(operator, run_id, attempt)

    def decide(step: str, *others: str, who: str) -> None:
        task = operator.stands_at(run_id, step, *others)[step]
        told(tenant.person(who).decide(task["id"], "complete"))

    # Claimed, and pending after a round of the loop: the tasks stay as they were.
    task = operator.stands_at(run_id, "First")["First"]["id"]
    told(peer.claim(task))
    stop()
    told(peer.decide(task, "AGAIN"))
    again = operator.stands_at(run_id, "First")["First"]["id"]
    assert again != task
    stop()
    assert [each["taskId"] for each in peer.group_tasks()] == [again]
    peer.take(again, "OK")

    # In a parallel step: decided, open and not yet reached.
    decide("A1", "B", who="ann")
    open_now = operator.stands_at(run_id, "A2", "B")
    stop()
    assert operator.stands_at(run_id, "A2", "B") == open_now
    decide("A2", "B", who="ann")
    peer.take(operator.stands_at(run_id, "B")["B"]["id"], "OK")

    # In a map, and in a sub-workflow: the parent is stopped, the child goes on.
    until(lambda: len(operator.run(run_id)["openTasks"]) == 2)
    tasks = {each["owner"]: each["id"] for each in operator.run(run_id)["openTasks"]}
    told(tenant.person("y").decide(tasks["y"], "complete"))
    stop()
    told(tenant.person("x").decide(tasks["x"], "complete"))
    until(lambda: operator.run(run_id)["currentState"] == "Sub")
    stop()
    (inner,) = until(tenant.person("ida").my_tasks)
    told(tenant.person("ida").decide(inner["taskId"], "complete"))
    decide("Last", who="zoe")

    run = operator.becomes(run_id, "COMPLETED")
    assert (run["outcome"], run["result"]) == ("DONE", [42, "ann", "FINE"])
    assert run["attempt"] == attempt == 6
    found = types(operator, run_id)
    assert found["run.resumed"] == attempt - 1
    # Nobody was asked twice, no step's effect was repeated.
    assert found["task.opened"] == found["task.decided"] == 8
    assert found["task.closed"] == 0
    assert found["notification.sent"] == 2
    assert found["step.entered"] == len(
        {
            entry["detail"]["path"]
            for entry in operator.history(run_id)
            if entry["type"] == "step.entered"
        }
    )


def test_a_decision_made_while_the_execution_is_gone_is_not_lost(
    tenant: Tenant, executions: Executions
):
    for _ in range(3):
        flow = tenant.alice.submit()
        task = flow["pendingTasks"][0]["taskId"]
        told(tenant.bob.claim(task))
        executions.stop(tenant.operator.run(flow["flowId"]))
        # Before anybody can have noticed: the answer shows what is committed, or what came of it.
        path = f"/api/v1/tasks/{task}/decision"
        told(tenant.bob.post(path, {"outcome": "APPROVE"}, Prefer="wait=0"))
        following = until(
            lambda flow=flow: [
                each
                for each in tenant.bob.flow(flow["flowId"])["pendingTasks"]
                if each["stateName"] == "FinalReview"
            ],
            SECONDS,
        )
        done = tenant.bob.take(following[0]["taskId"], "APPROVE")
        tenant.operator.becomes(flow["flowId"], "COMPLETED")
        found = types(tenant.operator, done["flowId"])
        assert (found["task.opened"], found["task.decided"]) == (2, 2)


def test_a_pause_that_was_interrupted_keeps_its_deadline(tenant: Tenant, executions: Executions):
    operator = tenant.operator
    # The pause must not be over before it is interrupted, however slow the machine is.
    for seconds in (6, 18, 45):
        run = operator.start("pausing", long=f"PT{seconds}S")
        if executions.stopped(run):
            break
    resumed(operator, run["id"], 2)
    run = operator.becomes(run["id"], "COMPLETED")
    found = types(operator, run["id"])
    assert (found["notification.sent"], found["step.entered"]) == (2, 4)


def test_an_execution_lost_without_an_event_is_found_by_the_sweep(
    tenant: Tenant, executions: Executions
):
    operator = tenant.operator
    flow = tenant.alice.submit()
    run_id, task = flow["flowId"], flow["pendingTasks"][0]["taskId"]
    with executions.unheard():
        executions.stop(operator.run(run_id))
        executions.make_due(run_id)
        # The sweep of each minute may have been faster than the one that is called here.
        executions.sweep()
        resumed(operator, run_id, 2)
    flow = tenant.bob.take(task, "APPROVE")
    tenant.bob.take(flow["pendingTasks"][0]["taskId"], "APPROVE")
    operator.becomes(run_id, "COMPLETED")
    found = types(operator, run_id)
    assert (found["run.resumed"], found["task.opened"]) == (1, 2)


def test_a_sweep_leaves_a_healthy_run_alone(tenant: Tenant, executions: Executions):
    flow = tenant.alice.submit()
    before = tenant.operator.history(flow["flowId"])
    executions.make_due(flow["flowId"])
    executions.sweep()
    executions.sweep()
    assert tenant.operator.history(flow["flowId"]) == before
    assert tenant.operator.run(flow["flowId"])["attempt"] == 1


def test_a_cancelled_run_has_no_execution_left(tenant: Tenant, executions: Executions):
    run = tenant.operator.run(tenant.alice.submit()["flowId"])
    tenant.operator.post(f"/runs/{run['id']}/cancel")
    until(lambda: executions.status(run) == "ABORTED")
    assert tenant.operator.run(run["id"])["attempt"] == 1
