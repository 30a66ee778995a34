"""Branches and items with people in them, on a stack that is up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.tenants import Operator, Person, Tenant, told
from tests.support.waiting import until

BOTH = """
key: both
name: Two branches with people
steps:
  - id: Both
    type: parallel
    config:
      branches:
        - id: legal
          steps:
            - id: Lawyer
              type: approval
              output: lawyer
              config:
                candidates: {groups: [legal]}
                outcomes: {OK: {next: join}, ASK: {next: Marked}}
            - {id: Marked, type: transform, config: {set: {asked: true}}}
            - id: Author
              type: task
              config: {mode: direct, candidates: {users: ["{{initiator}}"]}}
        - id: money
          steps:
            - id: Payer
              type: task
              output: payer
              config: {candidates: {groups: [finance]}, outcomes: {PAID: {}}}
            - id: Double
              type: transform
              config: {set: {rate: "{% 2 * 3 %}"}}
  - id: Sum
    type: transform
    config: {set: {sum: "{% lawyer.outcome & ' ' & rate & ' ' & Both.money.payer.actor %}"}}
  - id: Last
    type: approval
    config: {mode: direct, candidates: {users: [zoe]}, outcomes: {OK: {}}}
  - {id: Done, type: end, config: {outcome: DONE, result: "{{sum}}"}}
"""

EACH = """
key: each
name: People for each item
parameters: {type: object, properties: {lines: {type: array}}}
steps:
  - id: Each
    type: map
    output: answers
    config:
      items: "{% lines %}"
      as: line
      concurrency: 2
      steps:
        - id: Big
          type: condition
          config:
            branches: [{when: "{% line.price > 10 %}", next: Ask}]
            otherwise: Skip
        - id: Ask
          type: approval
          output: said
          config:
            mode: direct
            candidates: {users: ["{{line.owner}}"]}
            outcomes: {YES: {next: join}, AGAIN: {next: Ask}}
        - id: Skip
          type: transform
          config: {set: {skipped: "{% 'line ' & index %}"}}
  - {id: Done, type: end, config: {outcome: DONE, result: "{{answers}}"}}
"""


@pytest.mark.parametrize("first", ["legal", "money"])
def test_branches_with_people_join_when_the_last_is_done(tenant: Tenant, first: str):
    operator = tenant.operator
    operator.publish(BOTH)
    flow = tenant.person("alice").submit("both")
    run_id = flow["flowId"]
    tasks = operator.stands_at(run_id, "Lawyer", "Payer")
    shown = tenant.person("alice").flow(run_id)
    # Of parallel branches the state is the first open step in the order of the definition.
    assert shown["currentState"] == "Lawyer"
    assert [task["stateName"] for task in shown["pendingTasks"]] == ["Lawyer", "Payer"]

    def lawyer() -> None:
        flow = tenant.person("lou", "legal").take(tasks["Lawyer"]["id"], "ASK")
        (author,) = [task for task in flow["pendingTasks"] if task["stateName"] == "Author"]
        assert author["ownerId"] == "alice"
        told(tenant.person("alice").decide(author["taskId"], "complete"))

    def payer() -> None:
        tenant.person("fay", "finance").take(tasks["Payer"]["id"], "PAID")

    order = [lawyer, payer] if first == "legal" else [payer, lawyer]
    order[0]()
    left = "Payer" if first == "legal" else "Lawyer"
    assert set(operator.stands_at(run_id, left)) == {left}
    assert operator.run(run_id)["currentState"] == left
    order[1]()
    last = operator.stands_at(run_id, "Last")["Last"]
    told(tenant.person("zoe").decide(last["id"], "OK"))
    run = operator.becomes(run_id, "COMPLETED")
    assert run["result"] == "ASK 6 fay"


def test_a_branch_that_leaves_early_waits_at_the_join(tenant: Tenant):
    operator = tenant.operator
    operator.publish(BOTH)
    run_id = tenant.person("alice").submit("both")["flowId"]
    tasks = operator.stands_at(run_id, "Lawyer", "Payer")
    flow = tenant.person("lou", "legal").take(tasks["Lawyer"]["id"], "OK")
    assert [task["stateName"] for task in flow["pendingTasks"]] == ["Payer"]
    flow = tenant.person("fay", "finance").take(tasks["Payer"]["id"], "PAID")
    assert operator.stands_at(run_id, "Last")


def test_people_are_asked_for_each_item_few_at_a_time(tenant: Tenant):
    operator = tenant.operator
    operator.publish(EACH)
    lines = [
        {"price": 20, "owner": "ann"},
        {"price": 5, "owner": "ben"},
        {"price": 30, "owner": "cid"},
        {"price": 40, "owner": "ann"},
    ]
    run = operator.start("each", lines=lines)
    # Two at a time: the second item needs nobody, so the third is asked beside the first, and the
    # fourth when one of them has answered.
    for who, choice in (("cid", "AGAIN"), ("cid", "YES"), ("ann", "YES"), ("ann", "YES")):
        person = tenant.person(who)
        task = until_owned(person, run["id"])
        told(person.decide(task, choice))
    done = operator.becomes(run["id"], "COMPLETED")
    said = [answer.get("said") for answer in done["result"]]
    assert [each and (each["actor"], each["outcome"]) for each in said] == [
        ("ann", "YES"),
        None,
        ("cid", "YES"),
        ("ann", "YES"),
    ]
    assert done["result"][1]["skipped"] == "line 1"
    types = [entry["type"] for entry in operator.history(run["id"])]
    assert types.count("task.opened") == 4


def until_owned(person: Person, run_id: str) -> str:
    """The first of the person's tasks in this run, once there is one."""
    return until(
        lambda: next(
            (task["taskId"] for task in person.my_tasks() if task["flowId"] == run_id), None
        )
    )


@pytest.mark.parametrize("lines", [[], [{"price": 1, "owner": "x"}]])
def test_a_map_over_nothing_or_without_people_goes_on_by_itself(
    operator: Operator, lines: list[Any]
):
    operator.publish(EACH)
    run = operator.becomes(operator.start("each", lines=lines)["id"], "COMPLETED")
    assert run["result"] == [{"skipped": "line 0"} for _ in lines]
