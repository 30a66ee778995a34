"""The states of a delivery's row."""

from dataclasses import replace

import pytest

from signoff.webhooks.delivery import SHOWN_ATTEMPTS, Attempt, Delivery, delivery_id, kept_until
from signoff.webhooks.progress import delivered, given_up, parked, put_off, released, replayed

AT = "2026-11-21T09:00:00.000Z"
LATER = "2026-11-21T11:00:00.000Z"
GOOD = Attempt(AT, 12, 200, "ok")
BAD = Attempt(AT, 12, 500, "no")


def a_row(**changes):
    made = Delivery(
        tenant="acme",
        subscription_id="s1",
        delivery_id=delivery_id("e1", AT, "s1"),
        event_id="e1",
        event_type="workflow.started",
        event_at=AT,
        entry=("T#acme#R#1", "0000000001"),
        created_at=AT,
        format="papyrus",
        expires_at=1,
        due_at=AT,
    )
    return replace(made, **changes)


def steps():
    row = a_row()
    return [
        delivered(row, GOOD),
        given_up(row, BAD),
        put_off(row, BAD, LATER, 7200),
        put_off(row, BAD, LATER, 300),
        parked(row),
        parked(row, BAD),
        released(parked(row), LATER),
        replayed(given_up(row, BAD), LATER),
    ]


@pytest.mark.parametrize("row", steps())
def test_each_step_is_another_version_and_survives_its_item(row):
    assert row.version > 1
    again = Delivery.from_item(row.to_item())
    assert replace(again, look_at=row.look_at) == row


@pytest.mark.parametrize("again", [released, replayed])
def test_what_is_let_go_after_long_does_not_expire_on_its_way(again):
    row = again(parked(a_row(expires_at=kept_until(AT))), LATER)
    assert row.expires_at == kept_until(LATER)
    assert row.expires_at - kept_until(AT) == 2 * 3600
    assert again(row, AT).expires_at == row.expires_at  # never sooner


@pytest.mark.parametrize("row", steps())
def test_only_what_is_pending_is_due_and_stands_in_the_index(row):
    waits = row.status == "PENDING"
    assert (row.due_at is not None) == waits
    assert ("nudgeAt" in row.to_item()) == waits
    assert (row.ended_at is not None) == (row.status in ("DELIVERED", "FAILED"))


def test_what_a_message_brings_is_looked_for_after_a_grace_and_the_rest_ahead_of_its_time():
    assert put_off(a_row(), BAD, LATER, 900).to_item()["nudgeAt"] == "2026-11-21T11:01:00.000Z"
    assert put_off(a_row(), BAD, LATER, 901).to_item()["nudgeAt"] == "2026-11-21T10:59:00.000Z"


def test_a_replay_begins_the_schedule_anew_and_keeps_what_was_tried():
    row = replayed(given_up(a_row(attempts=9), BAD), LATER)
    assert (row.attempts, row.replays, row.tried, row.ended_at) == (0, 1, (BAD,), None)
    assert row.event_id == "e1"


def test_a_parked_row_goes_on_where_it_stood():
    assert released(parked(a_row(attempts=3)), LATER).attempts == 3


def test_attempts_that_are_kept_are_the_newest_of_a_bounded_number():
    row = a_row()
    for number in range(SHOWN_ATTEMPTS + 5):
        row = put_off(row, replace(BAD, milliseconds=number), LATER, 5)
    kept = Delivery.from_item(row.to_item())
    assert kept.attempts == SHOWN_ATTEMPTS + 5
    assert [each.milliseconds for each in kept.tried] == list(range(5, SHOWN_ATTEMPTS + 5))
