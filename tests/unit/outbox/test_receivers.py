"""Deliveries by the real client to real servers, however badly those behave."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from standardwebhooks import Webhook

from signoff.clock import timestamp
from signoff.identity.settings import sortable_id
from signoff.outbound import names
from signoff.outbox import attempt
from signoff.outbox.deliver import deliver
from signoff.storage.store import state
from signoff.storage.transaction import Transaction
from signoff.webhooks import messages
from signoff.webhooks.secrets import new_secret, sealed_secret
from signoff.webhooks.subscription import Subscription
from signoff.webhooks.wellbeing import note_slow
from tests.support.receiver import LONG, OK, Receiver, floods, hangs, receiver, says, take
from tests.support.world import TENANT, world
from tests.unit.outbox.conftest import Queues
from tests.unit.outbox.outside import Outside


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    """A Signoff with the present time, whose client is the real one and may call this machine."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("ALLOW_LOCAL_WEBHOOKS", "true")
    with world(monkeypatch) as here:
        made = Outside(here)
        monkeypatch.setenv("DELIVERIES_URL", "https://sqs/1/deliveries")
        monkeypatch.setenv("SLOW_DELIVERIES_URL", "https://sqs/1/slow")
        monkeypatch.setattr(messages, "client", lambda _: Queues(made))
        yield made


def subscribe(out: Outside, url: str, **changes) -> Subscription:
    """A subscription at that address."""
    id_, secret = sortable_id(), new_secret()
    made = Subscription(
        tenant=TENANT,
        subscription_id=id_,
        url=url,
        event_types=("*",),
        created_at=timestamp(),
        updated_at=timestamp(),
        secret=sealed_secret(secret, TENANT, id_),
        **changes,
    )
    change = Transaction()
    change.put(state(), made.to_item())
    change.commit()
    out.secrets[id_] = secret
    return made


def send_one(out: Outside) -> None:
    """Let one event happen, and try once to deliver it."""
    out.happen()
    out.pump_events()
    lane = out.lanes["deliveries"]
    out._hand(lane, lane[:], deliver, "deliveries")


def sent_once(out: Outside, url: str):
    """The row of one event after one attempt at ``url``."""
    hook = subscribe(out, url)
    send_one(out)
    (row,) = out.rows(hook)
    return hook, row


def test_what_arrives_is_what_the_project_s_library_takes(out):
    with receiver() as here:
        hook, row = sent_once(out, here.url)
    (got,) = here.got
    event = Webhook(out.secrets[hook.subscription_id]).verify(got.body.decode(), got.headers)
    assert got.method == "POST"
    assert got.headers["content-type"] == "application/json"
    assert event["id"] == got.headers["webhook-id"] == row.event_id
    assert got.headers["x-papyrus-signature"].startswith(
        f"t={got.headers['webhook-timestamp']},v1="
    )
    assert (row.status, row.tried[0].status, row.tried[0].answer) == ("DELIVERED", 200, "ok")


def test_cloud_events_are_sent_as_such(out):
    with receiver() as here:
        hook = subscribe(out, here.url, format="cloudevents")
        send_one(out)
    (got,) = here.got
    event = Webhook(out.secrets[hook.subscription_id]).verify(got.body.decode(), got.headers)
    assert got.headers["content-type"].startswith("application/cloudevents+json")
    assert (event["specversion"], event["id"]) == ("1.0", got.headers["webhook-id"])


@pytest.mark.parametrize(
    ("deed", "seconds", "status", "error"),
    [
        (says(b"HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\nno"), 30, 500, None),
        (hangs(), 0.5, None, "timeout"),
        (hangs(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbegin"), 5, 200, "timeout"),
        (says(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n"), 30, 302, None),
        (says(b"no http\r\n\r\n"), 30, None, "protocol"),
    ],
    ids=["500", "silent", "hangs-in-the-body", "redirects-inside", "no-http"],
)
def test_what_is_no_success_is_tried_again(out, monkeypatch, deed, seconds, status, error):
    monkeypatch.setattr(attempt, "SECONDS", float(seconds))
    with receiver(deed) as here:
        hook, row = sent_once(out, here.url)
    assert (row.status, row.attempts) == ("PENDING", 1)
    assert (row.tried[0].status, row.tried[0].error) == (status, error)
    assert here.connections == 1
    assert out.health(hook).streak == 1
    (letter,) = out.lanes["deliveries"] + out.lanes["slow"]
    assert letter.body["delivery"] == row.delivery_id


def test_of_a_hundred_megabytes_the_beginning_is_kept_and_it_counts_as_taken(out):
    with receiver(floods(LONG, b"x" * 1024 * 1024, 100)) as here:
        _, row = sent_once(out, here.url)
    assert row.status == "DELIVERED"
    assert row.tried[0].answer == "x" * 1024


def test_gone_disables(out):
    with receiver(says(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n")) as here:
        hook, row = sent_once(out, here.url)
    assert (row.status, row.tried[0].status) == ("PARKED", 410)
    assert out.now_is(hook).disabled_reason == "gone"


def test_retry_after_is_read(out):
    answer = b"HTTP/1.1 503 Later\r\nRetry-After: 800\r\nContent-Length: 0\r\n\r\n"
    with receiver(says(answer)) as here:
        sent_once(out, here.url)
    (letter,) = out.lanes["deliveries"]
    assert (letter.visible_at - out.now).total_seconds() >= 800


def test_a_name_that_leads_inside_on_the_second_lookup_is_not_called(out, monkeypatch):
    answers = [["127.0.0.1"], ["169.254.169.254"], ["10.0.0.1"]]
    monkeypatch.setattr(names, "addresses_of", lambda _: answers.pop(0))
    with receiver() as here:
        hook = subscribe(out, here.at("rebinds.example"))
        for _ in range(3):
            send_one(out)
            out.lanes["deliveries"].clear()
    first, second, third = sorted(out.rows(hook), key=lambda row: row.entry)
    assert first.status == "DELIVERED"
    assert [row.tried[0].error for row in (second, third)] == ["address", "address"]
    assert here.connections == 1


def test_what_takes_over_a_second_makes_slow_while_it_goes_on(out, monkeypatch):
    noted = threading.Event()

    def note(health):
        note_slow(health)
        noted.set()

    def late(peer, here: Receiver) -> None:
        take(peer, here)
        noted.wait(30)
        peer.sendall(OK)

    monkeypatch.setattr(attempt, "note_slow", note)
    monkeypatch.setattr(attempt, "SECONDS", 30.0)
    with receiver(late) as here:
        hook, row = sent_once(out, here.url)
    assert row.status == "DELIVERED"
    assert out.health(hook).is_slow(timestamp())


def test_the_attempts_of_a_batch_run_side_by_side(out):
    """Each is answered when all have come: one after another, none would be."""
    together = threading.Barrier(5)

    def deed(peer, here: Receiver) -> None:
        take(peer, here)
        together.wait(30)
        peer.sendall(OK)

    with receiver(deed) as here:
        hook = subscribe(out, here.url)
        out.happen(5)
        out.pump_events()
        lane = out.lanes["deliveries"]
        out._hand(lane, lane[:], deliver, "deliveries")
    assert out.statuses(hook) == ["DELIVERED"] * 5
