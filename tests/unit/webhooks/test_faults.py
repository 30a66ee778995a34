"""A function that dies at any of its calls leaves what the same command, sent again, completes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from signoff.identity.settings import settings_partition
from signoff.storage.store import history, state
from signoff.storage.transaction import Transaction
from signoff.webhooks.changes import disable_webhook, enable_webhook, rotate_secret
from signoff.webhooks.delivery import Delivery, delivery_id
from signoff.webhooks.read import find_webhook, subscriptions_of
from signoff.webhooks.repeated import command_key
from signoff.webhooks.replay import replay_delivery, replay_failed
from signoff.webhooks.subscriptions import Wanted, create_webhook
from signoff.webhooks.testing import send_test
from tests.support.world import TENANT, Killed, World

AT = "2026-11-20T12:00:00.000Z"
WANTED = Wanted("https://hooks.example.com/", ("*",), "papyrus")
MOST_CALLS = 30

Command = Callable[[World, str], Any]


def caller(here: World) -> Any:
    """The same command each time."""
    return here.caller("admin", command="c" * 64)


def prepared(here: World) -> str:
    """A webhook that is disabled for a while, with three deliveries that were given up."""
    made, _ = create_webhook(here.caller("admin"), WANTED)
    webhook_id = made.subscription.subscription_id
    batch = Transaction()
    for number in range(3):
        batch.put(state(), given_up(webhook_id, number).to_item())
    batch.commit()
    disable_webhook(TENANT, webhook_id, "requested")
    return webhook_id


def given_up(webhook_id: str, number: int) -> Delivery:
    """A delivery that has failed."""
    return Delivery(
        tenant=TENANT,
        subscription_id=webhook_id,
        delivery_id=delivery_id(f"e{number}", AT, webhook_id),
        event_id=f"evt_{number}",
        event_type="workflow.completed",
        event_at=AT,
        entry=("T#x", str(number)),
        created_at=AT,
        expires_at=4_000_000_000,
        format="papyrus",
        status="FAILED",
        attempts=10,
        ended_at=AT,
    )


def replay_first(here: World, webhook_id: str) -> Any:
    return replay_delivery(caller(here), webhook_id, delivery_id("e0", AT, webhook_id))


COMMANDS: dict[str, Command] = {
    "webhook.created": lambda here, _: create_webhook(caller(here), WANTED),
    "webhook.rotated": lambda here, id_: rotate_secret(caller(here), id_),
    "webhook.changed": lambda here, id_: enable_webhook(caller(here), id_),
    "webhook.replayed": replay_first,
}


def entries(kind: str) -> int:
    """How often the settings history has an entry of that type."""
    found = history().query_all(settings_partition(TENANT))
    return sum(each["type"] == kind for each in found)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("kind", COMMANDS)
def test_a_command_that_died_is_completed_once(here: World, kind: str, after: bool) -> None:
    command = COMMANDS[kind]
    webhook_id, made = prepared(here), 1
    for call in range(1, MOST_CALLS):
        webhook_id, made = prepared(here), made + 1
        before = entries(kind)
        forget_commands()
        try:
            with here.faults.watching((call, after)):
                command(here, webhook_id)
        except Killed:
            command(here, webhook_id)
            assert entries(kind) == before + 1
            made += kind == "webhook.created"
            assert len(subscriptions_of(TENANT)) == made
            continue
        assert call > 2
        return
    raise AssertionError("it never came to its end")


def forget_commands() -> None:
    """As if a day had passed: the next command is another one."""
    batch = Transaction()
    batch.delete(state(), command_key(TENANT, "c" * 64))
    batch.commit()


def test_a_replay_of_many_goes_on_where_it_died(here: World) -> None:
    for call in range(1, MOST_CALLS):
        webhook_id = prepared(here)
        ids = [delivery_id(f"e{number}", AT, webhook_id) for number in range(3)]
        try:
            with here.faults.watching((call, True)):
                replay_failed(caller(here), webhook_id, AT)
        except Killed:
            replay_failed(caller(here), webhook_id, AT)
            assert [row_of(webhook_id, each)["replays"] for each in ids] == [1, 1, 1]
            assert all("nudgeShard" in row_of(webhook_id, each) for each in ids)
            continue
        assert call > 2
        return
    raise AssertionError("it never came to its end")


def row_of(webhook_id: str, delivery: str) -> dict[str, Any]:
    """The row of a delivery."""
    item = state().get((f"T#{TENANT}#WEBHOOK#{webhook_id}", f"D#{delivery}"))
    assert item is not None
    return item


def test_a_test_that_died_is_one_event(here: World) -> None:
    made, _ = create_webhook(here.caller("admin"), WANTED)
    webhook_id = made.subscription.subscription_id
    for call in range(1, MOST_CALLS):
        before = entries("webhook.tested")
        forget_commands()
        try:
            with here.faults.watching((call, True)):
                send_test(caller(here), webhook_id)
        except Killed:
            send_test(caller(here), webhook_id)
            assert entries("webhook.tested") == before + 1
            continue
        assert find_webhook(TENANT, webhook_id).condition == "ACTIVE"
        return
    raise AssertionError("it never came to its end")
