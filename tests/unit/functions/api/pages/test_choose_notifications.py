"""GET and POST /notifications/{token}: how somebody is told, chosen by the link of a mail."""

import time
from urllib.parse import urlencode, urljoin

import pytest

from signoff.identity.settings import settings_partition
from signoff.links import signed
from signoff.links import token as decisions
from signoff.notifications import choice_link
from signoff.notifications.choice_link import choice_url, read_choice
from signoff.notifications.preferences import change_preferences, find_preferences
from signoff.notifications.suppressions import suppress
from signoff.storage.store import history, state
from tests.support.gateway import Answer, send
from tests.support.links import FORM, Page, first_task, offered, path_of
from tests.support.people import employ, employ_with_mail
from tests.support.world import TENANT, World, count_calls
from tests.unit.engine.definitions import DIRECT
from tests.unit.functions.api.pages.looking import everything, safe, store
from tests.unit.functions.api.pages.test_markup import NASTY, accessible

BASE = "https://signoff.example.com"
SLACK = "https://hooks.slack.example/services/T0/B0/secret"


@pytest.fixture
def bobs(here: World) -> str:
    """The path of bob's link."""
    employ_with_mail("bob")
    return path_for("bob")


def path_for(person: str, tenant: str = TENANT) -> str:
    return choice_url(tenant, person).removeprefix(BASE)


def choose(path: str, channel: str | None, kind: str = FORM) -> Answer:
    """Send the page's form."""
    body = "" if channel is None else urlencode({"channel": channel})
    return send("POST", path, headers={"Content-Type": kind}, body=body)


def get(path: str) -> Page:
    answer = send("GET", path)
    assert answer.status == 200, answer.text
    safe(answer)
    page = Page(answer.text)
    accessible(page)
    return page


def chosen(page: Page) -> list[str | None]:
    return [each["value"] for each in page.all("input") if "checked" in each.attributes]


def channel_of(person: str) -> str:
    return find_preferences(TENANT, person).channel


