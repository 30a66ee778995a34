"""GET and PUT /api/v1/admin/settings/notifications"""

import json

import pytest

from signoff.identity.settings import settings_partition
from signoff.outbound import urls
from signoff.storage.store import history, state
from tests.support.gateway import Client
from tests.support.stack import Stack
from tests.unit.functions.api.admin.documents import data, error

URL = "/api/v1/admin/settings/notifications"
SLACK = "https://hooks.slack.example/services/T0/B0/secret"


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names lead to one address, which is of the public internet."""
    monkeypatch.setattr(urls, "resolve", lambda *_: ["198.51.100.7"])
    monkeypatch.setattr(urls, "may_call", lambda address: address == "198.51.100.7")


def test_the_channel_is_set_and_taken_away_and_never_shown(admin: Client, stack: Stack) -> None:
    assert data(admin.get(URL)) == {"slackHost": None, "mailSender": None}
    set_ = admin.put(URL, {"slackUrl": SLACK})
    assert data(set_) == data(admin.get(URL))
    assert data(set_)["slackHost"] == "hooks.slack.example"
    assert "secret" not in set_.text
    assert data(admin.put(URL, {"slackUrl": None}))["slackHost"] is None
    entries = list(history().query_all(settings_partition(stack.tenant)))
    assert sum(entry["type"] == "settings.changed" for entry in entries) == 2
    assert "secret" not in json.dumps(entries)
    assert "secret" not in json.dumps(state().get((f"T#{stack.tenant}", "SETTINGS#notifications")))


def test_who_mail_comes_from_is_shown(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_SENDER", "signoff@example.com")
    assert data(admin.get(URL))["mailSender"] == "signoff@example.com"


@pytest.mark.parametrize("url", ["http://hooks.slack.example/x", "https://10.0.0.1/x", "x", ""])
def test_an_address_that_may_not_be_called_is_refused(admin: Client, url: str) -> None:
    assert error(admin.put(URL, {"slackUrl": url}), 400) == ("VALIDATION_FAILED", "slackUrl")
    assert admin.put(URL, {}).status == 400


def test_it_is_each_tenants_own(admin: Client, stack: Stack) -> None:
    data(admin.put(URL, {"slackUrl": SLACK}))
    other = Client(stack.new_key("admin:settings", tenant="globex"))
    assert data(other.get(URL))["slackHost"] is None
