"""Mail, Slack or nothing: what people choose, and what happens where a way is closed."""

import json
import re
from typing import Any

import pytest

from signoff.errors import Invalid
from signoff.identity.principal import Caller
from signoff.notifications import slack
from signoff.notifications.choice_link import read_choice
from signoff.notifications.plan import notify_people
from signoff.notifications.preferences import change_preferences, find_preferences
from signoff.notifications.send import send_message
from signoff.notifications.sending import NotTaken
from signoff.notifications.settings import change_settings, find_settings
from signoff.outbound.client import Reply
from signoff.storage.store import history, state
from tests.support.post import Post, html_of, text_of
from tests.support.world import TENANT, World
from tests.unit.engine.acting import start
from tests.unit.engine.definitions import DIRECT

SHARED = "https://hooks.slack.example/services/T0/B0/shared-secret"
OWN = "https://hooks.slack.example/services/T0/B0/own-secret"


class Channel:
    """Slack, which notes what it is sent and answers what it is told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.reply = Reply(200)

    def __call__(self, url: str, *, headers: dict[str, str], body: bytes) -> Reply:
        assert headers["Content-Type"] == "application/json; charset=utf-8"
        self.sent.append((url, json.loads(body)["text"]))
        return self.reply


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Channel:
    found = Channel()
    monkeypatch.setattr(slack, "send", found)
    monkeypatch.setattr("signoff.notifications.settings.check_url", _checked)
    return found


def _checked(url: str, *, field: str) -> None:
    if not url.startswith("https://"):
        raise Invalid("The URL begins with https://", field=field)


def bob(here: World) -> Caller:
    return here.caller("bob")


def message_for_bob(here: World, post: Post) -> dict[str, Any]:
    start(here, here.publish(DIRECT), "alice")
    for event in post.events():
        notify_people(event)
    (message,) = post.messages()
    return message


def settings_entries() -> list[str]:
    """All that history holds of the settings, as text."""
    items = history().query_all(f"T#{TENANT}#SETTINGS")
    return [json.dumps(item) for item in items]


def test_a_mail_leads_its_reader_to_the_choice_of_none(here: World, post: Post) -> None:
    message = message_for_bob(here, post)
    send_message(message)
    (mail,) = post.mails("bob")
    (link,) = re.findall(r"https://signoff\.example\.com/notifications/(\S+)", text_of(mail))
    assert f'href="https://signoff.example.com/notifications/{link}"' in html_of(mail)
    mine = read_choice(link)
    assert (mine.tenant, mine.person) == (TENANT, "bob")
    change_preferences(mine.caller, "none", None, keeps_slack=True)
    send_message(message | {"occasion": "another"})
    assert len(post.to("bob")) == 1


def test_who_wants_nothing_is_told_nothing(here: World, post: Post) -> None:
    change_preferences(bob(here), "none", None, keeps_slack=True)
    send_message(message_for_bob(here, post))
    assert post.sent == []


def test_slack_of_ones_own_gets_the_links(here: World, post: Post, channel: Channel) -> None:
    change_preferences(bob(here), "slack", OWN, keeps_slack=False)
    send_message(message_for_bob(here, post))
    ((url, text),) = channel.sent
    assert url == OWN
    assert "<https://signoff.example.com/decide/" in text
    assert "<https://signoff.example.com/notifications/" in text
    assert post.sent == []


def test_the_shared_channel_says_for_whom_and_has_no_links(
    here: World, post: Post, channel: Channel
) -> None:
    change_settings(here.caller("adam"), SHARED)
    change_preferences(bob(here), "slack", None, keeps_slack=True)
    send_message(message_for_bob(here, post))
    ((url, text),) = channel.sent
    assert url == SHARED
    assert "For Bob" in text
    assert "signoff.example.com" not in text


def test_slack_cannot_be_chosen_where_there_is_no_address(here: World, channel: Channel) -> None:
    with pytest.raises(Invalid) as refused:
        change_preferences(bob(here), "slack", None, keeps_slack=True)
    assert refused.value.field == "channel"
    with pytest.raises(Invalid) as refused:
        change_preferences(bob(here), "slack", "http://169.254.169.254/", keeps_slack=False)
    assert refused.value.field == "slackUrl"


def test_an_address_is_sealed_and_in_no_history(here: World, channel: Channel) -> None:
    change_settings(here.caller("adam"), SHARED)
    change_preferences(bob(here), "slack", OWN, keeps_slack=False)
    for kept in (find_settings(TENANT), find_preferences(TENANT, "bob")):
        assert "secret" not in json.dumps(kept.to_item())
        assert kept.slack_host == "hooks.slack.example"
    assert find_settings(TENANT).slack_url() == SHARED
    assert find_preferences(TENANT, "bob").slack_url() == OWN
    entries = settings_entries()
    assert len(entries) == 2
    assert not any("secret" in entry for entry in entries)


def test_an_address_copied_to_somebody_else_opens_nothing(
    here: World, post: Post, channel: Channel
) -> None:
    change_preferences(here.caller("carol"), "slack", OWN, keeps_slack=False)
    stolen = find_preferences(TENANT, "carol").to_item()
    from signoff.storage.transaction import Transaction

    copied = Transaction()
    copied.put(state(), stolen | {"PK": f"T#{TENANT}#NOTICES#bob", "userId": "bob"})
    copied.commit()
    send_message(message_for_bob(here, post))
    assert channel.sent == []
    assert len(post.to("bob")) == 1, "mail in its place"


@pytest.mark.parametrize(
    "reply", [Reply(404), Reply(403), Reply(410), Reply(302), Reply(None, error="address")]
)
def test_what_slack_refuses_goes_by_mail(
    here: World, post: Post, channel: Channel, reply: Reply
) -> None:
    change_preferences(bob(here), "slack", OWN, keeps_slack=False)
    channel.reply = reply
    send_message(message_for_bob(here, post))
    assert len(post.to("bob")) == 1
    assert "/decide/" in text_of(post.mails("bob")[0])


@pytest.mark.parametrize(
    "reply",
    [
        Reply(429),
        Reply(None, error="name"),
        Reply(None, error="connect"),
        Reply(None, error="tls"),
    ],
)
def test_what_slack_did_not_get_comes_again(
    here: World, post: Post, channel: Channel, reply: Reply
) -> None:
    change_preferences(bob(here), "slack", OWN, keeps_slack=False)
    channel.reply = reply
    message = message_for_bob(here, post)
    with pytest.raises(NotTaken):
        send_message(message)
    channel.reply = Reply(200)
    send_message(message)
    assert len(channel.sent) == 2
    assert post.sent == []


def test_what_slack_refuses_where_there_is_no_other_way_is_put_aside_at_once(
    here: World, post: Post, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_preferences(bob(here), "slack", OWN, keeps_slack=False)
    monkeypatch.setenv("MAIL_SENDER", "")
    channel.reply = Reply(404)
    message = message_for_bob(here, post)
    with pytest.raises(Invalid):  # which no repetition makes better (entrypoints.poison)
        send_message(message)
    channel.reply = Reply(200)
    send_message(message)  # redriven, once it is mended
    assert len(channel.sent) == 2


@pytest.mark.parametrize(
    "reply", [Reply(500), Reply(None, error="timeout"), Reply(None, error="protocol")]
)
def test_what_slack_may_have_got_does_not_come_again(
    here: World, post: Post, channel: Channel, reply: Reply
) -> None:
    change_preferences(bob(here), "slack", OWN, keeps_slack=False)
    channel.reply = reply
    message = message_for_bob(here, post)
    send_message(message)
    send_message(message)
    assert len(channel.sent) == 1
    assert post.sent == []


def test_without_slack_again_and_without_change_nothing_is_written(
    here: World, channel: Channel
) -> None:
    change_preferences(bob(here), "slack", OWN, keeps_slack=False)
    assert change_preferences(bob(here), "mail", None, keeps_slack=True).slack
    gone = change_preferences(bob(here), "mail", None, keeps_slack=False)
    assert gone.slack is None
    assert change_preferences(bob(here), "mail", None, keeps_slack=False) == gone
    assert len(settings_entries()) == 3
