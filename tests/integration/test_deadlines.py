"""Deadlines that act on a stack that is up, whose time is real: they are moments not far away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.tenants import Operator, Tenant, told
from tests.support.waiting import until

# EventBridge Scheduler is exact to a minute, and what it loses the sweep finds after two.
PATIENCE = 170.0

LATE = """
key: late
name: Late
parameters: {type: object, required: [due], properties: {due: {type: string}}}
steps:
  - id: Review
    type: approval
    config:
      mode: direct
      candidates: {users: [ann]}
      outcomes: {YES: {next: Accepted}, NO: {next: Refused}}
      sla:
        due: "{{due}}"
        warn: 50
        onWarn: [{action: remind, message: "Soon, {{initiator}} waits"}]
        onBreach: [{action: notifyAdmin}, {action: %s}]
  - {id: Board, type: task, config: {candidates: {groups: [board]}}, next: Accepted}
  - {id: Accepted, type: end, config: {outcome: ACCEPTED}}
  - {id: Refused, type: end, config: {outcome: REFUSED}}
"""


def begun(operator: Operator, action: str, seconds: float) -> Any:
    """A run whose task is due in so many seconds.

    In more where the machine is slow: of a task that opens late, nobody is warned.
    """
    text = (LATE % action).replace("NO: {next: Refused}", "NO: {next: Refused}, ASK: {next: Board}")
    key = operator.publish(text)["key"]
    for longer in (1, 4, 16):
        due = datetime.now(UTC) + timedelta(seconds=seconds * longer)
        run = operator.start(key, due=due.isoformat())
        if until(lambda run=run: opened(operator, run["id"])) < due:
            return run
    raise AssertionError("every task was opened after its deadline")


def opened(operator: Operator, run_id: str) -> datetime | None:
    """When the run's first task was opened; None if it has not been yet."""
    history = operator.history(run_id)
    moments = [entry["at"] for entry in history if entry["type"] == "task.opened"]
    return datetime.fromisoformat(moments[0]) if moments else None


def acted(operator: Operator, run_id: str) -> list[str]:
    """What the deadline has done so far."""
    kinds = ("task.warned", "task.breached", "sla.acted", "task.reassigned", "run.moved")
    return [entry["type"] for entry in operator.history(run_id) if entry["type"] in kinds]


TOLD = ["task.warned", "sla.acted", "task.breached", "sla.acted"]


def test_a_deadline_reminds_tells_and_decides(operator: Operator):
    run = begun(operator, "decide, outcome: NO", 4)
    ended = until(lambda: over(operator, run["id"]), PATIENCE)
    assert ended["outcome"] == "REFUSED"
    assert acted(operator, run["id"]) == TOLD
    history = operator.history(run["id"])
    (decided,) = [entry for entry in history if entry["type"] == "task.decided"]
    assert decided["actor"] == "system:sla"


def test_a_deadline_hands_the_task_over_and_the_next_person_decides(
    tenant: Tenant, operator: Operator
):
    run = begun(operator, "reassign, to: {users: [ben]}", 4)
    task = run["openTasks"][0]["id"]
    until(lambda: "task.reassigned" in acted(operator, run["id"]), PATIENCE)
    assert tenant.person("ann").decide(task, "YES").status == 403
    assert told(tenant.person("ben").decide(task, "YES"))["terminalOutcome"] == "ACCEPTED"
    assert acted(operator, run["id"]) == [*TOLD, "task.reassigned"]


def test_a_deadline_sends_the_run_to_another_step(tenant: Tenant, operator: Operator):
    run = begun(operator, "goTo, step: Board", 4)
    until(lambda: "run.moved" in acted(operator, run["id"]), PATIENCE)
    (board,) = operator.stands_at(run["id"], "Board").values()
    flow = tenant.person("dan", "board").take(board["id"], "complete")
    assert flow["terminalOutcome"] == "ACCEPTED"


def test_whoever_is_in_time_hears_nothing_of_it(tenant: Tenant, operator: Operator):
    for seconds in (6, 24, 96):
        began = datetime.now(UTC)
        run = begun(operator, "decide, outcome: NO", seconds)
        tasks = tenant.person("ann").flow(run["id"])["pendingTasks"]
        answers = [tenant.person("ann").decide(task["taskId"], "YES") for task in tasks]
        if not acted(operator, run["id"]):
            break
        # On a slow machine the deadline may be faster; it never comes before its time.
        assert datetime.now(UTC) >= began + timedelta(seconds=seconds / 2)
    (answer,) = answers
    assert told(answer)["terminalOutcome"] == "ACCEPTED"
    # Once the time of one that begins later is over, so is this one's.
    other = begun(operator, "decide, outcome: NO", seconds)
    until(lambda: over(operator, other["id"]), PATIENCE)
    assert acted(operator, run["id"]) == []


def over(operator: Operator, run_id: str) -> Any:
    """The run once it has ended."""
    run = operator.run(run_id)
    return run if run["status"] == "COMPLETED" else None
