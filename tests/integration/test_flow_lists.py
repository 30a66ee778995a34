"""The Flow API's lists over the wire: whose, in which order, page after page."""

from __future__ import annotations

import pytest

from tests.support.tenants import FLOWS, WORKLISTS, Tenant, told
from tests.support.waiting import until

TWO_GROUPS = """
key: two-groups
name: Two groups
steps:
  - id: Check
    type: approval
    config:
      candidates: {groups: [finance, legal]}
      outcomes: {APPROVE: {}}
"""
DIRECT = """
key: direct
name: To one person
steps:
  - id: Sign
    type: task
    config: {mode: direct, candidates: {users: [dora]}, outcomes: {SIGN: {}}}
"""


@pytest.mark.parametrize("path", [FLOWS, f"{WORKLISTS}/group", f"{WORKLISTS}/mine"])
def test_a_list_of_nothing_is_an_empty_array_without_a_link(tenant: Tenant, path: str):
    answer = tenant.person("nobody", "no-group").get(path)
    assert told(answer) == []
    assert "link" not in answer.headers


def test_pages_follow_each_other_without_gap_or_repetition(empty_tenant: Tenant):
    alice, bob = empty_tenant.alice, empty_tenant.bob
    flows = [alice.submit(document=f"d{number}") for number in range(7)]
    tasks = [flow["pendingTasks"][0]["taskId"] for flow in flows]

    alice.flows(7)
    submitted, sizes = alice.pages(f"{FLOWS}?limit=3")
    assert [flow["documentRef"] for flow in submitted] == [
        f"d{number}" for number in range(6, -1, -1)
    ]
    assert sizes == [3, 3, 1]
    waiting, sizes = bob.pages(f"{WORKLISTS}/group?limit=2")
    assert [task["taskId"] for task in waiting] == tasks
    assert sizes == [2, 2, 2, 1]

    for task in tasks:
        told(bob.claim(task))
    owned, sizes = bob.pages(f"{WORKLISTS}/mine?limit=4")
    assert [task["taskId"] for task in owned] == tasks
    assert sizes == [4, 3]
    assert bob.group_tasks() == []


def test_a_page_goes_on_where_it_ended_though_the_list_has_changed(empty_tenant: Tenant):
    alice, bob = empty_tenant.alice, empty_tenant.bob
    tasks = [alice.submit()["pendingTasks"][0]["taskId"] for _ in range(4)]
    first = bob.get(f"{WORKLISTS}/group?limit=2")
    following = first.headers["link"].removeprefix("<").removesuffix('>; rel="next"')
    told(empty_tenant.carol.claim(tasks[1]))
    late = alice.submit()["pendingTasks"][0]["taskId"]
    second = told(bob.get(f"{WORKLISTS}/group{following.replace('limit=2', 'limit=200')}"))
    assert [task["taskId"] for task in second] == [*tasks[2:], late]


def test_the_flow_changed_last_is_first(empty_tenant: Tenant):
    alice, bob = empty_tenant.alice, empty_tenant.bob
    older, newer = (alice.submit(document=name) for name in ("older", "newer"))

    def becomes(*documents: str) -> None:
        until(lambda: [flow["documentRef"] for flow in alice.flows(2)] == [*documents])

    becomes("newer", "older")
    told(bob.claim(older["pendingTasks"][0]["taskId"]))
    becomes("older", "newer")
    bob.take(newer["pendingTasks"][0]["taskId"], "REJECT")
    becomes("newer", "older")


def test_a_task_of_two_groups_is_listed_once(tenant: Tenant):
    tenant.operator.publish(TWO_GROUPS)
    task = tenant.alice.submit("two-groups")["pendingTasks"][0]

    def shown(*groups: str) -> list[str]:
        return [each["candidateGroupId"] for each in tenant.person("eve", *groups).group_tasks()]

    assert task["candidateGroupId"] == "finance"
    assert shown("legal") == ["legal"]
    assert shown("finance") == shown("legal", "finance") == shown("finance", "legal") == ["finance"]
    assert shown("other", "legal") == ["legal"]
    assert shown("other") == shown() == []

    eve = tenant.person("eve", "legal")
    assert told(eve.claim(task["taskId"]))["candidateGroupId"] == "legal"
    assert shown("legal", "finance") == []
    assert [each["candidateGroupId"] for each in eve.my_tasks()] == ["legal"]


def test_many_groups_make_one_list_in_order_of_opening(empty_tenant: Tenant):
    empty_tenant.operator.publish(TWO_GROUPS)
    alice = empty_tenant.alice
    names = ["document-approval", "two-groups", "document-approval", "two-groups"]
    tasks = [alice.submit(name)["pendingTasks"][0]["taskId"] for name in names]
    groups = ["legal", "none", "legal-reviewers", "finance", *(f"g{n}" for n in range(40))]
    listed, sizes = empty_tenant.person("eve", *groups).pages(f"{WORKLISTS}/group?limit=1")
    assert [task["taskId"] for task in listed] == tasks
    assert sizes == [1, 1, 1, 1]


def test_a_task_for_one_person_is_born_claimed_and_stays_theirs(tenant: Tenant):
    tenant.operator.publish(DIRECT)
    flow = tenant.alice.submit("direct")
    dora = tenant.person("dora")
    (task,) = flow["pendingTasks"]
    assert task | {"taskId": "", "flowId": ""} == {
        "taskId": "",
        "flowId": "",
        "stateName": "Sign",
        "candidateGroupId": "dora",
        "status": "CLAIMED",
        "ownerId": "dora",
    }
    assert dora.my_tasks() == [task]
    assert dora.group_tasks() == []
    answer = dora.release(task["taskId"])
    assert (answer.status, answer.body) == (409, {"error": "Task is not releasable"})
    answer = tenant.bob.decide(task["taskId"], "SIGN")
    assert (answer.status, answer.body) == (403, {"error": "Not the task owner"})
    answer = tenant.person("dora", "dora").claim(task["taskId"])
    assert (answer.status, answer.body) == (403, {"error": "Not in candidate group"})
    done = told(dora.decide(task["taskId"], "SIGN"))
    assert (done["status"], done["currentState"]) == ("COMPLETED", "End")
    assert done["terminalOutcome"] == "COMPLETED"
    assert dora.my_tasks() == []


def test_more_groups_than_a_list_can_ask_for_are_400(tenant: Tenant):
    groups = [f"group-{number}" for number in range(51)]
    answer = tenant.person("eve", *groups).get(f"{WORKLISTS}/group")
    assert answer.body == {"error": "X-Actor-Groups has more than 50 groups"}
    assert answer.status == 400
    assert tenant.person("eve", *groups[:50]).group_tasks() == []
