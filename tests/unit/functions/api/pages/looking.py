"""Looking at the pages behind links, and tasks to look at."""

import re
from typing import Any

from signoff.documents.model import Document, Version
from signoff.runs.model import DocumentVersion
from signoff.runs.progress import settle
from signoff.runs.start import start_run
from signoff.storage.clients import client
from signoff.storage.store import state
from signoff.storage.transaction import Transaction
from signoff.tasks.model import Task
from tests.support.gateway import Answer, send
from tests.support.links import Page
from tests.support.world import TENANT, World
from tests.unit.engine.acting import PATIENCE
from tests.unit.engine.definitions import DIRECT

DOCUMENT = "0c9d3f4e-5b6a-4c7d-8e9f-a0b1c2d3e4f5"


def get(path: str) -> Page:
    """The page, which must be one that decides nothing."""
    answer = send("GET", path)
    assert answer.status == 200, answer.text
    return Page(answer.text)


def gone(path: str) -> Page:
    """The page, which must say why there is nothing to decide any more."""
    answer = send("GET", path)
    assert answer.status == 410, answer.text
    page = Page(answer.text)
    assert not page.all("form")
    assert not page.all("a")
    return page


def everything() -> list[Any]:
    """All that is stored, in both tables."""
    dynamodb = client("dynamodb")
    return [
        dynamodb.scan(TableName=table, ConsistentRead=True)["Items"]
        for table in ("state", "history")
    ]


def store(*items: Any) -> None:
    """Write items over what is stored, without asking what it is."""
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
