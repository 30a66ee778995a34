"""Links on a stack that is up: the page, the decision and the document, without credentials."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urlencode

import pytest

from signoff.links import signed
from signoff.links.token import SECONDS, Link, sign
from tests.integration.test_documents import REJECTING, fetch, judged, unique, upload
from tests.support.http import Answer, Http
from tests.support.tenants import PATIENT, Operator, Person, Tenant, told
from tests.support.waiting import at_once

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module", autouse=True)
def bob(operator: Operator) -> None:
    """Somebody who is asked, and is in the directory."""
    operator.post("/users", {"id": "bob", "name": "Bob <b>", "email": "bob@example.com"}, 201)


@pytest.fixture
def made(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the path of a link for bob, with the stack's own key, as the worker that mails does."""
    monkeypatch.setattr(signed, "client", tenant.stack.aws)
    monkeypatch.setenv("LINKS_KEY_ARN", tenant.stack.resource("LinksKey"))

    def make(task: str, edition: int = 1) -> str:
        ends = int(time.time()) + SECONDS
        return f"/decide/{sign(Link(tenant.slug, task, edition, 'bob', ends))}"

    return make


def confirm(http: Http, path: str, outcome: str, comment: str = "") -> Answer:
    """Send the page's form, as somebody without any credentials."""
    fields = {"outcome": outcome, "comment": comment}
    return http.send("POST", path, headers=FORM, body=urlencode(fields))


def task_of(run: Any) -> str:
    (task,) = run["openTasks"]
    return str(task["id"])


def test_somebody_decides_by_a_link(operator: Operator, http: Http, made: Any) -> None:
    run = operator.start(operator.publish(REJECTING)["key"])
    path = made(task_of(run))
    page = http.send("GET", f"{path}?outcome=REJECT")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "Bob &lt;b&gt;" in page.text
    assert re.search(r'value="REJECT"[^>]* checked', page.text)
    assert "Needed for" in page.text
    missing = confirm(http, path, "REJECT")
    assert (missing.status, 'role="alert"' in missing.text) == (422, True)
    assert operator.run(run["id"])["status"] == "RUNNING"
    sent = confirm(http, path, "REJECT", "zu früh")
    assert (sent.status, f"/decide/{sent.headers['location']}") == (303, path)
    assert "Your decision is recorded" in told_page(http.send("GET", path))
    ended = operator.becomes(run["id"], "COMPLETED")
    assert ended["outcome"] == "REJECTED"
    (decided,) = [each for each in operator.history(run["id"]) if each["type"] == "task.decided"]
    assert (decided["actor"], decided["via"]) == ("bob", "link")
    assert decided["detail"]["comment"] == "zu früh"
    late = confirm(http, path, "APPROVE")
    assert (late.status, "Reject" in late.text) == (410, True)


def told_page(answer: Answer) -> str:
    assert answer.status == 200, answer
    return answer.text


def test_of_many_clicks_at_once_one_decides(operator: Operator, http: Http, made: Any) -> None:
    run = operator.start(operator.publish(REJECTING)["key"])
    path = made(task_of(run))
    clicks = [lambda: confirm(http, path, "APPROVE") for _ in range(6)]
    assert {answer.status for answer in at_once(*clicks)} == {303}
    operator.becomes(run["id"], "COMPLETED")
    types = [each["type"] for each in operator.history(run["id"])]
    assert types.count("task.decided") == 1


def test_looking_decides_nothing(operator: Operator, http: Http, made: Any) -> None:
    run = operator.start(operator.publish(REJECTING)["key"])
    path = made(task_of(run))
    before = operator.history(run["id"])
    for method in ("GET", "HEAD", "GET", "PUT", "GET"):
        http.send(method, f"{path}?outcome=APPROVE")
    assert operator.history(run["id"]) == before
    assert confirm(http, path, "APPROVE").status == 303


def test_another_edition_and_another_spelling_decide_nothing(
    operator: Operator, http: Http, made: Any
) -> None:
    run = operator.start(operator.publish(REJECTING)["key"])
    task = task_of(run)
    changed = confirm(http, made(task, edition=2), "APPROVE")
    assert (changed.status, "This task has changed" in changed.text) == (410, True)
    path = made(task)
    for spoilt in (path[:-1], path[:-1] + ("A" if path[-1] != "A" else "B"), path.upper()):
        answer = confirm(http, spoilt, "APPROVE")
        assert (answer.status, answer.headers["content-type"]) in [
            (404, "text/html; charset=utf-8"),
            (404, "application/json"),  # what no route has
        ]
    assert operator.run(run["id"])["status"] == "RUNNING"
    operator.post(f"/runs/{run['id']}/cancel", {"reason": "test"})
    over = http.send("GET", path)
    assert (over.status, "The workflow was cancelled." in over.text) == (410, True)


def test_the_document_is_opened_from_the_page(
    tenant: Tenant, operator: Operator, http: Http, made: Any
) -> None:
    alice = Person(http, tenant.integration_key, "alice")
    content = unique()
    uploaded = told(upload(alice, "/api/v1/documents", content, "offer.txt"), 201)
    document = uploaded["data"]["id"]
    judged(alice, document)
    key = operator.publish(REJECTING)["key"]
    body = {"templateId": f"wt_{key}", "documentId": document}
    started = told(alice.post("/api/v1/workflows/start", body, **PATIENT), 201)
    instance = started["data"]["instanceId"]
    path = made(task_of(operator.run(instance)))
    page = told_page(http.send("GET", path))
    (href,) = re.findall(r'<a href="([^"]+)"', page)
    assert f"/decide/{href}" == f"{path}/document"
    there = http.send("GET", f"/decide/{href}")
    assert there.status == 302
    assert fetch("GET", there.headers["location"]).data == content
    assert confirm(http, path, "APPROVE").status == 303
    assert http.send("GET", f"/decide/{href}").status == 200
