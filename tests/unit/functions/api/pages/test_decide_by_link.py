"""POST /decide/{token}"""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from signoff.limits import COMMENT_CHARACTERS
from signoff.runs.read import read_run, read_work
from signoff.storage.clients import client
from signoff.tasks.act import act_on_run
from signoff.tasks.claim import claim_task
from signoff.tasks.delegate import delegate_task
from signoff.tasks.model import Task
from signoff.tasks.reassign import reassign_task
from signoff.tasks.release import release_task
from tests.support.gateway import Answer, send
from tests.support.links import Page, confirm, first_task, follow, offered, path_of
from tests.support.people import employ
from tests.support.world import TENANT, World, count_calls
from tests.unit.engine.acting import open_tasks, task_of
from tests.unit.engine.definitions import DIRECT, POOL
from tests.unit.functions.api.pages.deciding import decided, undecided
from tests.unit.links.test_offer import CUSTOM, FORM
from tests.unit.sla.deadlines import definition, fire_all


def test_the_confirmed_choice_is_the_persons_decision(here: World) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    page = Page(follow(made, confirm(made, "approve", "fine")).text)
    assert page.one("h1").text == "Your decision is recorded"
    assert "Approve, " in page.text
    assert "fine" in page.text
    here.until(task.run_id, "COMPLETED")
    assert read_run(TENANT, task.run_id).outcome == "APPROVED"
    entry = decided(here, task)
    assert (entry.actor, entry.via) == ("bob", "link")
    assert (entry.detail["outcome"], entry.detail["comment"]) == ("approve", "fine")


def test_a_form_in_base64_is_the_same(here: World) -> None:
    # An HTTP API hands on forms so (API Gateway, payload format 2.0).
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    sent = {"Content-Type": "application/x-www-form-urlencoded"}
    body = b"outcome=approve&comment=gr%C3%BCn"
    assert send("POST", path_of(made), headers=sent, body=body).status == 303
    assert decided(here, task).detail["comment"] == "grün"


def test_the_choice_in_the_address_is_not_what_decides(here: World) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    answer = send(
        "POST",
        path_of(made, "approve"),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body="outcome=reject&comment=no",
    )
    assert answer.status == 303
    assert decided(here, task).detail["outcome"] == "reject"


def test_a_pools_task_is_claimed_and_decided_at_once(here: World) -> None:
    task = first_task(here, POOL)
    made, other = offered(task, "bob"), offered(task, "carol")
    assert confirm(made, "APPROVE").status == 303
    entries = [each for each in here.history(task.run_id) if each.type.startswith("task.")]
    assert [each.type for each in entries][1:3] == ["task.claimed", "task.decided"]
    assert {(each.actor, each.via) for each in entries[1:3]} == {("bob", "link")}
    late = confirm(other, "REJECT", "too late")
    assert late.status == 410
    assert "Bob has decided: Approve" in Page(late.text).text


@pytest.mark.parametrize("comment", [None, "", "  \r\n "])
@pytest.mark.parametrize("action", ["reject", "requestChanges"])
def test_saying_no_takes_a_comment(here: World, action: str, comment: str | None) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    answer = confirm(made, action, comment)
    page = Page(answer.text)
    assert answer.status == 422
    summary = page.one("div", role="alert")
    assert "comment" in summary.text
    assert (summary["tabindex"], "autofocus" in summary.attributes) == ("-1", True)
    assert page.one("a")["href"] == "#comment"
    assert page.one("textarea")["aria-invalid"] == "true"
    assert [each["value"] for each in page.all("input") if "checked" in each.attributes] == [action]
    undecided(here, task)


def test_a_comment_that_the_definition_asks_for_is_asked_for(here: World) -> None:
    task = first_task(here, CUSTOM)
    made = offered(task, "bob")
    assert confirm(made, "SIGN").status == 422
    undecided(here, task)
    assert confirm(made, "notNow").status == 303


def test_a_comment_is_bounded_and_what_was_typed_comes_back(here: World) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    long = "\n " + "ä" * COMMENT_CHARACTERS + "b"
    answer = confirm(made, "reject", long)
    assert answer.status == 422
    assert Page(answer.text).one("textarea").text == "\n" + long
    undecided(here, task)
    assert confirm(made, "reject", "🦓" * COMMENT_CHARACTERS).status == 303


def test_lines_end_as_ours_do(here: World) -> None:
    task = first_task(here, DIRECT)
    confirm(offered(task, "bob"), "reject", " one\r\ntwo\rthree ")
    assert decided(here, task).detail["comment"] == "one\ntwo\nthree"


@pytest.mark.parametrize("outcome", [None, "", "fly", "APPROVE ", "delegate", "cancel", "SUBMIT"])
def test_only_what_was_offered_can_be_confirmed(here: World, outcome: str | None) -> None:
    task = first_task(here, DIRECT)
    answer = confirm(offered(task, "bob"), outcome, "because")
    assert answer.status == 422
    assert Page(answer.text).one("div", role="alert").text
    undecided(here, task)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", '{"outcome": "approve"}'),
        ("multipart/form-data; boundary=x", "outcome=approve"),
        ("text/plain", "outcome=approve"),
        ("", "outcome=approve"),
        ("application/x-www-form-urlencoded", "outcome=approve&outcome=reject"),
        ("application/x-www-form-urlencoded", "outcome=approve&comment=%ff"),
        ("application/x-www-form-urlencoded", b"outcome=approve&comment=\xff"),
        ("application/x-www-form-urlencoded", "outcome=approve&" + "a=b&" * 20),
    ],
)
def test_what_is_not_the_form_decides_nothing(here: World, kind: str, body: str | bytes) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    answer = send("POST", path_of(made), headers={"Content-Type": kind} if kind else {}, body=body)
    assert answer.status == 400
    assert Page(answer.text).one("h1")
    undecided(here, task)


