"""What reaches the bus: every history entry, under its own id, as the CloudEvent that it is."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.deployed import Deployed
from tests.support.tenants import Operator, Tenant, told
from tests.support.waiting import in_crowd, until

# From the commit to the queue: the stream is read about once a second, on AWS a little later.
SECONDS = 60
EVERYTHING = """
key: tell-all
name: Tell all
parameters: {type: object, properties: {n: {type: number}}}
steps:
  - {id: Sum, type: transform, config: {set: {sum: "{% n + 1 %}"}}}
  - {id: Tell, type: notify, config: {event: told, message: "{{sum}} 💶"}}
  - id: Both
    type: parallel
    config:
      branches:
        - {id: a, steps: [{id: A, type: task, config: {mode: direct, candidates: {users: [ann]}}}]}
        - {id: b, steps: [{id: B, type: wait, config: {duration: PT1S}}]}
  - {id: Done, type: end, config: {outcome: DONE}}
"""


class Subscription:
    """A queue behind a rule on the bus, for the events of one tenant."""

    def __init__(self, stack: Deployed, tenant: str) -> None:
        name = f"test-{uuid.uuid4().hex[:12]}"
        self._bus, self._rule = stack.resource("EventBus"), name
        self._events, self._sqs = stack.aws("events"), stack.aws("sqs")
        self._received: dict[str, dict[str, Any]] = {}
        self._queue = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(
            QueueUrl=self._queue, AttributeNames=["QueueArn"]
        )
        arn = attributes["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._sqs.set_queue_attributes(QueueUrl=self._queue, Attributes={"Policy": policy})
        pattern = json.dumps({"source": ["signoff"], "detail": {"tenant": [tenant]}})
        self._events.put_rule(Name=name, EventBusName=self._bus, EventPattern=pattern)
        target = {"Id": "queue", "Arn": arn}
        self._events.put_targets(Rule=name, EventBusName=self._bus, Targets=[target])

    def close(self) -> None:
        """Remove rule and queue."""
        self._events.remove_targets(Rule=self._rule, EventBusName=self._bus, Ids=["queue"])
        self._events.delete_rule(Name=self._rule, EventBusName=self._bus)
        self._sqs.delete_queue(QueueUrl=self._queue)

    def of(self, run_id: str, count: int) -> list[dict[str, Any]]:
        """The run's events in order of their sequence, once there are as many.

        An event that comes twice (delivery is at least once) must be the same event.
        """

        def complete() -> list[dict[str, Any]] | None:
            self._receive()
            found = [
                each for each in self._received.values() if each["detail"].get("subject") == run_id
            ]
            return found if len(found) >= count else None

        return sorted(until(complete, SECONDS), key=lambda each: each["detail"]["sequence"])

    def _receive(self) -> None:
        answer = self._sqs.receive_message(
            QueueUrl=self._queue, MaxNumberOfMessages=10, WaitTimeSeconds=1
        )
        for message in answer.get("Messages", []):
            event = json.loads(message["Body"])
            known = self._received.setdefault(event["detail"]["id"], event)
            assert known["detail"] == event["detail"]
            self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])


@pytest.fixture(scope="module")
def bus(tenant: Tenant) -> Iterator[Subscription]:
    """Everything that the bus says of the module's tenant from now on."""
    subscription = Subscription(tenant.stack, tenant.slug)
    yield subscription
    subscription.close()


def matches_history(events: list[dict[str, Any]], entries: list[Any], tenant: Tenant) -> None:
    """Each entry is there, once, as a CloudEvent with all its attributes."""
    assert [event["detail"]["id"] for event in events] == [entry["id"] for entry in entries]
    for event, entry in zip(events, entries, strict=True):
        detail = event["detail"]
        assert event["source"] == "signoff"
        assert event["detail-type"] == entry["type"]
        assert event["resources"] == [f"run/{entry['runId']}"]
        attributes = {name: value for name, value in detail.items() if name not in ("type", "data")}
        assert attributes == {
            "specversion": "1.0",
            "id": entry["id"],
            "source": f"/wrkflw/{entry['definitionKey']}",
            "subject": entry["runId"],
            "time": entry["at"],
            "datacontenttype": "application/json",
            "tenant": tenant.slug,
            "sequence": f"{entry['sequence']:010d}",
            "correlationid": entry["runId"],
        }


