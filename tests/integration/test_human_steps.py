"""People deciding, in every form that a definition can ask for, on a stack that is up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.tenants import Operator, Tenant, told

DIRECT = """
key: votes
name: Votes
steps:
  - id: Vote
    type: approval
    config:
      mode: direct
      candidates: {users: [%(users)s]}
      quorum: %(quorum)s
      %(more)s
      outcomes: {YES: {next: Accepted}, NO: {next: Refused}}
      otherwise: Undecided
  - {id: Accepted, type: end, config: {outcome: ACCEPTED, result: "{{Vote}}"}}
  - {id: Refused, type: end, config: {outcome: REFUSED, result: "{{Vote}}"}}
  - {id: Undecided, type: end, config: {outcome: UNDECIDED, result: "{{Vote}}"}}
"""


def started(tenant: Tenant, text: str, by: str = "alice") -> Any:
    """A flow of this definition, started by somebody."""
    return tenant.person(by).submit(tenant.operator.publish(text)["key"])


def owners(flow: Any) -> dict[str, str]:
    """The flow's open tasks by who holds them."""
    return {task["ownerId"]: task["taskId"] for task in flow["pendingTasks"]}


def vote(tenant: Tenant, flow: Any, *votes: tuple[str, str]) -> Any:
    """The flow after people decided their own task, one after another."""
    for who, outcome in votes:
        task = owners(tenant.person(who).flow(flow["flowId"]))[who]
        flow = told(tenant.person(who).decide(task, outcome))
    return flow


def direct(quorum: str, more: str = "", users: str = "ann, ben, cid") -> str:
    return DIRECT % {"quorum": quorum, "more": more, "users": users}


# ---- who has to agree


@pytest.mark.parametrize(
    ("quorum", "votes", "outcome"),
    [
        ("any", [("ben", "YES")], "ACCEPTED"),
        ("any", [("cid", "NO")], "REFUSED"),
        ("2", [("ann", "YES"), ("cid", "YES")], "ACCEPTED"),
        ("2", [("ann", "YES"), ("ben", "NO"), ("cid", "NO")], "REFUSED"),
        ("all", [("ann", "YES"), ("ben", "YES"), ("cid", "YES")], "ACCEPTED"),
        ("all", [("ann", "YES"), ("ben", "NO")], "UNDECIDED"),
        ("{YES: all, NO: any}", [("ann", "YES"), ("ben", "NO")], "REFUSED"),
        ("{YES: 3, NO: 2}", [("ann", "NO"), ("ben", "YES"), ("cid", "NO")], "REFUSED"),
        ("{YES: all, NO: 3}", [("ann", "NO"), ("ben", "YES")], "UNDECIDED"),
    ],
)
def test_a_step_closes_when_its_quorum_is_there_or_cannot_be(
    tenant: Tenant, quorum: str, votes: list[tuple[str, str]], outcome: str
):
    flow = started(tenant, direct(quorum))
    assert set(owners(flow)) == {"ann", "ben", "cid"}
    for who, choice in votes[:-1]:
        flow = vote(tenant, flow, (who, choice))
        assert (flow["status"], flow["currentState"]) == ("RUNNING", "Vote")
        assert who not in owners(flow)
    left = set(owners(flow)) - {votes[-1][0]}
    flow = vote(tenant, flow, votes[-1])
    assert (flow["status"], flow["terminalOutcome"]) == ("COMPLETED", outcome)

    entries = tenant.operator.history(flow["flowId"])
    decided = [entry for entry in entries if entry["type"] == "task.decided"]
    assert [entry["actor"] for entry in decided] == [who for who, _ in votes]
    assert [entry["detail"]["closes"] for entry in decided] == [False] * (len(votes) - 1) + [True]
    # Whoever had not decided is asked no longer, and history says so, once each.
    closed = [entry for entry in entries if entry["type"] == "task.closed"]
    assert len(closed) == len(left)
    for who in left:
        assert tenant.person(who).my_tasks() == []
    result = tenant.operator.run(flow["flowId"])["result"]
    assert [(each["actor"], each["outcome"]) for each in result["decisions"]] == votes


def test_whoever_was_too_late_is_told_so(tenant: Tenant):
    flow = started(tenant, direct("any"))
    tasks = owners(flow)
    vote(tenant, flow, ("ann", "YES"))
    answer = tenant.person("ben").decide(tasks["ben"], "NO")
    assert (answer.status, answer.body) == (409, {"error": "Task is not in a decidable state"})


def test_in_a_series_each_is_asked_when_the_one_before_has_decided(tenant: Tenant):
    flow = started(tenant, direct("{YES: all, NO: any}", "order: serial"))
    for who in ("ann", "ben", "cid"):
        assert list(owners(flow)) == [who]
        assert flow["status"] == "RUNNING"
        flow = vote(tenant, flow, (who, "YES"))
    assert flow["terminalOutcome"] == "ACCEPTED"

    flow = vote(
        tenant, started(tenant, direct("{YES: all, NO: any}", "order: serial")), ("ann", "NO")
    )
    assert flow["terminalOutcome"] == "REFUSED"
    assert tenant.person("ben").my_tasks() == []


def test_a_pool_of_groups_has_one_vote_per_group_and_person(tenant: Tenant):
    text = """
key: boards
name: Two boards
steps:
  - id: Vote
    type: approval
    config:
      candidates: {groups: [north, south]}
      quorum: all
      outcomes: {YES: {}}
"""
    flow = started(tenant, text)
    north, south = (task["taskId"] for task in flow["pendingTasks"])
    both = tenant.person("eve", "north", "south")
    assert len(both.group_tasks()) == 2
    flow = both.take(north, "YES")
    assert flow["status"] == "RUNNING"
    answer = both.claim(south)
    assert (answer.status, answer.body["error"]) == (403, "Actor has already decided in this step")
    flow = tenant.person("sid", "south").take(south, "YES")
    assert flow["status"] == "COMPLETED"


