"""People told of their tasks on a whole stack: the mail, its link, what bounces, and Slack.

SES of the local stack shows what it was given; on AWS nobody can read others' mail, so these tests
skip there.
"""

from __future__ import annotations

import json
import re
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.support.http import SECONDS
from tests.support.tenants import Tenant, told
from tests.support.waiting import until

DIRECT = """
key: told
name: Told
steps:
  - id: Review
    type: approval
    config:
      mode: direct
      candidates: {users: [bob]}
      outcomes: {APPROVE: {next: Done}, REJECT: {next: Done}}
  - {id: Done, type: end, config: {outcome: DONE}}
"""
LINK = re.compile(r"https?://\S+/decide/\S+")


@pytest.fixture
def acme(empty_tenant: Tenant) -> Tenant:
    """A tenant with bob, who decides, and adam, who administrates."""
    if empty_tenant.stack.endpoint_url is None:
        pytest.skip("nobody can read others' mail on AWS")
    for name, roles in (("bob", ["approver"]), ("adam", ["admin"])):
        person = {"name": name.title(), "email": address(empty_tenant, name), "roles": roles}
        empty_tenant.operator.post("/users", {"id": name, **person}, 201)
    empty_tenant.operator.publish(DIRECT)
    return empty_tenant


def address(tenant: Tenant, name: str) -> str:
    """Somebody's address, which no other tenant's people have."""
    return f"{name}@{tenant.slug}.example"


def mails(tenant: Tenant, name: str) -> list[dict[str, Any]]:
    """The mails to somebody, oldest first."""
    with urllib.request.urlopen(
        f"{tenant.stack.endpoint_url}/_ministack/ses/messages", timeout=SECONDS
    ) as answer:
        of_accounts = json.loads(answer.read())["messages"]
    sent = [mail for mails_of_one in of_accounts.values() for mail in mails_of_one]
    return [mail for mail in sent if _is_ours(mail) and mail["To"] == [address(tenant, name)]]


def _is_ours(mail: dict[str, Any]) -> bool:
    """Whether it is no invitation by the user pool, which mails new people too."""
    return bool(mail["Source"].startswith("Signoff <"))


def start(tenant: Tenant) -> Any:
    """A run of the definition on a document."""
    body = {"definition": "told", "documentRef": "Contract.pdf"}
    return tenant.operator.post("/runs", body, 201)


def test_a_mail_says_what_is_to_be_decided_and_its_link_decides(acme: Tenant) -> None:
    run = start(acme)
    (mail,) = until(lambda: mails(acme, "bob"))
    assert mail["Subject"] == "Please decide: Contract.pdf (Review)"
    assert mail["Source"].endswith("@acme.example>")
    assert '<html lang="en"' in mail["BodyHtml"]
    links = LINK.findall(mail["BodyText"])
    approve = next(link for link in links if "APPROVE" in link)
    path = approve.removeprefix(acme.stack.api_url)
    assert path.startswith("/decide/"), approve
    page = acme.http.send("GET", path)
    assert page.status == 200, page
    assert acme.operator.run(run["id"])["status"] == "RUNNING", "looking decides nothing"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = acme.http.send(
        "POST", path.partition("?")[0], headers=form, body="outcome=APPROVE&comment="
    )
    assert sent.status == 303, sent
    assert acme.operator.becomes(run["id"], "COMPLETED")
    assert len(mails(acme, "bob")) == 1, "nobody is told of their own act"


def test_a_mails_last_link_leads_to_the_choice_of_none(acme: Tenant) -> None:
    start(acme)
    (mail,) = until(lambda: mails(acme, "bob"))
    (link,) = re.findall(r"https?://\S+/notifications/\S+", mail["BodyText"])
    path = link.removeprefix(acme.stack.api_url)
    page = acme.http.send("GET", path)
    assert (page.status, 'value="mail" required checked' in page.text) == (200, True)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = acme.http.send("POST", path, headers=form, body="channel=none")
    assert (sent.status, f"/notifications/{sent.headers['location']}") == (303, f"{path}?saved=yes")
    page = acme.http.send("GET", path)
    assert (page.status, 'value="none" required checked' in page.text) == (200, True)


def test_an_address_that_bounces_gets_nothing_more_and_administrators_know(acme: Tenant) -> None:
    bounce = {
        "eventType": "Bounce",
        "bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": address(acme, "bob")}],
        },
        "mail": {
            "tags": {
                "tenant": [acme.slug],
                "ses:configuration-set": [acme.stack.resource("MailConfigurationSet")],
            }
        },
    }
    # Nobody may put events in the name of SES, and the emulator's makes none.
    event = {"source": "aws.ses", "detail-type": "Email Bounced", "detail": bounce}
    rules = acme.stack.aws("events")
    pattern = rules.describe_rule(Name=acme.stack.resource("MailFeedbackRule").split("|")[-1])
    whole = {"id": "1", "account": "1", "time": "2026-11-21T09:00:00Z", "region": "eu-central-1"}
    matched = rules.test_event_pattern(
        EventPattern=pattern["EventPattern"], Event=json.dumps(event | whole | {"resources": []})
    )
    assert matched["Result"]
    acme.stack.aws("sqs").send_message(
        QueueUrl=acme.stack.resource("MailFeedback"), MessageBody=json.dumps(event)
    )
    (mail,) = until(lambda: mails(acme, "adam"))
    assert mail["Subject"] == f"No more mail to {address(acme, 'bob')}"
    (listed,) = acme.operator.get("/suppressions")
    assert (listed["address"], listed["cause"]) == (address(acme, "bob"), "bounce")
    told(acme.operator.send("DELETE", f"/suppressions/{listed['id']}"))
    assert acme.operator.get("/suppressions") == []
    start(acme)
    assert until(lambda: mails(acme, "bob"))


@contextmanager
def channel() -> Iterator[tuple[str, list[str]]]:
    """A server that takes what Slack would, and the texts that it was sent."""
    texts: list[str] = []

    class Slack(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            texts.append(json.loads(body)["text"])
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Slack) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/services/secret", texts
        finally:
            server.shutdown()
            thread.join(30)


def test_the_organisations_channel_is_told_without_links(acme: Tenant) -> None:
    with channel() as (url, texts):
        shown = told(acme.operator.send("PUT", "/settings/notifications", {"slackUrl": url}))
        assert shown["data"] == {"slackHost": "127.0.0.1", "mailSender": "signoff@acme.example"}
        # A person chooses for themself, with a token; here the choice is made in the table.
        key = {
            "PK": {"S": f"T#{acme.slug}#NOTICES#bob"},
            "SK": {"S": "PREFERENCES"},
        }
        values = {"tenant": acme.slug, "userId": "bob", "channel": "slack"}
        item = {name: {"S": text} for name, text in values.items()} | {"version": {"N": "1"}}
        acme.stack.aws("dynamodb").put_item(
            TableName=acme.stack.resource("StateTable"), Item=key | item
        )
        start(acme)
        (text,) = until(lambda: texts)
    assert text.startswith("*Please decide: Contract.pdf (Review)*\nFor Bob\n")
    assert "/decide/" not in text
    assert mails(acme, "bob") == []
