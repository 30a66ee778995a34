"""GET /decide/{token}/document"""

from urllib.parse import parse_qs, urlsplit

from signoff.documents.model import version_key
from signoff.storage.store import state
from tests.support.gateway import send
from tests.support.links import Page, confirm, first_task, offered, path_of
from tests.support.world import TENANT, World, count_calls
from tests.unit.engine.definitions import DIRECT
from tests.unit.functions.api.pages.looking import DOCUMENT, document_task, safe, store


def test_it_leads_to_the_version_that_is_decided_about_for_some_minutes(here: World) -> None:
    made = offered(document_task(here), "bob")
    with here.faults.watching() as seen:
        answer = send("GET", f"{path_of(made)}/document")
    assert answer.status == 302
    url = urlsplit(answer.headers["location"])
    assert url.path.endswith("/content/x")
    assert parse_qs(url.query)["X-Amz-Expires"] == ["300"]
    safe(answer)
    assert count_calls(seen.seen) == {"VerifyMac": 1, "BatchGetItem": 1, "GetItem": 3}


def test_a_link_that_decides_nothing_opens_nothing(here: World) -> None:
    made = offered(document_task(here), "bob")
    confirm(made, "approve")
    answer = send("GET", f"{path_of(made)}/document")
    assert answer.status == 200
    assert "location" not in answer.headers
    assert Page(answer.text).one("h1").text == "Your decision is recorded"


def test_what_is_no_document_of_ours_is_not_there(here: World) -> None:
    answer = send("GET", f"{path_of(offered(first_task(here, DIRECT), 'bob'))}/document")
    assert answer.status == 404
    assert Page(answer.text).one("h1").text == "It is not there (any more)"


def test_content_that_has_not_come_is_said(here: World) -> None:
    made = offered(document_task(here), "bob")
    item = state().get(version_key(TENANT, DOCUMENT, 1))
    assert item is not None
    store({name: value for name, value in item.items() if name != "object"})
    answer = send("GET", f"{path_of(made)}/document")
    assert answer.status == 409
    assert "no content" in Page(answer.text).text


def test_an_invented_link_opens_nothing(here: World) -> None:
    answer = send("GET", "/decide/W10." + "A" * 43 + "/document")
    assert answer.status == 404
    assert "location" not in answer.headers
