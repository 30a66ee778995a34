"""Many at once: each race has one winner, and nobody's vote or submission is lost."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.support.http import Answer
from tests.support.tenants import FLOWS, TASKS, Operator, Person, Tenant, told
from tests.support.waiting import at_once, in_crowd, until

ROUNDS = 100
CROWD = 200
ONE = """
key: one
name: One approval
steps:
  - id: Check
    type: approval
    config: {mode: direct, candidates: {users: [bob]}, outcomes: {OK: {}, NO: {}}}
"""
VOTERS = [f"voter-{number}" for number in range(CROWD)]
VOTE = f"""
key: vote
name: Two hundred votes
steps:
  - id: Vote
    type: approval
    config:
      mode: direct
      candidates: {{users: [{", ".join(VOTERS)}]}}
      quorum: {{YES: all, NO: any}}
      outcomes: {{YES: {{next: Yes}}, NO: {{next: No}}}}
      otherwise: No
  - {{id: Yes, type: end, config: {{outcome: YES, result: "{{{{Vote}}}}"}}}}
  - {{id: No, type: end, config: {{outcome: NO}}}}
"""


def history(operator: Operator, run_id: str) -> list[Any]:
    """The run's entries, whose sequence has neither a gap nor a repetition."""
    entries = operator.history(run_id)
    assert [entry["sequence"] for entry in entries] == list(range(1, len(entries) + 1))
    return entries


def count(entries: list[Any]) -> Counter[str]:
    """How many entries there are of each type."""
    return Counter(entry["type"] for entry in entries)


def statuses(answers: list[Answer]) -> list[int]:
    """What each was told, in order of number."""
    return sorted(answer.status for answer in answers)


@pytest.fixture(scope="module", autouse=True)
def definitions(operator: Operator) -> None:
    """What these tests run."""
    for text in (ONE, VOTE):
        operator.publish(text)


def test_of_two_who_claim_at_once_one_wins_each_time(tenant: Tenant, operator: Operator):
    flow = tenant.alice.submit()
    task = flow["pendingTasks"][0]["taskId"]
    rivals = [tenant.person(name, "legal-reviewers") for name in ("kim", "lee")]
    winners = []
    for _ in range(ROUNDS):
        answers = at_once(*[partial(rival.claim, task) for rival in rivals])
        assert statuses(answers) == [200, 409]
        first = answers[0].status == 200
        winner, (won, lost) = rivals[not first], answers if first else answers[::-1]
        assert won.body["ownerId"] == winner.id
        assert lost.body == {"error": "Task is not claimable"}
        winners.append(winner.id)
        told(winner.release(task))
    entries = history(operator, flow["flowId"])
    assert [each["actor"] for each in entries if each["type"] == "task.claimed"] == winners
    assert [each["actor"] for each in entries if each["type"] == "task.released"] == winners


def test_of_two_groups_of_clients_who_claim_fresh_tasks_one_wins_each(tenant: Tenant):
    flows = in_crowd(lambda _: tenant.alice.submit(), range(10), 4)
    people = [tenant.person(f"p{number}", "legal-reviewers") for number in range(6)]
    for flow in flows:
        task = flow["pendingTasks"][0]["taskId"]
        answers = at_once(*[partial(person.claim, task) for person in people])
        assert statuses(answers) == [200, 409, 409, 409, 409, 409]


def test_of_two_decisions_at_once_one_is_effective(tenant: Tenant, operator: Operator):
    bob = tenant.person("bob")
    for _ in range(15):
        flow = tenant.alice.submit("one")
        task = flow["pendingTasks"][0]["taskId"]
        answers = at_once(*[partial(bob.decide, task, outcome) for outcome in ("OK", "NO")])
        assert statuses(answers) == [200, 409]
        (lost,) = [answer for answer in answers if answer.status == 409]
        assert lost.body == {"error": "Task is not in a decidable state"}
        entries = history(operator, flow["flowId"])
        assert count(entries)["task.decided"] == count(entries)["run.completed"] == 1
        (decided,) = [entry for entry in entries if entry["type"] == "task.decided"]
        assert decided["detail"]["outcome"] == ("OK" if answers[0].status == 200 else "NO")


