"""POST /decide/{token}, more than once, at once, or half."""

import threading
from typing import Any

import pytest

from signoff.links import token as tokens
from signoff.runs.read import read_run
from tests.support.links import Page, confirm, first_task, offered
from tests.support.people import employ
from tests.support.world import TENANT, Killed, World
from tests.unit.engine.acting import decide, open_tasks, start
from tests.unit.engine.definitions import DIRECT, POOL, QUORUM
from tests.unit.functions.api.pages.deciding import decided


def test_a_second_click_says_the_same_and_does_nothing(here: World) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    assert [confirm(made, "approve").status for _ in range(3)] == [303, 303, 303]
    here.until(task.run_id, "COMPLETED")
    assert confirm(made, "approve").status == 303
    assert here.types(task.run_id).count("task.decided") == 1


def test_another_choice_afterwards_changes_nothing(here: World) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    confirm(made, "approve")
    answer = confirm(made, "reject", "on second thoughts")
    assert answer.status == 410
    page = Page(answer.text)
    assert page.one("h1").text == "This is already decided"
    assert "You have decided: Approve, " in page.text
    assert decided(here, task).detail["outcome"] == "approve"


def test_the_links_of_two_mails_decide_once(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    task = first_task(here, DIRECT)
    first = offered(task, "bob")
    monkeypatch.setattr(tokens, "SECONDS", tokens.SECONDS - 60)
    second = offered(task, "bob")
    assert first.address != second.address
    assert confirm(first, "approve").status == 303
    answer = confirm(second, "approve")
    assert answer.status == 410
    assert "You have decided: Approve" in Page(answer.text).text


def test_a_vote_short_of_the_quorum_counts_once(here: World) -> None:
    employ(TENANT, "u1", "u2", "u3", "u4", "u5")
    run_id = start(here, here.publish(QUORUM)).run.run_id
    tasks = open_tasks(run_id, 5)
    links = [offered(task, task.owner or "") for task in tasks]
    for made in links[:2]:
        assert confirm(made, "approve").status == 303
        assert confirm(made, "approve").status == 303
    assert read_run(TENANT, run_id).status == "RUNNING"
    assert confirm(links[2], "approve").status == 303
    here.until(run_id, "COMPLETED")
    assert read_run(TENANT, run_id).outcome == "APPROVED"
    assert confirm(links[3], "reject", "no").status == 410


def test_of_all_who_click_at_once_one_decides(here: World) -> None:
    task = first_task(here, POOL)
    links = [offered(task, "bob"), offered(task, "carol")] * 3
    answers: list[int] = []
    begin = threading.Barrier(len(links))

    def click(made: Any, outcome: str) -> None:
        begin.wait()
        answers.append(confirm(made, outcome, "c").status)

    threads = [
        threading.Thread(target=click, args=(made, ("APPROVE", "REJECT")[at % 2]))
        for at, made in enumerate(links)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # All clicks of the one who was first say the same; the other person's come too late.
    assert sorted(answers) == [303] * 3 + [410] * 3
    assert here.types(task.run_id).count("task.decided") == 1


def test_a_click_races_with_the_application(here: World) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    decide(here, "bob", task, "reject", comment="no")
    answer = confirm(made, "approve")
    assert answer.status == 410
    assert "You have decided: Reject" in Page(answer.text).text


def test_a_function_that_dies_between_any_two_calls_loses_nothing(here: World) -> None:
    here.publish(DIRECT)
    made = offered(start(here, "one-approval").open_tasks[0], "bob")
    with here.faults.watching() as seen:
        assert confirm(made, "approve").status == 303
    calls = len(seen.seen)
    assert calls >= 5
    for at in range(1, calls + 1):
        for after in (False, True):
            task = start(here, "one-approval").open_tasks[0]
            made = offered(task, "bob")
            with here.faults.watching((at, after)), pytest.raises(Killed):
                confirm(made, "approve")
            assert confirm(made, "approve").status == 303  # the person clicks once more
            here.until(task.run_id, "COMPLETED")
            assert here.types(task.run_id).count("task.decided") == 1
