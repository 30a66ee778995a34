"""GET and PUT /api/v1/users/me/notifications"""

import json
from typing import Any

import pytest

from signoff.directory.subjects import bind_subject
from signoff.directory.users import create_user
from signoff.identity import people
from signoff.identity.scopes import ALL_ADMIN
from signoff.identity.settings import settings_partition
from signoff.notifications.suppressions import suppress
from signoff.outbound import urls
from signoff.storage.store import history
from tests.support.gateway import Answer, Client, send
from tests.support.stack import Stack, stack
from tests.support.tokens import open_pool
from tests.unit.functions.api.admin.documents import data, error

__all__ = ["stack"]

URL = "/api/v1/users/me/notifications"
SETTINGS = "/api/v1/admin/settings/notifications"
SLACK = "https://hooks.slack.example/services/T0/B0/secret"
FRESH = {
    "channel": "mail",
    "email": "bob@example.com",
    "mailStopped": False,
    "slackHost": None,
    "sharedSlackHost": None,
}


@pytest.fixture
def bob(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> str:
    """Bob's access token."""
    pool = open_pool(monkeypatch)
    people.forget_all()
    monkeypatch.setattr(urls, "resolve", lambda *_: ["198.51.100.7"])
    monkeypatch.setattr(urls, "may_call", lambda address: address == "198.51.100.7")
    create_user(stack.tenant, "bob", name="Bob", email="bob@example.com", roles=("approver",))
    bind_subject(stack.tenant, "bob", "subject-of-bob")
    return pool.token("subject-of-bob")


def ask(token: str, method: str, body: Any = None) -> Answer:
    """Ask with a person's token."""
    sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return send(method, URL, headers=sent, body=None if body is None else json.dumps(body))


def test_mail_is_what_holds_unless_told(bob: str) -> None:
    assert data(ask(bob, "GET")) == FRESH


def test_what_one_chooses_holds_and_an_address_is_never_shown(bob: str, stack: Stack) -> None:
    chosen = FRESH | {"channel": "slack", "slackHost": "hooks.slack.example"}
    answer = ask(bob, "PUT", {"channel": "slack", "slackUrl": SLACK})
    assert data(answer) == chosen
    assert "secret" not in answer.text
    assert data(ask(bob, "GET")) == chosen
    entries = list(history().query_all(settings_partition(stack.tenant)))
    changed = [entry for entry in entries if entry["type"] == "settings.changed"]
    assert [entry["actor"] for entry in changed] == ["bob"]
    assert "secret" not in json.dumps(entries)


def test_an_address_stays_unless_named_and_null_takes_it_away(bob: str) -> None:
    data(ask(bob, "PUT", {"channel": "slack", "slackUrl": SLACK}))
    assert data(ask(bob, "PUT", {"channel": "none"}))["slackHost"] == "hooks.slack.example"
    assert data(ask(bob, "PUT", {"channel": "mail", "slackUrl": None})) == FRESH


def test_slack_needs_an_address_of_ones_own_or_of_the_organisation(bob: str, stack: Stack) -> None:
    refused = error(ask(bob, "PUT", {"channel": "slack"}), 400)
    assert refused == ("VALIDATION_FAILED", "channel")
    admin = Client(stack.new_key(ALL_ADMIN))
    assert data(admin.put(SETTINGS, {"slackUrl": SLACK})) == {
        "slackHost": "hooks.slack.example",
        "mailSender": None,
    }
    chosen = data(ask(bob, "PUT", {"channel": "slack"}))
    assert chosen["sharedSlackHost"] == "hooks.slack.example"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"channel": "fax"}, "channel"),
        ({"channel": None}, "channel"),
        ({}, "channel"),
        ({"channel": "slack", "slackUrl": "http://hooks.slack.example/x"}, "slackUrl"),
        ({"channel": "slack", "slackUrl": "https://169.254.169.254/latest"}, "slackUrl"),
        ({"channel": "slack", "slackUrl": ""}, "slackUrl"),
        ({"channel": "slack", "slackUrl": 7}, "slackUrl"),
    ],
)
def test_what_cannot_be_chosen_is_refused(bob: str, body: Any, field: str) -> None:
    refused = error(ask(bob, "PUT", body), 400)
    assert refused == ("VALIDATION_FAILED", field)
    assert data(ask(bob, "GET")) == FRESH


def test_one_sees_that_mail_came_back(bob: str, stack: Stack) -> None:
    suppress(stack.tenant, "bob@example.com", "bounce", "General")
    assert data(ask(bob, "GET"))["mailStopped"] is True


def test_a_key_has_no_preferences(stack: Stack) -> None:
    key = Client(stack.new_key(ALL_ADMIN, "actors:assert", "tasks:write"), "bob")
    assert key.put(URL, {"channel": "none"}).status == 403
    assert key.get(URL).status == 403