def test_four_eyes_keep_the_initiator_out(tenant: Tenant):
    text = """
key: four-eyes
name: Four eyes
steps:
  - id: Check
    type: approval
    config: {candidates: {groups: [peers]}, fourEyes: true, outcomes: {OK: {}}}
  - id: Sign
    type: approval
    config: {mode: direct, candidates: {users: [alice, zoe]}, fourEyes: true, outcomes: {OK: {}}}
"""
    flow = started(tenant, text)
    task = flow["pendingTasks"][0]["taskId"]
    answer = tenant.person("alice", "peers").claim(task)
    assert answer.body == {"error": "The initiator may not decide this task"}
    assert answer.status == 403
    flow = tenant.person("zoe", "peers").take(task, "OK")
    assert list(owners(flow)) == ["zoe"]
    assert vote(tenant, flow, ("zoe", "OK"))["status"] == "COMPLETED"


def test_whoever_is_asked_can_follow_from_the_flow(tenant: Tenant):
    text = """
key: computed
name: Computed candidates
parameters: {type: object, properties: {boss: {type: string}, others: {type: array}}}
steps:
  - id: One
    type: approval
    config: {mode: direct, candidates: {users: ["{{boss}}"]}, outcomes: {OK: {}}}
  - id: Many
    type: approval
    config:
      mode: direct
      candidates: "{% $append(others, [initiator, boss]) %}"
      quorum: all
      outcomes: {OK: {}}
"""
    operator = tenant.operator
    run = operator.start(operator.publish(text)["key"], boss="mia", others=["ida", "mia", "leo"])
    (task,) = run["openTasks"]
    assert task["owner"] == "mia"
    flow = told(tenant.person("mia").decide(task["id"], "OK"))
    # Each is asked once, in order; the one who started it is the operator's key.
    assert [task["ownerId"] for task in flow["pendingTasks"]][:3] == ["ida", "mia", "leo"]
    assert flow["pendingTasks"][3]["ownerId"] == run["initiator"]
    assert len(flow["pendingTasks"]) == 4


# ---- what has to be said


def test_a_comment_that_is_required_has_to_be_there(tenant: Tenant):
    text = """
key: reasons
name: With reasons
steps:
  - id: Check
    type: approval
    config:
      candidates: {groups: [peers]}
      outcomes: {OK: {}, NO: {comment: required}}
"""
    task = started(tenant, text)["pendingTasks"][0]["taskId"]
    peer = tenant.person("zoe", "peers")
    told(peer.claim(task))
    for comment in (None, "", "  \t"):
        answer = peer.decide(task, "NO", comment=comment)
        assert (answer.status, answer.body) == (422, {"error": "comment is required for NO"})
    assert told(peer.decide(task, "NO", comment="Because"))["status"] == "COMPLETED"


def test_a_forms_data_is_checked_kept_and_handed_on(tenant: Tenant):
    text = """
key: form
name: A form
steps:
  - id: Fill
    type: task
    output: filled
    config:
      candidates: {groups: [peers]}
      form:
        type: object
        required: [amount]
        properties:
          amount: {type: number, minimum: 1}
          lines: {type: array, items: {type: object, required: [price]}}
  - id: Check
    type: approval
    config:
      mode: direct
      candidates: {users: ["{{filled.actor}}"]}
      outcomes: {OK: {}}
  - {id: Done, type: end, config: {outcome: DONE, result: "{% $sum(filled.data.lines.price) %}"}}
"""
    task = started(tenant, text)["pendingTasks"][0]["taskId"]
    peer = tenant.person("zoe", "peers")
    told(peer.claim(task))
    for data, message in (
        (None, "data does not fit: amount is required"),
        ({}, "data does not fit: amount is required"),
        ({"amount": "1"}, 'data.amount does not fit: the schema asks for type "number"'),
        ({"amount": 0}, "data.amount does not fit: the schema asks for minimum 1"),
        ({"amount": 1, "lines": [{}]}, "data.lines.0 does not fit: price is required"),
    ):
        answer = peer.decide(task, "complete", data=data)
        assert (answer.status, answer.body) == (422, {"error": message})
    data = {"amount": 12.5, "lines": [{"price": 4}, {"price": 8.5}], "note": "Zoë"}
    flow = told(peer.decide(task, "COMPLETE", data=data))
    assert list(owners(flow)) == ["zoe"]
    vote(tenant, flow, ("zoe", "OK"))
    assert tenant.operator.run(flow["flowId"])["result"] == 12.5
    history = peer.flow(flow["flowId"])["history"]
    (kept,) = [entry["detail"]["data"] for entry in history if "data" in entry["detail"]]
    assert kept == data


def test_parameters_are_checked_before_a_run_starts(operator: Operator):
    text = """
key: declared
name: Declared
parameters:
  type: object
  required: [amount]
  properties: {amount: {type: integer}, note: {type: string, default: none}}
steps:
  - {id: End, type: end, config: {outcome: DONE, result: "{% [amount, note] %}"}}
"""
    operator.publish(text)
    for variables, field in (({}, "variables"), ({"amount": "3"}, "variables.amount")):
        body = {"definition": "declared", "variables": variables}
        answer = operator.send("POST", "/runs", body)
        assert answer.status == 400
        (error,) = answer.body["errors"]
        assert (error["code"], error["field"]) == ("VALIDATION_FAILED", field)
    run = operator.start("declared", amount=3)
    assert (run["status"], run["result"]) == ("COMPLETED", [3, "none"])
