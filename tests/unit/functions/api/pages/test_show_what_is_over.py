"""GET /decide/{token}, where there is nothing left to decide."""

from dataclasses import replace

import pytest

from signoff.links import token as tokens
from signoff.runs.cancel import cancel_run
from signoff.runs.read import read_run
from signoff.tasks.claim import claim_task
from signoff.tasks.delegate import delegate_task
from signoff.tasks.release import release_task
from tests.support.gateway import send
from tests.support.links import Page, confirm, first_task, offered, path_of
from tests.support.people import employ
from tests.support.world import TENANT, World
from tests.unit.engine.acting import decide, open_tasks, start, task_of
from tests.unit.engine.definitions import DIRECT, POOL, QUORUM
from tests.unit.functions.api.pages.looking import get, gone, store


def test_already_decided_is_said_with_who_and_what(here: World) -> None:
    task = first_task(here, POOL)
    links = {user: offered(task, user) for user in ("bob", "carol")}
    claim_task(here.caller("carol", "legal"), task.task_id)
    decide(here, "carol", task, "APPROVE")
    page = gone(path_of(links["bob"], "REJECT"))
    assert page.one("h1").text == "This is already decided"
    assert "Carol has decided: Approve, " in page.text
    assert "You have decided: Approve, " in gone(path_of(links["carol"])).text


def test_a_deadline_that_decided_is_named(here: World) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    over = replace(
        task,
        status="COMPLETED",
        outcome="reject",
        decided_by="system:sla",
        decided_at="2026-11-21T15:42:05.901Z",
    )
    store(over.to_item())
    page = gone(path_of(made))
    assert "The time was over, and the workflow decided: Reject, 21 November 2026, 15:42 UTC" in (
        page.text
    )


def test_expired_is_said_and_nothing_else(here: World) -> None:
    task = first_task(here, DIRECT)
    ended = tokens.sign(tokens.Link(TENANT, task.task_id, task.edition, "bob", 1_700_000_000))
    page = gone(f"/decide/{ended}")
    assert page.one("h1").text == "This link has expired"
    for name in ("Bob", "Alice", "check", "doc-1", "One approval"):
        assert name not in page.text


def test_moved_is_said_with_who_has_it(here: World) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    delegate_task(here.caller("bob"), task.task_id, "carol")
    page = gone(path_of(made, "approve"))
    assert page.one("h1").text == "This task has moved"
    assert "Carol has it now." in page.text


def test_a_pools_task_that_somebody_took_has_moved(here: World) -> None:
    task = first_task(here, POOL)
    made = offered(task, "bob")
    claim_task(here.caller("carol", "legal"), task.task_id)
    assert "Carol has it now." in gone(path_of(made)).text


def test_who_left_the_group_may_not_take_it(here: World) -> None:
    made = offered(first_task(here, POOL), "bob")
    employ(TENANT, "bob", groups=("sales",))
    assert gone(path_of(made)).one("h1").text == "This task has moved"


def test_who_left_is_told_no_names(here: World) -> None:
    made = offered(first_task(here, DIRECT), "bob")
    employ(TENANT, "bob", active=False, groups=())
    page = gone(path_of(made))
    assert page.one("h1").text == "This task has moved"
    for name in ("Bob", "Alice", "doc-1"):
        assert name not in page.text


def test_another_edition_of_the_task_is_said(here: World) -> None:
    task = first_task(here, POOL)
    made = offered(task, "bob")
    claim_task(here.caller("carol", "legal"), task.task_id)
    release_task(here.caller("carol", "legal"), task.task_id)
    page = gone(path_of(made))
    assert page.one("h1").text == "This task has changed"
    assert get(path_of(offered(task_of(task.run_id, "check"), "bob")))


def test_a_cancelled_run_is_said(here: World) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    cancel_run(here.caller("alice"), task.run_id)
    page = gone(path_of(made))
    assert page.one("h1").text == "This is no longer asked"
    assert "The workflow was cancelled." in page.text


def test_a_failed_run_is_said_and_the_link_is_good_again_once_it_is_retried(here: World) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    item = read_run(TENANT, task.run_id).to_item()
    store({**item, "status": "FAILED"})
    assert "until an administrator retries it" in gone(path_of(made)).text
    assert confirm(made, "approve").status == 410
    store(item)
    assert confirm(made, "approve").status == 303


def test_what_others_have_settled_is_said(here: World) -> None:
    employ(TENANT, "u1", "u2", "u3", "u4", "u5")
    run_id = start(here, here.publish(QUORUM)).run.run_id
    *votes, last = open_tasks(run_id, 5)
    made = offered(last, last.owner or "")
    for task in votes[:3]:
        decide(here, task.owner, task, "approve")
    page = gone(path_of(made))
    assert page.one("h1").text == "This is no longer asked"


@pytest.mark.parametrize(
    "token", ["x", "a.b", "%20", "..%2f..", "<script>", "A" * 9_000, "W10." + "A" * 43]
)
def test_what_we_did_not_sign_is_no_link(here: World, token: str) -> None:
    answer = send("GET", f"/decide/{token}")
    assert answer.status == 404
    assert Page(answer.text).one("h1").text == "This link does not work"


def test_another_tenants_task_is_not_reached_by_a_good_token(here: World) -> None:
    task = first_task(here, DIRECT)
    foreign = tokens.sign(tokens.Link("umbrella", task.task_id, task.edition, "bob", 2**31))
    assert send("GET", f"/decide/{foreign}").status == 404