def has_slack(here: World, person: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let somebody have a Slack address of their own, and be told there."""
    monkeypatch.setattr("signoff.notifications.settings.check_url", lambda *_, **__: None)
    change_preferences(here.caller(person), "slack", SLACK, keeps_slack=False)


def test_it_shows_how_one_is_told(here: World, bobs: str) -> None:
    page = get(bobs)
    assert page.one("h1").text == "How you are told of your tasks"
    assert chosen(page) == ["mail"]
    assert [each["value"] for each in page.all("input")] == ["mail", "none"]
    assert "By mail to bob@example.com" in page.text
    assert not page.all("p", role="status")


def test_looking_however_often_changes_nothing(here: World, bobs: str) -> None:
    before = everything()
    with here.faults.watching() as seen:
        for query in ("", "?channel=none", "?saved=yes") * 5:
            assert send("GET", bobs + query).status == 200
    assert set(seen.seen) == {"VerifyMac", "GetItem"}
    for method in ("HEAD", "PUT", "DELETE"):
        answer = send(method, bobs, body="channel=none")
        assert (answer.status, answer.headers["allow"]) == (405, "GET, POST")
    assert everything() == before


def test_what_is_chosen_holds_and_is_in_the_history(here: World, bobs: str) -> None:
    for channel in ("none", "mail"):
        answer = choose(bobs, channel)
        assert (answer.status, answer.text) == (303, "")
        safe(answer)
        page = get(urljoin(bobs, answer.headers["location"]))
        assert page.one("p", role="status").text == "Your choice is saved."
        assert (chosen(page), channel_of("bob")) == ([channel], channel)
    entries = list(history().query_all(settings_partition(TENANT)))
    changes = [each for each in entries if each["type"] == "settings.changed"]
    assert [(each["actor"], each["via"]) for each in changes] == [("bob", "link")] * 2


def test_choosing_the_same_again_writes_nothing(here: World, bobs: str) -> None:
    choose(bobs, "none")
    before = everything()
    assert choose(bobs, "none").status == 303
    assert everything() == before


def test_slack_is_offered_where_there_is_an_address_and_stays_as_it_is(
    here: World, bobs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert choose(bobs, "slack").status == 422
    assert channel_of("bob") == "mail"
    has_slack(here, "bob", monkeypatch)
    page = get(bobs)
    assert [each["value"] for each in page.all("input")] == ["mail", "slack", "none"]
    assert "your own channel" in page.text
    assert "secret" not in page.markup
    choose(bobs, "none")
    choose(bobs, "slack")
    assert find_preferences(TENANT, "bob").slack_url() == SLACK


@pytest.mark.parametrize("channel", [None, "", "fax", "<b>", "NONE"])
def test_what_is_no_choice_changes_nothing(here: World, bobs: str, channel: str | None) -> None:
    answer = choose(bobs, channel)
    assert answer.status == 422
    safe(answer)
    page = Page(answer.text)
    accessible(page)
    summary = page.one("div", role="alert")
    assert "autofocus" in summary.attributes
    assert page.one("title").text.startswith("Not saved: ")
    assert channel_of("bob") == "mail"


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
def test_what_is_not_the_form_changes_nothing(here: World, bobs: str, kind: str) -> None:
    assert choose(bobs, "none", kind).status == 400
    assert channel_of("bob") == "mail"


def test_that_an_address_gets_no_mail_is_said(here: World, bobs: str) -> None:
    suppress(TENANT, "bob@example.com", "bounce", "General")
    assert "no mail goes there: ask an administrator" in get(bobs).text


def test_nobodys_words_become_markup(here: World, bobs: str) -> None:
    item = state().get((f"T#{TENANT}#USERS", "bob"))
    assert item is not None
    store({**item, "email": NASTY})
    page = get(bobs)
    assert not page.all("script")
    assert NASTY in page.one("label", **{"for": "channel-mail"}).text


def test_it_is_ones_own_choice_and_no_others(here: World, bobs: str) -> None:
    employ("umbrella", "bob")
    choose(path_for("carol"), "none")
    choose(path_for("bob", "umbrella"), "none")
    assert channel_of("bob") == "mail"
    assert channel_of("carol") == "none"


def test_who_left_chooses_nothing(here: World, bobs: str) -> None:
    employ(TENANT, "bob", active=False)
    for answer in (send("GET", bobs), choose(bobs, "none"), send("GET", path_for("nobody"))):
        assert answer.status == 410
        safe(answer)
        page = Page(answer.text)
        assert page.one("h1").text == "You are not in the directory any more"
        assert not page.all("form")
    assert channel_of("bob") == "mail"


def test_an_old_link_chooses_nothing(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice_link, "SECONDS", 0)
    path = path_for("bob")
    for answer in (send("GET", path), choose(path, "none")):
        assert (answer.status, Page(answer.text).one("h1").text) == (410, "This link has expired")
        assert "Bob" not in answer.text
    assert channel_of("bob") == "mail"


def test_a_link_lasts_for_ninety_days(here: World) -> None:
    before = int(time.time())
    link = read_choice(path_for("bob").removeprefix("/notifications/"))
    assert before <= link.ends - 90 * 24 * 3600 <= int(time.time())
    assert (link.tenant, link.person) == (TENANT, "bob")


def test_every_letter_of_it_counts(here: World, bobs: str) -> None:
    path, token = "/notifications/", bobs.removeprefix("/notifications/")
    for at in range(0, len(token), 7):
        other = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        assert choose(path + other, "none").status == 404
    assert channel_of("bob") == "mail"


def test_a_link_that_decides_chooses_nothing_and_the_other_way_round(here: World) -> None:
    task = first_task(here, DIRECT)
    decides = path_of(offered(task, "bob")).removeprefix("/decide/")
    chooses = path_for("bob").removeprefix("/notifications/")
    assert send("GET", f"/notifications/{decides}").status == 404
    assert send("GET", f"/decide/{chooses}").status == 404
    # Nor does the signature of one kind go with the claims of the other.
    link = decisions.read(decides)
    made_to_choose = signed.sign(choice_link._PURPOSE, link.claims())
    assert send("GET", f"/decide/{made_to_choose}").status == 404


def test_a_choice_costs_one_signature_three_reads_and_a_transaction(here: World, bobs: str) -> None:
    with here.faults.watching() as seen:
        choose(bobs, "none")
    assert count_calls(seen.seen) == {"VerifyMac": 1, "GetItem": 2, "TransactWriteItems": 1}