def test_deciding_while_releasing_has_one_winner(tenant: Tenant, operator: Operator):
    bob = tenant.bob
    for _ in range(15):
        flow = tenant.alice.submit()
        task = flow["pendingTasks"][0]["taskId"]
        told(bob.claim(task))
        decided, released = at_once(
            partial(bob.decide, task, "APPROVE"), partial(bob.release, task)
        )
        assert statuses([decided, released]) == [200, 409]
        found = count(history(operator, flow["flowId"]))
        assert found["task.decided"] + found["task.released"] == 1
        state = "FinalReview" if decided.status == 200 else "Submitted"
        shown = bob.flow(flow["flowId"])
        assert shown["currentState"] == state
        assert [each["status"] for each in shown["pendingTasks"]] == ["PENDING"]


@pytest.mark.parametrize("command", ["claim", "decide"])
def test_cancelling_while_somebody_acts_leaves_one_truth(
    tenant: Tenant, operator: Operator, command: str
):
    bob = tenant.bob
    for _ in range(8):
        flow = tenant.alice.submit()
        run_id, task = flow["flowId"], flow["pendingTasks"][0]["taskId"]
        act: Callable[[], Answer] = partial(bob.claim, task)
        if command == "decide":
            told(bob.claim(task))
            act = partial(bob.decide, task, "APPROVE")
        cancel = partial(operator.send, "POST", f"/runs/{run_id}/cancel", {})
        acted, cancelled = at_once(act, cancel)
        assert cancelled.status == 200
        assert acted.status in (200, 409)
        run = operator.run(run_id)
        assert (run["status"], run["openTasks"]) == ("CANCELLED", [])
        entries = history(operator, run_id)
        changed = {"claim": "task.claimed", "decide": "task.decided"}[command]
        assert count(entries)[changed] == (acted.status == 200)
        assert task not in [each["taskId"] for each in bob.my_tasks() + bob.group_tasks()]


def test_the_last_two_votes_at_once_close_the_step_once(tenant: Tenant, operator: Operator):
    operator.publish(
        """
key: pair
name: A pair
steps:
  - id: Vote
    type: approval
    config:
      mode: direct
      candidates: {users: [ann, ben]}
      quorum: all
      otherwise: Split
      outcomes: {OK: {next: Agreed}, NO: {next: Agreed}}
  - {id: Agreed, type: end, config: {outcome: AGREED}}
  - {id: Split, type: end, config: {outcome: SPLIT}}
"""
    )
    for _ in range(10):
        flow = tenant.alice.submit("pair")
        tasks = {task["ownerId"]: task["taskId"] for task in flow["pendingTasks"]}
        answers = at_once(
            *[partial(tenant.person(who).decide, tasks[who], "OK") for who in ("ann", "ben")]
        )
        assert statuses(answers) == [200, 200]
        run = operator.becomes(flow["flowId"], "COMPLETED")
        assert run["outcome"] == "AGREED"
        entries = history(operator, flow["flowId"])
        closes = [each["detail"]["closes"] for each in entries if each["type"] == "task.decided"]
        assert closes == [False, True]


def test_two_branches_that_end_at_once_join_once(tenant: Tenant, operator: Operator):
    operator.publish(
        """
key: twins
name: Twins
steps:
  - id: Both
    type: parallel
    config:
      branches:
        - {id: a, steps: [{id: A, type: task, config: {mode: direct, candidates: {users: [ann]}}}]}
        - {id: b, steps: [{id: B, type: task, config: {mode: direct, candidates: {users: [ben]}}}]}
  - {id: Last, type: task, config: {mode: direct, candidates: {users: [cid]}}}
"""
    )
    for _ in range(5):
        run_id = tenant.alice.submit("twins")["flowId"]
        tasks = operator.stands_at(run_id, "A", "B")
        answers = at_once(
            *[
                partial(tenant.person(task["owner"]).decide, task["id"], "complete")
                for task in tasks.values()
            ]
        )
        assert statuses(answers) == [200, 200]
        last = operator.stands_at(run_id, "Last")["Last"]
        told(tenant.person("cid").decide(last["id"], "complete"))
        operator.becomes(run_id, "COMPLETED")
        assert count(history(operator, run_id))["task.opened"] == 3


