"""The Flow API's lists: whose tasks, in which order, page by page."""

from urllib.parse import urljoin

import pytest

from tests.contract.flow_page import alice, bob, claim, group_tasks, listed, my_tasks, submit
from tests.support.stack import Stack, stack

__all__ = ["stack"]

PAGED = ("/api/v1/flows", "/api/v1/worklists/group", "/api/v1/worklists/mine")

JUDGES = "法務部-👩🏽"

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


def everything_by_link(who, path, limit):
    """Every item, following Link headers, and how many there were on each page."""
    items, sizes, url = [], [], f"{path}?limit={limit}"
    for _ in range(20):
        answer = who.get(url)
        items += listed(answer)
        sizes.append(len(answer.body))
        link = answer.headers.get("link")
        if link is None:
            return items, sizes
        target, relation = link.split(">; ")
        assert relation == 'rel="next"'
        url = urljoin(f"https://host{url}", target.lstrip("<")).removeprefix("https://host")
        assert f"limit={limit}" in url
    raise AssertionError("the list does not end")


@pytest.mark.parametrize("path", PAGED)
def test_a_list_of_nothing_is_an_empty_array_without_a_link(stack: Stack, path: str):
    answer = stack.client("nobody", "no-group").get(path)
    assert listed(answer) == []
    assert "link" not in answer.headers


def test_pages_follow_each_other_without_gap_or_repetition(stack: Stack):
    flows = [submit(alice(stack), document=f"d{number}") for number in range(5)]
    tasks = [flow["pendingTasks"][0]["taskId"] for flow in flows]
    submitted, sizes = everything_by_link(alice(stack), "/api/v1/flows", 2)
    assert [flow["documentRef"] for flow in submitted] == ["d4", "d3", "d2", "d1", "d0"]
    assert sizes == [2, 2, 1]
    waiting, sizes = everything_by_link(bob(stack), "/api/v1/worklists/group", 2)
    assert [task["taskId"] for task in waiting] == tasks
    assert sizes == [2, 2, 1]
    for task in tasks:
        claim(bob(stack), task)
    owned, sizes = everything_by_link(bob(stack), "/api/v1/worklists/mine", 3)
    assert sorted(task["taskId"] for task in owned) == sorted(tasks)
    assert sizes == [3, 2]


def test_a_task_of_two_groups_is_listed_once_under_the_first_that_the_caller_holds(stack: Stack):
    stack.publish(TWO_GROUPS)
    flow = submit(stack.client("alice"), "two-groups")
    assert flow["pendingTasks"][0]["candidateGroupId"] == "finance"

    def shown(groups):
        return [task["candidateGroupId"] for task in group_tasks(stack.client("eve", groups))]

    assert shown("legal") == ["legal"]
    assert shown("finance") == ["finance"]
    assert shown("legal, finance") == ["finance"]
    assert shown("other,legal") == ["legal"]
    assert shown("other") == []
    eve = stack.client("eve", "legal")
    claim(eve, flow["pendingTasks"][0]["taskId"])
    assert shown("legal,finance") == []
    assert [task["candidateGroupId"] for task in my_tasks(eve)] == ["legal"]


def test_many_groups_make_one_list_in_order(stack: Stack):
    stack.publish(TWO_GROUPS)
    first = submit(alice(stack))["pendingTasks"][0]["taskId"]
    second = submit(alice(stack), "two-groups")["pendingTasks"][0]["taskId"]
    third = submit(alice(stack))["pendingTasks"][0]["taskId"]
    who = stack.client("eve", ",".join(["legal-reviewers", "finance", "legal", "none"]))
    tasks, _ = everything_by_link(who, "/api/v1/worklists/group", 1)
    assert [task["taskId"] for task in tasks] == [first, second, third]


def test_names_in_any_script_keep_their_lists_apart(stack: Stack):
    text = TWO_GROUPS.replace("two-groups", "judges")
    stack.publish(text.replace("finance, legal", f"'{JUDGES}'"))
    flow = submit(stack.client("José 😀"), "judges", "契約書 🖋")
    who = stack.client("山田太郎", JUDGES)
    (task,) = group_tasks(who)
    assert task["candidateGroupId"] == JUDGES
    claim(who, task["taskId"])
    assert my_tasks(who)[0]["ownerId"] == "山田太郎"
    (mine,) = listed(stack.client("José 😀").get("/api/v1/flows"))
    assert (mine["flowId"], mine["documentRef"]) == (flow["flowId"], "契約書 🖋")
    assert mine["submitterId"] == "José 😀"
