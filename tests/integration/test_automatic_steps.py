"""Transforms, conditions, loops, waits and notifications, on a stack that is up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.support.tenants import Operator, Tenant, told

SHAPES = """
key: shapes
name: Transforms and conditions
parameters: {type: object, properties: {amount: {type: number}, lines: {type: array}}}
result: "{% {'label': label, 'total': total, 'rounds': rounds} %}"
steps:
  - id: Prepare
    type: transform
    config:
      set:
        total: "{% $sum(lines.price) + amount %}"
        label: "{{documentRef}} für {{initiator}}: {{lines[0].price}} 💶"
        rounds: 0
        nested: {list: ["{{amount}}", 1, true, null], of: "{{lines}}"}
  - id: Big
    type: condition
    config:
      branches:
        - {when: "{% total > 1000 %}", next: Board}
        - {when: "{% total > 100 and $count(lines) = 2 %}", next: Again}
      otherwise: Small
  - id: Again
    type: transform
    config: {set: {rounds: "{% rounds + 1 %}"}}
  - id: Enough
    type: condition
    config:
      branches: [{when: "{% rounds >= 3 %}", next: Medium}]
      otherwise: Check
  - id: Check
    type: approval
    next: Again
    config: {mode: direct, candidates: {users: [ann]}, outcomes: {MORE: {}, STOP: {next: Stopped}}}
  - id: Board
    type: approval
    config: {mode: direct, candidates: {users: [ben]}, outcomes: {OK: {next: Large}}}
  - {id: Small, type: end, config: {outcome: SMALL}}
  - {id: Medium, type: end, config: {outcome: MEDIUM}}
  - {id: Large, type: end, config: {outcome: LARGE, result: "{% nested %}"}}
  - {id: Stopped, type: end, config: {outcome: STOPPED}}
"""


@pytest.mark.parametrize(
    ("amount", "prices", "outcome"), [(1, [2], "SMALL"), (80, [30], "SMALL"), (2000, [1], "LARGE")]
)
def test_conditions_lead_by_what_transforms_made(
    tenant: Tenant, amount: int, prices: list[int], outcome: str
):
    operator = tenant.operator
    operator.publish(SHAPES)
    lines = [{"price": price} for price in prices]
    run = operator.start("shapes", amount=amount, lines=lines)
    if outcome == "LARGE":
        assert run["currentState"] == "Board"
        told(tenant.person("ben").decide(run["openTasks"][0]["id"], "OK"))
        run = operator.run(run["id"])
        assert run["result"] == {"list": [amount, 1, True, None], "of": lines}
    else:
        assert run["result"]["total"] == sum(prices) + amount
    assert (run["status"], run["outcome"]) == ("COMPLETED", outcome)
    # What the machine passed without a durable write is in history all the same.
    passed = [
        step["step"].partition("#")[0]
        for entry in operator.history(run["id"])
        if entry["type"] == "steps.passed"
        for step in entry["detail"]["steps"]
    ]
    assert passed == ["Prepare", "Big"]


def test_a_loop_goes_round_until_it_is_left(tenant: Tenant):
    operator = tenant.operator
    operator.publish(SHAPES)
    run = operator.start("shapes", amount=60, lines=[{"price": 30}, {"price": 30}])
    asked = []
    for _ in range(2):
        (task,) = run["openTasks"]
        asked.append(task["id"])
        told(tenant.person("ann").decide(task["id"], "MORE"))
        run = operator.run(run["id"])
    assert (run["outcome"], run["result"]["rounds"]) == ("MEDIUM", 3)
    assert run["result"]["label"].endswith(": 30 💶")
    assert len(set(asked)) == 2


def test_a_wait_lasts_as_long_as_it_says_and_is_recorded(operator: Operator):
    text = """
key: pauses
name: Pauses
parameters: {type: object, properties: {due: {type: string}}}
steps:
  - {id: Short, type: wait, config: {duration: PT1S}}
  - {id: Past, type: wait, config: {until: "2020-01-01T00:00:00Z"}}
  - {id: Due, type: wait, config: {until: "{% due %}"}}
  - {id: Done, type: end, config: {outcome: DONE}}
"""
    operator.publish(text)
    run = operator.start("pauses", due="2021-06-30T12:00:00+02:00")
    assert run["currentState"] == "Short"
    run = operator.becomes(run["id"], "COMPLETED")
    entries = operator.history(run["id"])
    entered = {
        entry["detail"]["step"]: datetime.fromisoformat(entry["at"])
        for entry in entries
        if entry["type"] == "step.entered"
    }
    assert list(entered) == ["Short", "Past", "Due", "Done"]
    # The bus and the clock of a machine may be a little apart; the pause may not be skipped.
    assert entered["Past"] - entered["Short"] >= timedelta(seconds=0.9)
    completed = [each["detail"]["step"] for each in entries if each["type"] == "step.completed"]
    assert completed == ["Short", "Past", "Due"]


def test_a_notification_is_an_entry_with_all_that_it_says(operator: Operator):
    text = """
key: tells
name: Tells
parameters: {type: object, properties: {amount: {type: number}}}
steps:
  - id: Tell
    type: notify
    config:
      event: invoice.approved
      to: {users: ["{{initiator}}"], groups: [finance]}
      subject: "Rechnung {{documentRef}}"
      message: "{{amount}} 💶"
      data: {list: [1, "{{amount}}"], "key.$": "{% amount * 2 %}"}
  - {id: Bare, type: notify}
  - {id: Done, type: end, config: {outcome: DONE}}
"""
    operator.publish(text)
    body = {"definition": "tells", "variables": {"amount": 2.5}, "documentRef": "r-1"}
    run = operator.post("/runs", body, 201)
    run = operator.becomes(run["id"], "COMPLETED")
    sent = [
        entry["detail"]
        for entry in operator.history(run["id"])
        if entry["type"] == "notification.sent"
    ]
    assert sent[0] == {
        "step": "Tell",
        "path": "Tell#1",
        "event": "invoice.approved",
        "to": {"users": [run["initiator"]], "groups": ["finance"]},
        "subject": "Rechnung r-1",
        "message": "2.5 💶",
        "data": {"list": [1, 2.5], "key.$": 5},
    }
    assert sent[1]["event"] == "Bare"