def test_every_entry_of_a_documents_way_is_on_the_bus_as_the_contract_says(
    bus: Subscription, tenant: Tenant
):
    bob = tenant.bob
    flow = tenant.alice.submit(document="Vertrag 📄")
    flow_id, first = flow["flowId"], flow["pendingTasks"][0]["taskId"]
    told(bob.claim(first))
    told(bob.release(first))
    flow = bob.take(first, "APPROVE", comment="gut")
    second = flow["pendingTasks"][0]["taskId"]
    bob.take(second, "APPROVE")

    entries = tenant.operator.history(flow_id)
    assert [entry["sequence"] for entry in entries] == list(range(1, len(entries) + 1))
    events = bus.of(flow_id, len(entries))
    matches_history(events, entries, tenant)

    flow_ = {"flowId": flow_id}
    group = {"candidateGroupId": "legal-reviewers"}
    started = {
        "definitionKey": "document-approval",
        "documentRef": "Vertrag 📄",
        "submitterId": "alice",
        "initialState": "Submitted",
    }
    approved = {"outcome": "APPROVE", "actorId": "bob"}
    promised = [
        (event["detail"]["type"], event["detail"]["data"])
        for event in events
        if event["detail"]["type"].startswith("dev.wrkflw.")
    ]
    claimed = ("dev.wrkflw.task.claimed", flow_ | {"taskId": first, "ownerId": "bob"})
    assert promised == [
        ("dev.wrkflw.flow.started", flow_ | started),
        ("dev.wrkflw.task.created", flow_ | group | {"taskId": first, "stateName": "Submitted"}),
        claimed,
        ("dev.wrkflw.task.released", flow_ | {"taskId": first}),
        claimed,
        (
            "dev.wrkflw.decision.recorded",
            flow_ | approved | {"taskId": first, "comment": "gut"},
        ),
        ("dev.wrkflw.task.created", flow_ | group | {"taskId": second, "stateName": "FinalReview"}),
        ("dev.wrkflw.task.claimed", flow_ | {"taskId": second, "ownerId": "bob"}),
        ("dev.wrkflw.decision.recorded", flow_ | approved | {"taskId": second, "comment": None}),
        ("dev.wrkflw.flow.completed", flow_ | {"terminalOutcome": "APPROVED"}),
    ]


def test_what_the_contract_has_no_word_for_is_on_the_bus_under_our_own(
    bus: Subscription, tenant: Tenant, operator: Operator
):
    operator.publish(EVERYTHING)
    run_id = operator.start("tell-all", n=1)["id"]
    task = operator.stands_at(run_id, "A")["A"]
    operator.post(f"/runs/{run_id}/comments", {"comment": "Bitte bald"}, 201)
    told(tenant.person("ann").decide(task["id"], "complete"))
    operator.becomes(run_id, "COMPLETED")

    entries = operator.history(run_id)
    events = bus.of(run_id, len(entries))
    matches_history(events, entries, tenant)
    own = {
        event["detail"]["type"]: event["detail"]["data"]
        for event in events
        if event["detail"]["type"].startswith("dev.signoff.")
    }
    assert set(own) == {
        "dev.signoff.steps.passed",
        "dev.signoff.step.entered",
        "dev.signoff.step.completed",
        "dev.signoff.notification.sent",
        "dev.signoff.comment.added",
    }
    assert own["dev.signoff.notification.sent"]["message"] == "2 💶"
    comment = own["dev.signoff.comment.added"]
    assert (comment["flowId"], comment["comment"]) == (run_id, "Bitte bald")


def test_what_ends_otherwise_is_on_the_bus_too(
    bus: Subscription, tenant: Tenant, operator: Operator
):
    flow = tenant.alice.submit()
    operator.post(f"/runs/{flow['flowId']}/cancel", {"reason": "never mind"})
    entries = operator.history(flow["flowId"])
    events = bus.of(flow["flowId"], len(entries))
    matches_history(events, entries, tenant)
    assert [event["detail-type"] for event in events][-2:] == ["run.cancelled", "task.closed"]


def test_a_crowd_of_flows_loses_no_event(bus: Subscription, tenant: Tenant):
    flows = in_crowd(lambda number: tenant.alice.submit(document=f"d{number}"), range(12), 4)
    for flow in flows:
        entries = tenant.operator.history(flow["flowId"])
        matches_history(bus.of(flow["flowId"], len(entries)), entries, tenant)
