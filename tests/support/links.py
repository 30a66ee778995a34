"""People with links: whom they come from, their tasks, and pages as a browser reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pytest

from signoff.links.offer import Offer, offer
from signoff.tasks.model import Task
from tests.support.gateway import Answer, send
from tests.support.people import employ
from tests.support.world import TENANT, World, world
from tests.unit.engine.acting import start

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, socket_disabled: None) -> Iterator[World]:
    """A Signoff of its own, with alice who asks, bob and carol who decide, and dave of no group."""
    with world(monkeypatch) as made:
        employ(TENANT, "alice", groups=("initiators",))
        employ(TENANT, "bob", "carol", groups=("reviewers", "legal"))
        employ(TENANT, "dave")
        yield made


def first_task(here: World, definition: str) -> Task:
    """The first task of a run of the definition, which alice starts."""
    view = start(here, here.publish(definition), "alice", "initiators")
    return view.open_tasks[0]


def offered(task: Task, person: str) -> Offer:
    """The links that ``person`` is sent."""
    made = offer(task, person)
    assert made is not None
    return made


def path_of(made: Offer, action: str | None = None) -> str:
    """A link's path and query, as a browser asks for them."""
    url = urlsplit(made.url(action))
    return f"{url.path}?{url.query}" if url.query else url.path


def confirm(made: Offer, outcome: str | None, comment: str | None = None, **more: Any) -> Answer:
    """Send the page's form."""
    fields = {"outcome": outcome, "comment": comment}
    body = urlencode({name: text for name, text in fields.items() if text is not None})
    return send("POST", path_of(made), headers={"Content-Type": FORM, **more}, body=body)


def follow(made: Offer, answer: Answer) -> Answer:
    """Where a browser goes from a redirect of the page."""
    assert answer.status == 303, answer.text
    return send("GET", urljoin(path_of(made), answer.headers["location"]))


@dataclass
class Element:
    """An element of a page, with all text below it."""

    name: str
    attributes: dict[str, str | None]
    text: str = ""

    def __getitem__(self, name: str) -> str | None:
        return self.attributes[name]


@dataclass
class Page(HTMLParser):
    """A page as a browser reads it; every tag must be closed in its turn."""

    markup: str
    elements: list[Element] = field(default_factory=list)
    doctype: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Element] = []
        self.feed(self.markup)
        self.close()
        assert not self._open

    def handle_decl(self, decl: str) -> None:
        self.doctype = decl

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), "an attribute is repeated"
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in ("meta", "input", "br"):
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().name == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, name: str, /, **attributes: str) -> list[Element]:
        """The elements of a name that have these attributes."""
        return [
            each
            for each in self.elements
            if each.name == name and attributes.items() <= each.attributes.items()
        ]

    def one(self, name: str, /, **attributes: str) -> Element:
        """The only one."""
        (found,) = self.all(name, **attributes)
        return found

    @property
    def text(self) -> str:
        """What is read of it."""
        return " ".join(self.one("main").text.split())
