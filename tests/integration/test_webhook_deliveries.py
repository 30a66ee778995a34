"""Events of a stack that is up, delivered to a real server, signed and repeated."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from standardwebhooks import Webhook

from tests.support.deployed import Deployed
from tests.support.receiver import OK, Receiver, hangs, receiver, says, take
from tests.support.tenants import Operator, Tenant
from tests.support.waiting import until

# Five times ten seconds of silence, if one follows the other.
SECONDS = 120
GONE = b"HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\ngone"
BROKEN = b"HTTP/1.1 500 Oops\r\nContent-Length: 6\r\n\r\nbroken"


@pytest.fixture(autouse=True)
def _taken_away(stack_up: Deployed, operator: Operator) -> Iterator[None]:
    """Nobody calls the receivers of a test that is over, or others on their ports."""
    if not stack_up.endpoint_url:
        pytest.skip("a stack on AWS cannot call this machine")
    yield
    for hook in operator.get("/webhooks"):
        operator.send("DELETE", f"/webhooks/{hook['id']}")


def subscribe(operator: Operator, here: Receiver, *types: str) -> dict[str, Any]:
    """A webhook that leads to ``here``, with its secret."""
    body = {"url": here.url, "eventTypes": list(types or ["workflow.*"])}
    made: dict[str, Any] = operator.post("/webhooks", body, 201)
    return made


def deliveries(operator: Operator, hook: dict[str, Any]) -> list[dict[str, Any]]:
    """What became of everything that it was to be sent."""
    found: list[dict[str, Any]] = operator.get(f"/webhooks/{hook['id']}/deliveries?limit=200")
    return found


def test_a_run_is_told_signed_and_in_whole(tenant: Tenant, operator: Operator) -> None:
    with receiver() as here, receiver() as there:
        hook = subscribe(operator, here)
        rotated = operator.post(f"/webhooks/{hook['id']}/rotate", {"overlapSeconds": 600})
        other = subscribe(operator, there, "workflow.completed")
        flow = tenant.alice.submit()
        for _ in range(2):  # two approvals, by the same group
            (task,) = until(tenant.bob.group_tasks)
            tenant.bob.take(task["taskId"], "APPROVE")
        operator.becomes(flow["flowId"], "COMPLETED")
        history = operator.history(flow["flowId"])
        until(lambda: len({each.headers["webhook-id"] for each in here.got}) >= len(history))
        until(lambda: there.got)
        got = list(here.got)
        until(lambda: all(each["status"] == "DELIVERED" for each in deliveries(operator, hook)))
    events = [
        Webhook(secret).verify(each.body.decode(), each.headers)
        for secret in (hook["secret"], rotated["secret"])
        for each in got
    ]
    sequences = {each["sequence"] for each in events}
    assert sequences == {each["sequence"] for each in history}
    assert {each["tenantSlug"] for each in events} == {tenant.slug}
    (ended,) = {each.headers["webhook-id"]: each for each in there.got}.values()
    assert Webhook(other["secret"]).verify(ended.body.decode(), ended.headers)["type"] == (
        "workflow.completed"
    )


def test_a_test_event_goes_to_its_webhook_alone_and_is_logged(operator: Operator) -> None:
    with receiver(says(BROKEN)) as here:
        hook = subscribe(operator, here, "workflow.completed")
        sent = operator.post(f"/webhooks/{hook['id']}/test", {}, 202)
        where = f"/webhooks/{hook['id']}/deliveries/{sent['deliveryId']}"
        until(lambda: operator.send("GET", where).status == 200)
        shown = until(lambda: (d := operator.get(where))["status"] == "FAILED" and d)
    (attempt,) = shown["attemptLog"]
    assert (attempt["status"], attempt["answer"]) == (500, "broken")
    assert len(here.got) == 1


def test_a_failure_is_repeated_and_a_replay_keeps_the_id(
    tenant: Tenant, operator: Operator
) -> None:
    answers = [BROKEN]

    def deed(peer: Any, here: Receiver) -> None:
        take(peer, here)
        peer.sendall(answers.pop() if answers else OK)

    with receiver(deed) as here:
        hook = subscribe(operator, here, "workflow.started")
        tenant.alice.submit()
        (row,) = until(
            lambda: [d for d in deliveries(operator, hook) if d["status"] == "DELIVERED"]
        )
        assert row["attempts"] == 2
        operator.post(f"/webhooks/{hook['id']}/deliveries/{row['id']}/replay", {})
        until(lambda: len(here.got) >= 3)
    assert len({each.headers["webhook-id"] for each in here.got}) == 1


def test_gone_disables_and_enabling_sends_what_was_kept(tenant: Tenant, operator: Operator) -> None:
    answers = [GONE]

    def deed(peer: Any, here: Receiver) -> None:
        take(peer, here)
        peer.sendall(answers[0])

    with receiver(deed) as here:
        hook = subscribe(operator, here, "workflow.started")
        tenant.alice.submit()
        where = f"/webhooks/{hook['id']}"
        until(lambda: operator.get(where)["status"] == "DISABLED")
        assert operator.get(where)["disabledReason"] == "gone"
        until(lambda: [each["status"] for each in deliveries(operator, hook)] == ["PARKED"])
        answers[0] = OK
        operator.post(f"{where}/enable", {})
        until(lambda: [each["status"] for each in deliveries(operator, hook)] == ["DELIVERED"])


@pytest.fixture
def dead() -> Iterator[Receiver]:
    """A receiver that takes every request and answers none."""
    with receiver(hangs()) as here:
        yield here


def test_one_that_hangs_delays_no_other(tenant: Tenant, operator: Operator, dead: Receiver) -> None:
    """While one waits out its ten seconds again and again, the other is served within them."""
    with receiver() as well:
        slow = subscribe(operator, dead, "workflow.started")
        quick = subscribe(operator, well, "workflow.started")
        for _ in range(6):
            tenant.alice.submit(document=f"{uuid.uuid4()}.pdf")
        until(lambda: len({each.headers["webhook-id"] for each in well.got}) == 6)
        done = [each["status"] for each in deliveries(operator, quick)]
        assert len(done) == 6
        # Each request to the dead one is still open, or has been given up for now.
        assert "DELIVERED" not in [each["status"] for each in deliveries(operator, slow)]
        until(lambda: operator.get(f"/webhooks/{slow['id']}")["status"] == "FAILING", SECONDS)
        until(lambda: {d["status"] for d in deliveries(operator, quick)} == {"DELIVERED"})