def until_served(person: Person, path: str, body: dict[str, Any]) -> Answer:
    """The answer to a command, repeated (bounded) under its key while there is no time for it.

    Our 503 says that nothing changed and when to come again. A gateway's own says neither: what it
    gave up may have been done or be under way, and the key has a repetition answered as the first
    would have been once that has ended; until then it is told that the first is still running.
    """
    key = str(uuid.uuid4())
    for _ in range(20):
        answer = person.post(path, body, Idempotency_Key=key)
        if answer.status != 503 and "is still running" not in answer.text:
            break
        time.sleep(float(answer.headers.get("retry-after", "1")))
    return answer


def test_of_two_hundred_votes_at_once_none_is_lost(tenant: Tenant, operator: Operator):
    flow_id = tenant.alice.submit("vote")["flowId"]
    # They are asked in chunks of what one transaction holds.
    shown = until(
        lambda: (flow := tenant.alice.flow(flow_id))["pendingTasks"][CROWD - 1 :] and flow
    )
    tasks = {task["ownerId"]: task["taskId"] for task in shown["pendingTasks"]}
    assert set(tasks) == set(VOTERS)

    def vote(voter: str) -> Answer:
        body = {"outcome": "YES", "comment": f"by {voter}"}
        path = f"{TASKS}/{tasks[voter]}/decision"
        return until_served(tenant.person(voter), path, body)

    answers = in_crowd(vote, VOTERS)
    assert statuses(list(answers)) == [200] * CROWD
    run = operator.becomes(flow_id, "COMPLETED")
    assert run["outcome"] == "YES"
    entries = history(operator, flow_id)
    found = count(entries)
    assert (found["task.opened"], found["task.decided"], found["task.closed"]) == (CROWD, CROWD, 0)
    decided = [entry for entry in entries if entry["type"] == "task.decided"]
    assert {entry["actor"]: entry["detail"]["comment"] for entry in decided} == {
        voter: f"by {voter}" for voter in VOTERS
    }
    assert [entry["detail"]["closes"] for entry in decided] == [False] * (CROWD - 1) + [True]
    assert {each["actor"] for each in run["result"]["decisions"]} == set(VOTERS)


def test_two_hundred_submissions_at_once_are_all_made_and_all_completed(
    tenant: Tenant, operator: Operator
):
    bob = tenant.person("bob")

    def submit(number: int) -> Answer:
        body = {"definitionKey": "one", "documentRef": f"d{number}"}
        return until_served(tenant.alice, FLOWS, body)

    answers = in_crowd(submit, range(CROWD))
    assert statuses(list(answers)) == [201] * CROWD
    flows = {answer.body["flowId"] for answer in answers}
    assert len(flows) == CROWD

    def asked() -> dict[str, str] | None:
        found = {task["flowId"]: task["taskId"] for task in bob.my_tasks()}
        return found if flows <= set(found) else None

    # An answer waits some seconds for the first step, and in such a crowd not always long enough.
    mine = until(asked)

    def decide(flow: str) -> Answer:
        body = {"outcome": "OK", "comment": "ok"}
        return until_served(bob, f"{TASKS}/{mine[flow]}/decision", body)

    decided = in_crowd(decide, flows)
    assert statuses(list(decided)) == [200] * CROWD
    done = in_crowd(lambda flow: operator.becomes(flow, "COMPLETED"), flows, 8)
    assert {run["attempt"] for run in done} == {1}
    assert bob.my_tasks() == []
