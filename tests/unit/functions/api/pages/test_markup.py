"""Pages that run nothing, load nothing, and can be used with any means."""

import base64
import hashlib
import re
from dataclasses import replace

from signoff.storage.store import state
from tests.support.gateway import send
from tests.support.links import Page, confirm, first_task, offered, path_of
from tests.support.world import TENANT, World
from tests.unit.engine.definitions import DIRECT
from tests.unit.functions.api.pages.looking import document_task, get, safe, store


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
