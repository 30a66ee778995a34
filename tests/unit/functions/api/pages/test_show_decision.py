"""GET /decide/{token}"""

import base64
import hashlib
import re
from dataclasses import replace
from typing import Any

import pytest

from signoff.documents.model import Document, Version
from signoff.links import token as tokens
from signoff.runs.cancel import cancel_run
from signoff.runs.model import DocumentVersion
from signoff.runs.progress import settle
from signoff.runs.read import read_run
from signoff.runs.start import start_run
from signoff.storage.clients import client
from signoff.storage.store import state
from signoff.storage.transaction import Transaction
from signoff.tasks.claim import claim_task
from signoff.tasks.delegate import delegate_task
from signoff.tasks.model import Task
from signoff.tasks.release import release_task
from tests.support.gateway import Answer, send
from tests.support.links import Page, confirm, first_task, offered, path_of
from tests.support.people import employ
from tests.support.world import TENANT, World, count_calls
from tests.unit.engine.acting import PATIENCE, decide, open_tasks, start, task_of
from tests.unit.engine.definitions import DIRECT, POOL, QUORUM
from tests.unit.links.test_offer import FORM

DOCUMENT = "0c9d3f4e-5b6a-4c7d-8e9f-a0b1c2d3e4f5"
URGENT = DIRECT.replace("mode: direct", "mode: direct\n      sla: {due: PT2H}")


def get(path: str) -> Page:
    """The page, which must be one that decides nothing."""
    answer = send("GET", path)
    assert answer.status == 200, answer.text
    return Page(answer.text)


def gone(path: str) -> Page:
    answer = send("GET", path)
    assert answer.status == 410, answer.text
    page = Page(answer.text)
    assert not page.all("form")
    assert not page.all("a")
    return page


def everything() -> list[Any]:
    dynamodb = client("dynamodb")
    return [
        dynamodb.scan(TableName=table, ConsistentRead=True)["Items"]
        for table in ("state", "history")
    ]


def store(*items: Any) -> None:
    for item in items:
        written = Transaction()
        written.put(state(), item)
        written.commit()


def document_task(here: World, title: str = "Contract 7") -> Task:
    """A task of a run on a document of ours, which has content."""
    made = Document(TENANT, DOCUMENT, title, "contract.pdf", "alice", "", "", "Active", 1, 1, 1)
    version = Version(
        TENANT, DOCUMENT, 1, "Active", "contract.pdf", "", "alice", object="content/x"
    )
    store(made.to_item(), version.to_item())
    moved = start_run(
        here.caller("alice"),
        here.publish(DIRECT),
        variables={},
        document_ref=DOCUMENT,
        document_version=DocumentVersion(1, None),
    )
    return settle(TENANT, moved, PATIENCE).open_tasks[0]


def test_it_shows_what_is_to_be_decided_and_has_the_choice_ready(here: World) -> None:
    task = first_task(here, URGENT)
    page = get(path_of(offered(task, "bob"), "reject"))
    assert page.one("h1").text == "check"
    told = zip(page.all("dt"), page.all("dd"), strict=True)
    said = {term.text: description.text for term, description in told}
    assert said["Document"] == "doc-1"
    assert said["Workflow"] == "One approval"
    assert said["Asked by"] == "Alice"
    assert said["You decide as"] == "Bob"
    assert re.fullmatch(r"\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC", said["Due"])
    assert page.one("time")["datetime"] == task.due_at
    values = [each["value"] for each in page.all("input")]
    assert values == ["approve", "reject", "requestChanges"]
    assert [each["value"] for each in page.all("input") if "checked" in each.attributes] == [
        "reject"
    ]
    assert page.one("button").text == "Confirm"


@pytest.mark.parametrize("outcome", ["", "?outcome=", "?outcome=fly", "?outcome=%3Cb%3E"])
def test_without_a_choice_that_there_is_none_is_ready(here: World, outcome: str) -> None:
    made = offered(first_task(here, DIRECT), "bob")
    page = get(path_of(made) + outcome)
    assert not [each for each in page.all("input") if "checked" in each.attributes]
    assert all("required" in each.attributes for each in page.all("input", type="radio"))
    assert "<b>" not in page.markup


def test_looking_however_often_decides_nothing(here: World) -> None:
    made = offered(first_task(here, POOL), "bob")
    before = everything()
    with here.faults.watching() as seen:
        for choice in made.choices * 20:
            assert send("GET", path_of(made, choice.action)).status == 200
    assert set(seen.seen) == {"VerifyMac", "BatchGetItem", "GetItem"}
    assert everything() == before
    assert confirm(made, "APPROVE").status == 303, "and it is still to be decided"


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_no_other_method_decides_or_shows_anything(here: World, method: str) -> None:
    made = offered(first_task(here, DIRECT), "bob")
    before = everything()
    answer = send(method, path_of(made, "approve"), body="outcome=approve")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, POST")
    assert "Bob" not in answer.text
    assert everything() == before


