"""Bounces and complaints: the address gets nothing more, and the administrators are told."""

from typing import Any

import pytest

from signoff.errors import Malformed, NotFound
from signoff.notifications.feedback import note_mail_feedback
from signoff.notifications.suppressions import (
    address_id,
    is_suppressed,
    list_suppressions,
    release,
)
from tests.support.post import Post, text_of
from tests.support.world import TENANT, World
from tests.unit.engine.acting import start
from tests.unit.engine.definitions import DIRECT

BOB = "bob@example.com"


def bounce(address: str = BOB, kind: str = "Permanent", tenant: str = TENANT) -> dict[str, Any]:
    """The detail of SES's event, as far as it is read."""
    return {
        "eventType": "Bounce",
        "bounce": {
            "bounceType": kind,
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": address, "status": "5.1.1"}],
        },
        "mail": {"messageId": "message-1", "tags": {"tenant": [tenant]}},
    }


def complaint(address: str = BOB, kind: str = "abuse") -> dict[str, Any]:
    return {
        "eventType": "Complaint",
        "complaint": {
            "complainedRecipients": [{"emailAddress": address}],
            "complaintFeedbackType": kind,
        },
        "mail": {"messageId": "message-1", "tags": {"tenant": [TENANT]}},
    }


@pytest.mark.parametrize(
    ("event", "word"),
    [
        (bounce(), "came back"),
        (bounce(kind="Undetermined"), "came back"),
        (complaint(), "marked a message as spam"),
    ],
)
def test_the_address_gets_nothing_more_and_administrators_are_told_once(
    here: World, post: Post, event: dict[str, Any], word: str
) -> None:
    for _ in range(3):
        note_mail_feedback(event)
    assert post.deliver() == ["address-suppressed"]
    assert post.to("adam") == [f"No more mail to {BOB}"]
    assert word in " ".join(text_of(post.mails("adam")[0]).split())
    start(here, here.publish(DIRECT), "alice")
    post.deliver()
    assert post.to("bob") == []


def test_what_passes_suppresses_nothing(here: World, post: Post) -> None:
    note_mail_feedback(bounce(kind="Transient"))
    assert not is_suppressed(TENANT, BOB)


def test_who_takes_a_mail_out_of_their_spam_goes_on_getting_mail(here: World, post: Post) -> None:
    note_mail_feedback(complaint(kind="not-spam"))
    assert not is_suppressed(TENANT, BOB)
    assert post.deliver() == []


def test_a_released_address_gets_mail_again(here: World, post: Post) -> None:
    note_mail_feedback(bounce("Bob <BOB@example.com>"))
    assert is_suppressed(TENANT, BOB)
    (listed,) = list_suppressions(TENANT, limit=10, cursor=None).items
    assert (listed.address, listed.cause, listed.detail) == (
        "BOB@example.com",
        "bounce",
        "General",
    )
    release(here.caller("adam"), address_id(TENANT, BOB))
    assert not is_suppressed(TENANT, BOB)
    with pytest.raises(NotFound):
        release(here.caller("adam"), address_id(TENANT, BOB))
    post.deliver()
    assert post.to("adam") == [], "it was released before anybody was told"
    start(here, here.publish(DIRECT), "alice")
    post.deliver()
    assert len(post.to("bob")) == 1


def test_an_address_is_suppressed_for_its_tenant_alone(here: World, post: Post) -> None:
    note_mail_feedback(bounce(tenant="umbrella"))
    assert is_suppressed("umbrella", BOB)
    assert not is_suppressed(TENANT, BOB)


def test_an_administrator_whose_mail_bounces_does_not_set_off_a_chain(
    here: World, post: Post
) -> None:
    note_mail_feedback(bounce("adam@example.com"))
    assert post.deliver() == ["address-suppressed"]
    assert post.sent == []
    assert post.deliver() == []


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"eventType": "Bounce", "mail": {"tags": {}}},
        {"eventType": "Bounce", "mail": {"tags": {"tenant": ["acme"]}}},
        bounce(tenant="T#acme"),
        {**bounce(), "bounce": {"bounceType": "Permanent", "bouncedRecipients": [None]}},
    ],
)
def test_what_is_no_feedback_is_put_aside(here: World, event: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        note_mail_feedback(event)
