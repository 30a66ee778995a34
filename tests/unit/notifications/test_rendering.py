"""Mails that are plain, accessible, and hold nothing that others could smuggle in."""

import json
import re
from html.parser import HTMLParser

import pytest

from signoff.notifications.as_html import as_html
from signoff.notifications.as_slack import as_slack
from signoff.notifications.as_text import as_text
from signoff.notifications.letter import Button, Letter
from signoff.notifications.mail import mailable
from signoff.notifications.plain import moment, one_line, paragraphs

HOSTILE = '<script>alert(1)</script>\r\nBcc: evil@example.com\u202e\x00\ud800 & "quoted"'

LETTER = Letter(
    subject="Please decide: Contract.pdf (Legal review)",
    lead="Contract.pdf (Legal review) waits for your decision.",
    why="You are told because the task was put to you.",
    facts=(("Step", "Legal review"), ("Due", "Mon 23 Nov 2026, 17:00 UTC")),
    quote="One line\nand another",
    quoted="Alice",
    buttons=(
        Button("Approve", "https://signoff.example.com/decide/t?outcome=approve"),
        Button("Reject", "https://signoff.example.com/decide/t?outcome=reject"),
    ),
    note="Each link opens a page where you confirm.",
    choose="https://signoff.example.com/notifications/t",
).cleaned()

EVIL = Letter(
    subject=HOSTILE,
    lead=HOSTILE,
    why=HOSTILE,
    facts=((HOSTILE, HOSTILE),),
    quote=HOSTILE,
    quoted=HOSTILE,
    buttons=(Button(HOSTILE, "https://signoff.example.com/decide/t"),),
    note="note",
).cleaned()


class Elements(HTMLParser):
    """The elements of a page with their attributes; notes what is left open."""

    VOID = frozenset({"meta", "br", "hr"})

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element of that name."""
        return [attributes for name, attributes in self.found if name == tag]


def luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_page_says_its_language_and_has_one_heading() -> None:
    page = Elements(as_html(LETTER, "Bob"))
    assert page.all("html") == [{"lang": "en", "dir": "ltr"}]
    assert len(page.all("h1")) == len(page.all("title")) == 1
    assert all(each["scope"] == "row" for each in page.all("th"))
    assert "".join(page.words).count(LETTER.subject) == 2


def test_nothing_is_loaded_and_nothing_runs() -> None:
    page = Elements(as_html(EVIL, HOSTILE))
    names = {name for name, _ in page.found}
    assert not names & {"img", "script", "style", "link", "iframe", "form", "object", "video"}
    for _, attributes in page.found:
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
        assert "url(" not in (attributes.get("style") or "")
    assert [each["href"] for each in page.all("a")] == ["https://signoff.example.com/decide/t"]


def test_every_colour_of_text_can_be_read_on_white() -> None:
    page = Elements(as_html(LETTER, "Bob"))
    colours = {
        match
        for _, attributes in page.found
        for match in re.findall(r"(?:^|;)color:(#[0-9a-f]{6})", attributes.get("style") or "")
    }
    assert len(colours) >= 3
    for colour in colours:
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5, colour


def test_links_are_named_underlined_and_listed() -> None:
    page = Elements(as_html(LETTER, "Bob"))
    assert (len(page.all("li")), len(page.all("a"))) == (2, 3)
    assert all("text-decoration:underline" in (each["style"] or "") for each in page.all("a"))
    assert {"Approve", "Reject", "To be told in another way, or not at all"} <= set(page.words)


def test_the_text_has_all_that_the_page_has() -> None:
    text = as_text(LETTER, "Bob")
    for said in (
        "Hello Bob,",
        LETTER.lead,
        "Alice wrote:\n> One line\n> and another",
        "Step: Legal review\nDue: Mon 23 Nov 2026, 17:00 UTC",
        "Approve:\nhttps://signoff.example.com/decide/t?outcome=approve\n",
        "\n\nEach link opens a page where you confirm.\n\n",
        "-- \nYou are told because the task was put to you.\n"
        "To be told in another way, or not at all:\nhttps://signoff.example.com/notifications/t\n",
    ):
        assert said in text


def test_a_long_link_stays_in_one_line() -> None:
    url = f"https://signoff.example.com/decide/{'x' * 900}"
    letter = Letter(subject="s", lead="l", why="w", buttons=(Button("Approve", url),))
    assert url in as_text(letter, "Bob").split("\n")


@pytest.mark.parametrize("field", ["subject", "lead", "why", "quoted"])
def test_no_line_of_others_ends_a_line_of_ours(field: str) -> None:
    line = getattr(EVIL, field)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]", line)
    line.encode()


def test_a_subject_is_cut_where_it_is_too_long() -> None:
    assert len(one_line("x" * 500)) == 160
    assert one_line("x" * 500).endswith("…")


def test_paragraphs_keep_their_lines_and_are_bounded() -> None:
    assert paragraphs("a\r\nb\rc\n\n\n\n\nd\x07") == "a\nb\nc\n\nd"
    assert len(paragraphs("word " * 5_000)) <= 4_000


def test_a_moment_is_read_by_people() -> None:
    assert moment("2026-11-23T17:00:00.000Z") == "Mon 23 Nov 2026, 17:00 UTC"


def test_slack_is_told_nothing_that_it_would_take_for_its_own() -> None:
    sent = json.loads(as_slack(EVIL, "Bob <!channel>", personal=False))
    assert "<" not in sent["text"]
    assert ">" not in sent["text"].replace("\n>", "\n")
    assert sent["unfurl_links"] is False


def test_links_go_to_slack_only_where_nobody_else_reads() -> None:
    shared = json.loads(as_slack(LETTER, "Bob", personal=False))["text"]
    assert "/decide/" not in shared
    assert "For Bob" in shared
    own = json.loads(as_slack(LETTER, "Bob", personal=True))["text"]
    assert "<https://signoff.example.com/decide/t?outcome=approve|Approve>" in own
    assert "|Reject>\nEach link opens a page where you confirm.\n" in own
    assert "Each link" not in shared
    assert "/notifications/" not in shared, "it is its reader's alone, too"
    assert "<https://signoff.example.com/notifications/t|To be told in another way" in own


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("bob@example.com", "bob@example.com"),
        ("bob.o'brien+x@example.com", "bob.o'brien+x@example.com"),
        ("bob@bücher.example", "bob@xn--bcher-kva.example"),
        ("bob,eve@example.com", None),
        ("<bob@example.com", None),
        ("bob\n@example.com", None),
        ("böb@example.com", None),
        ("bob@example.com>", None),
        (".bob@example.com", None),
        ("bob@-example.com", None),
        ("bob@" + "a" * 64 + ".com", None),
        ("x" * 65 + "@example.com", None),
        ("bob", None),
        ("", None),
        (None, None),
    ],
)
def test_mail_goes_to_one_address_or_to_none(address: str | None, taken: str | None) -> None:
    assert mailable(address) == taken
