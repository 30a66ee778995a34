"""HTML of the pages: what is not made as markup is text, also within an attribute."""

from signoff.contracts.pages.html import join, own, tag
from tests.support.links import Page

NASTY = "\"'><script>alert(1)</script>&amp;\u202e"


def test_text_stays_text() -> None:
    page = Page(tag("main", NASTY, own(NASTY), None, join(NASTY, tag("b", NASTY))).markup)
    assert [each.name for each in page.elements] == ["main", "bdi", "b"]
    assert page.one("main").text == NASTY * 4


def test_the_value_of_an_attribute_stays_in_it() -> None:
    page = Page(tag("input", value=NASTY, id=NASTY).markup)
    (only,) = page.elements
    assert only.attributes == {"value": NASTY, "id": NASTY}


def test_attributes_without_a_value_are_there_or_not() -> None:
    made = tag("input", required=True, checked=False, aria_label=None, for_="a", aria_invalid="b")
    assert made.markup == '<input required for="a" aria-invalid="b">'
