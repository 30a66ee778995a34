"""``signoff notifications``."""

import pytest

from signoff.directory.subjects import bind_subject
from signoff.directory.users import create_user
from signoff.identity import people
from signoff.notifications.suppressions import suppress
from signoff.outbound import urls
from tests.support.stack import Stack
from tests.support.tokens import open_pool
from tests.unit.cli.command_line import Signoff

SLACK = "https://hooks.slack.example/services/T0/B0/secret"


@pytest.fixture
def bob(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> str:
    """Bob's access token, in a world whose names are of the public internet."""
    pool = open_pool(monkeypatch)
    people.forget_all()
    monkeypatch.setattr(urls, "resolve", lambda *_: ["198.51.100.7"])
    monkeypatch.setattr(urls, "may_call", lambda _: True)
    create_user(stack.tenant, "bob", name="Bob", email="bob@example.com", roles=("approver",))
    bind_subject(stack.tenant, "bob", "subject-of-bob")
    return pool.token("subject-of-bob")


def test_a_person_chooses(admin: Signoff, bob: str) -> None:
    assert "mail" in admin("notifications", "show", "--api-key", bob).out
    made = admin("notifications", "set", "slack", "--slack-url", SLACK, "--api-key", bob)
    assert made.code == 0, made.err
    assert "hooks.slack.example" in made.out
    assert "secret" not in made.out
    kept = admin("notifications", "set", "none", "--api-key", bob, "--json").json
    assert (kept["channel"], kept["slackHost"]) == ("none", "hooks.slack.example")
    gone = admin("notifications", "set", "mail", "--no-slack", "--api-key", bob, "--json").json
    assert gone["slackHost"] is None


def test_a_secret_comes_by_standard_input(admin: Signoff, bob: str) -> None:
    own = ("notifications", "set", "slack", "--slack-url", "-", "--api-key", bob)
    made = admin(*own, typed=f"{SLACK}\n")
    assert made.code == 0, made.err
    assert admin(*own).code == 2, "nothing is typed"


def test_what_excludes_each_other_and_what_is_no_channel(admin: Signoff, bob: str) -> None:
    both = ("--slack-url", SLACK, "--no-slack", "--api-key", bob)
    assert admin("notifications", "set", "slack", *both).code == 2
    assert admin("notifications", "set", "fax", "--api-key", bob).code == 2
    nowhere = admin("notifications", "set", "slack", "--api-key", bob)
    assert nowhere.code == 1
    assert "There is no Slack address" in nowhere.err


def test_a_key_is_nobody_to_be_told(admin: Signoff) -> None:
    assert admin("notifications", "show").code == 3


def test_administrators_set_the_channel_and_release_addresses(
    admin: Signoff, bob: str, stack: Stack
) -> None:
    assert "none" in admin("notifications", "settings").out
    assert "hooks.slack.example" in admin("notifications", "settings", "--slack-url", SLACK).out
    assert admin("notifications", "settings", "--json").json["slackHost"] == "hooks.slack.example"
    suppress(stack.tenant, "bob@example.com", "bounce", "General")
    listed = admin("notifications", "suppressed")
    assert "bob@example.com" in listed.out
    (found,) = admin("notifications", "suppressed", "--json").json
    released = admin("notifications", "release", found["id"])
    assert "bob@example.com gets mail again" in released.err
    assert admin("notifications", "release", found["id"]).code != 0