def test_a_body_is_bounded(here: World) -> None:
    task = first_task(here, DIRECT)
    assert confirm(offered(task, "bob"), "approve", "x" * 100_000).status == 413
    undecided(here, task)


def test_an_expired_link_decides_nothing(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    monkeypatch.setattr("signoff.links.token.time.time", lambda: 4_000_000_000.0)
    answer = confirm(made, "approve")
    assert answer.status == 410
    assert Page(answer.text).one("h1").text == "This link has expired"
    undecided(here, task)


def spoilt(answer: Answer, here: World, task: Task) -> None:
    assert answer.status == 404
    undecided(here, task)


def test_a_tampered_token_decides_nothing(here: World) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    token = path_of(made).removeprefix("/decide/")
    for at in range(0, len(token), 7):
        other = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        answer = send(
            "POST",
            f"/decide/{other}",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body="outcome=approve",
        )
        spoilt(answer, here, task)
    assert confirm(made, "approve").status == 303


def test_what_changed_hands_is_not_decided(here: World) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    delegate_task(here.caller("bob"), task.task_id, "carol")
    answer = confirm(made, "approve")
    assert answer.status == 410
    assert "Carol has it now." in Page(answer.text).text
    reassign_task(here.caller("admin"), task.task_id, user="bob")
    answer = confirm(made, "approve")
    assert answer.status == 410
    assert Page(answer.text).one("h1").text == "This task has changed"
    assert "task.decided" not in here.types(task.run_id)


def test_another_version_of_the_task_is_not_decided(here: World) -> None:
    task = first_task(here, POOL)
    made = offered(task, "bob")
    claim_task(here.caller("carol", "legal"), task.task_id)
    release_task(here.caller("carol", "legal"), task.task_id)
    answer = confirm(made, "APPROVE")
    assert (answer.status, Page(answer.text).one("h1").text) == (410, "This task has changed")
    assert "task.decided" not in here.types(task.run_id)


def test_a_warning_and_a_breach_leave_the_link_as_it_is(here: World) -> None:
    task = first_task(here, definition("[{action: remind}]", kind="direct"))
    made = offered(task, "bob")
    fire_all(task)
    assert {"task.warned", "task.breached"} <= set(here.types(task.run_id))
    assert read_work(TENANT, task.task_id)[2].version > task.version
    assert confirm(made, "APPROVE").status == 303


def test_who_left_decides_nothing(here: World) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    employ(TENANT, "bob", active=False)
    assert confirm(made, "approve").status == 410
    undecided(here, task)


def test_changes_are_asked_for_and_made_by_link(here: World) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    assert confirm(made, "requestChanges", "add the annex").status == 303
    page = Page(follow(made, confirm(made, "requestChanges", "add the annex")).text)
    assert page.one("h1").text == "Your decision is recorded"
    assert "Request changes, " in page.text
    assert here.types(task.run_id).count("changes.requested") == 1
    entry = decided(here, task)
    assert (entry.actor, entry.via, entry.detail["comment"]) == ("bob", "link", "add the annex")
    (rework,) = open_tasks(task.run_id, 1)
    hers = offered(rework, "alice")
    shown = Page(send("GET", path_of(hers)).text)
    assert "Bob asks for" in shown.text
    assert "add the annex" in shown.text
    assert [each["value"] for each in shown.all("input")] == ["SUBMIT"]
    assert confirm(hers, "SUBMIT", "done").status == 303
    again = task_of(task.run_id, "check")
    assert (again.owner, again.status) == ("bob", "CLAIMED")
    old = confirm(made, "approve")
    assert (old.status, Page(old.text).one("h1").text) == (410, "This task has changed")
    assert confirm(offered(again, "bob"), "approve").status == 303


def test_what_was_sent_back_otherwise_is_said(here: World) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")
    caller = here.caller("bob")
    act_on_run(caller, task.run_id, caller.actor, "requestChanges", comment="annex")
    answer = confirm(made, "approve")
    assert answer.status == 410
    assert Page(answer.text).one("h1").text == "Changes have been asked for"


def test_a_form_can_only_be_sent_back(here: World) -> None:
    task = first_task(here, FORM)
    made = offered(task, "bob")
    assert confirm(made, "approve", "x").status == 422
    undecided(here, task)
    assert confirm(made, "requestChanges", "which amount?").status == 303


def test_a_decision_costs_two_reads_and_a_transaction(here: World) -> None:
    made = offered(first_task(here, DIRECT), "bob")
    with here.faults.watching() as seen:
        confirm(made, "approve")
    assert count_calls(seen.seen) == {
        "VerifyMac": 1,
        "BatchGetItem": 1,
        "GetItem": 1,
        "TransactWriteItems": 1,
        "send_task_success": 1,
    }


def test_when_links_cannot_be_checked_nothing_is_decided_and_it_may_be_repeated(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = first_task(here, DIRECT)
    made = offered(task, "bob")

    def fail(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "VerifyMac")

    with monkeypatch.context() as broken:
        broken.setattr(client("kms"), "verify_mac", fail)
        answer = confirm(made, "approve")
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")
    assert Page(answer.text).one("h1").text == "Please try again"
    undecided(here, task)
    assert confirm(made, "approve").status == 303
