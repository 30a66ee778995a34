"""At most once: what is repeated, what is lost on the way, and what is refused (ADR 18)."""

import os
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from signoff.errors import Malformed
from signoff.notifications.claims import Claim, claim_key
from signoff.notifications.notice import Notice
from signoff.notifications.plan import QueueRefused, notify_people
from signoff.notifications.send import send_message
from signoff.notifications.sending import NotTaken
from signoff.storage.clients import client
from signoff.storage.store import state
from tests.support.post import Post
from tests.support.world import TENANT, Killed, World
from tests.unit.engine.acting import start
from tests.unit.engine.definitions import DIRECT, POOL

SES = "https://email.us-east-1.amazonaws.com"


def one_message(here: World, post: Post) -> dict:
    """The message for bob that he has something to decide."""
    start(here, here.publish(DIRECT), "alice")
    for event in post.events():
        notify_people(event)
    (message,) = post.messages()
    return message


def state_of(message: dict) -> str | None:
    """What the claim of a message says, None where there is none."""
    item = state().get(claim_key(Notice.from_message(message)))
    return item["state"] if item else None


def test_events_and_messages_that_come_twice_tell_once(here: World, post: Post) -> None:
    start(here, here.publish(DIRECT), "alice")
    for event in post.events() * 3:
        notify_people(event)
    for message in post.messages() * 2:
        send_message(message)
    assert len(post.to("bob")) == 1


def test_the_log_says_who_was_told_what_and_no_address(
    here: World, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    message = one_message(here, post)
    caplog.set_level("INFO", logger="signoff.notifications.send")
    send_message(message)
    send_message(message)
    lines = [each for each in caplog.records if each.name == "signoff.notifications.send"]
    assert [each.message for each in lines] == ["told", "told before"]
    for line in lines:
        said = {name: vars(line)[name] for name in ("tenant", "person", "reason", "about")}
        assert said == {name: message[name] for name in said}
        assert "example.com" not in str(vars(line))


def test_what_was_taken_is_noted_with_its_id(here: World, post: Post) -> None:
    message = one_message(here, post)
    send_message(message)
    item = state().get(claim_key(Notice.from_message(message)))
    assert item is not None
    noted = {name: item[name] for name in ("state", "channel", "reference", "reason")}
    assert noted == {
        "state": "SENT",
        "channel": "mail",
        "reference": "message-1",
        "reason": "assigned",
    }
    assert item["expiresAt"] > 0


def test_of_two_workers_with_one_message_one_tells(
    here: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = one_message(here, post)
    take = Claim.take

    def behind_another(claim: Claim) -> bool:
        monkeypatch.setattr(Claim, "take", take)
        send_message(message)  # the other worker, which is a moment faster
        assert len(post.to("bob")) == 1
        return take(claim)

    monkeypatch.setattr(Claim, "take", behind_another)
    send_message(message)
    assert len(post.to("bob")) == 1
    assert state_of(message) == "SENT"


def test_messages_that_the_queue_does_not_take_are_put_there_again(
    here: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(here, here.publish(POOL), "alice", "initiators")
    (event,) = post.events()
    queues = client("sqs")
    send = queues.send_message_batch

    def take_the_first(**wanted: Any) -> Any:
        first, *others = wanted["Entries"]
        failed = [{"Id": each["Id"], "Code": "InternalError"} for each in others]
        return send(**{**wanted, "Entries": [first]}) | {"Failed": failed}

    with monkeypatch.context() as failing:
        failing.setattr(queues, "send_message_batch", take_the_first)
        with pytest.raises(QueueRefused):  # so the event comes again
            notify_people(event)
    notify_people(event)
    assert len(post.work()) == 3
    assert [len(post.to(person)) for person in ("bob", "carol")] == [1, 1]


def test_wherever_the_sender_dies_nobody_is_told_twice(here: World, post: Post) -> None:
    message = one_message(here, post)
    with here.faults.watching() as faults:
        send_message(message)
    calls = list(faults.seen)
    assert "SendEmail" in calls
    told = len(post.sent)
    for number in range(1, len(calls) + 1):
        for is_after in (False, True):
            fresh = message | {"occasion": f"{number}-{is_after}"}
            with here.faults.watching((number, is_after)), pytest.raises(Killed):
                send_message(fresh)
            send_message(fresh)
            send_message(fresh)
            sent = len(post.sent) - told
            claimed = calls.index("TransactWriteItems") + 1
            tells = calls.index("SendEmail") + 1
            lost = (number, is_after) > (claimed, False) and (number, is_after) < (tells, True)
            assert sent == (0 if lost else 1), (number, is_after, calls)
            told = len(post.sent)


@pytest.mark.parametrize(
    "failure",
    [
        (429, "TooManyRequestsException"),
        (400, "MessageRejected"),
        (400, "SendingPausedException"),
        (400, "MailFromDomainNotVerifiedException"),
        ConnectTimeoutError(endpoint_url=SES),
        EndpointConnectionError(endpoint_url=SES),
    ],
)
def test_a_definite_no_gives_the_claim_back_and_comes_again(
    here: World, post: Post, failure: Exception | tuple[int, str]
) -> None:
    message = one_message(here, post)
    post.failing.append(failure)
    with pytest.raises(NotTaken):
        send_message(message)
    assert state_of(message) is None
    send_message(message)
    assert len(post.to("bob")) == 1


@pytest.mark.parametrize(
    "failure",
    [(500, "InternalFailure"), (503, "ServiceUnavailable"), ReadTimeoutError(endpoint_url=SES)],
)
def test_what_nobody_knows_is_not_sent_again(
    here: World, post: Post, failure: Exception | tuple[int, str]
) -> None:
    message = one_message(here, post)
    post.failing.append(failure)
    send_message(message)
    assert state_of(message) == "SENDING"
    send_message(message)
    assert post.sent == []
    assert post.failing == [], "SES was asked once, and not by botocore again"


@pytest.mark.parametrize(
    "message", [{}, {"tenant": "acme"}, {"tenant": "acme", "entry": ["a"], "person": "bob"}]
)
def test_a_message_that_is_no_notice_is_put_aside_at_once(
    here: World, post: Post, message: dict
) -> None:
    with pytest.raises(Malformed):
        send_message(message)


@pytest.mark.parametrize(
    "event", [{"tenant": "acme"}, {"tenant": "acme", "id": "00000000-0000-0000-0000-000000000000"}]
)
def test_an_event_without_an_entry_is_put_aside_at_once(
    here: World, post: Post, event: dict
) -> None:
    with pytest.raises(Malformed):
        notify_people(event)


def test_without_a_sender_nothing_is_mailed(
    here: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = one_message(here, post)
    monkeypatch.setenv("MAIL_SENDER", "")
    send_message(message)
    assert post.sent == []
    assert state_of(message) is None


def test_messages_carry_their_tenant_so_that_each_gets_its_turn(here: World, post: Post) -> None:
    start(here, here.publish(DIRECT), "alice")
    for event in post.events():
        notify_people(event)
    taken = client("sqs").receive_message(
        QueueUrl=os.environ["MESSAGES_QUEUE_URL"], AttributeNames=["MessageGroupId"]
    )
    (message,) = taken["Messages"]
    assert message["Attributes"]["MessageGroupId"] == TENANT