def safe(answer: Answer) -> None:
    """The headers without which a page behind a secret address is not safe."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "noindex" in answer.headers["x-robots-tag"]
    policy = answer.headers["content-security-policy"]
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; form-action 'self'; "
        r"base-uri 'none'; frame-ancestors 'none'",
        policy,
    )
    assert "set-cookie" not in answer.headers


def test_pages_run_nothing_load_nothing_and_are_kept_by_nobody(here: World) -> None:
    made = offered(first_task(here, DIRECT), "bob")
    for answer in (
        send("GET", path_of(made, "approve")),
        send("GET", "/decide/nonsense"),
        send("PUT", path_of(made)),
        confirm(made, "reject"),
        confirm(made, "approve"),
        send("GET", path_of(made)),
    ):
        safe(answer)
        if answer.text:
            page = Page(answer.text)
            assert not page.all("script")
            assert not page.all("img")
            assert not page.all("link")
            for element in page.elements:
                assert not [each for each in element.attributes if each.startswith("on")]
                assert "style" not in element.attributes


def test_the_style_is_the_one_that_the_policy_names(here: World) -> None:
    answer = send("GET", path_of(offered(first_task(here, DIRECT), "bob")))
    style = Page(answer.text).one("style").text
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]


def accessible(page: Page) -> None:
    """What a program can tell of WCAG: names, structure, language, references."""
    assert page.doctype == "doctype html"
    assert page.one("html")["lang"] == "en"
    assert page.one("title").text.strip()
    assert page.one("main")
    assert page.one("h1").text.strip()
    viewport = page.one("meta", name="viewport")["content"] or ""
    assert "maximum-scale" not in viewport
    assert "user-scalable" not in viewport
    ids = [each["id"] for each in page.elements if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    labelled = {each["for"] for each in page.all("label")}
    for control in [*page.all("input"), *page.all("textarea")]:
        assert control["id"] in labelled
    for element in page.elements:
        for reference in (element.attributes.get("aria-describedby") or "").split():
            assert reference in ids
        href = element.attributes.get("href") or ""
        assert not href.startswith("#") or href[1:] in ids
    if page.all("input"):
        assert page.one("legend").text


def test_pages_can_be_used_with_any_means(here: World) -> None:
    made = offered(first_task(here, DIRECT), "bob")
    for answer in (
        send("GET", path_of(made, "approve")),
        send("GET", "/decide/nonsense"),
        confirm(made, "reject"),
        confirm(made, None),
        confirm(made, "approve"),
        send("GET", path_of(made)),
        confirm(made, "reject", "no"),
    ):
        if answer.text:
            accessible(Page(answer.text))


def test_colours_differ_enough(here: World) -> None:
    style = get(path_of(offered(first_task(here, DIRECT), "bob"))).one("style").text
    pairs = re.findall(r"(?<![-\w])color:(#[0-9a-f]{3,6})(?:;background:(#[0-9a-f]{3,6}))?", style)
    assert len(pairs) >= 5
    for ink, paper in pairs:
        assert contrast(ink, paper or "#ffffff") >= 7


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(each * 2 for each in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


NASTY = "</title></main>\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;\u202e"


def test_nobodys_words_become_markup(here: World) -> None:
    task = document_task(here, NASTY)
    store(replace(task, step_name=NASTY).to_item())
    for user in ("alice", "bob"):
        item = state().get((f"T#{TENANT}#USERS", user))
        assert item is not None
        store({**item, "name": NASTY})
    made = offered(task, "bob")
    page = get(path_of(made))
    assert not page.all("script")
    assert not page.all("img")
    assert page.one("h1").text == NASTY
    assert page.text.count("<script>") == 4  # the step, the document, who asks, and for whom
    assert NASTY in page.one("title").text
    answer = confirm(made, "reject", "")
    assert answer.status == 422
    again = Page(confirm(made, "fly", "</textarea>" + NASTY).text)
    assert not again.all("script")
    assert again.one("textarea").text == "\n</textarea>" + NASTY


def test_a_document_of_ours_can_be_opened_from_it(here: World) -> None:
    made = offered(document_task(here), "bob")
    page = get(path_of(made))
    link = page.one("a")
    assert link.text == "Contract 7"
    token = path_of(made).removeprefix("/decide/")
    assert link["href"] == f"{token}/document"
    assert page.one("form")["action"] == token


def test_a_document_that_is_gone_is_not_offered(here: World) -> None:
    made = offered(document_task(here), "bob")
    item = state().get((f"T#{TENANT}#D#{DOCUMENT}", "DOCUMENT"))
    assert item is not None
    store({**item, "status": "Deleted"})
    page = get(path_of(made))
    assert not page.all("a")
    assert "The document was deleted" in page.text


def test_what_an_application_started_says_so(here: World) -> None:
    here.publish(DIRECT)
    task = start(here, "one-approval", "key:key-1").open_tasks[0]
    assert "an application" in [each.text for each in get(path_of(offered(task, "bob"))).all("dd")]


def test_a_form_that_must_be_filled_in_is_not_decided_here(here: World) -> None:
    page = get(path_of(offered(first_task(here, FORM), "bob"), "approve"))
    assert "form that must be filled in" in page.text
    assert [each["value"] for each in page.all("input")] == ["requestChanges"]
    assert "required" in page.one("textarea").attributes


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


def test_a_look_costs_one_signature_and_five_reads(here: World) -> None:
    path = path_of(offered(document_task(here), "bob"))
    with here.faults.watching() as seen:
        get(path)
    assert count_calls(seen.seen) == {"VerifyMac": 1, "BatchGetItem": 2, "GetItem": 3}


def test_a_page_that_cannot_be_made_names_nothing_of_ours(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = path_of(offered(first_task(here, DIRECT), "bob"))

    def fail(*_: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("signoff.contracts.pages.decisions.look_up", fail)
    answer = send("GET", path)
    assert answer.status == 500
    safe(answer)
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"] in answer.text
