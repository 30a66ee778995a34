"""GET /decide/{token}"""

import re
from typing import Any

import pytest

from signoff.storage.store import state
from tests.support.gateway import send
from tests.support.links import confirm, first_task, offered, path_of
from tests.support.world import TENANT, World, count_calls
from tests.unit.engine.acting import start
from tests.unit.engine.definitions import DIRECT, POOL
from tests.unit.functions.api.pages.looking import (
    DOCUMENT,
    document_task,
    everything,
    get,
    safe,
    store,
)
from tests.unit.links.test_offer import FORM

URGENT = DIRECT.replace("mode: direct", "mode: direct\n      sla: {due: PT2H}")


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
