"""History entries as the CloudEvents of the Flow API's fact sheet, section 8."""

import re
from typing import Any

import pytest

from signoff.contracts.flow.events import to_cloud_event
from signoff.contracts.flow.rendering import audit_entry
from tests.support.entries import AT, RUN, entry_of_run

TASK = "3c650bc5-1767-42b3-9ba3-0edf7ea2a000"


def entry(kind: str, detail: dict[str, Any], actor: str | None = "bob", sequence: int = 7):
    return entry_of_run(
        kind,
        detail,
        sequence=sequence,
        definition_key="document-approval",
        actor=actor,
    )


OPENED = {
    "taskId": TASK,
    "step": "Submitted",
    "path": "Submitted#1",
    "groups": ["legal", "finance"],
    "owner": None,
    "ordinal": 0,
}
DECIDED = {
    "taskId": TASK,
    "step": "Submitted",
    "outcome": "APPROVE",
    "comment": None,
    "data": None,
    "closes": True,
    "stepOutcome": "APPROVE",
}
STARTED = {
    "definitionKey": "document-approval",
    "definitionVersion": 3,
    "documentRef": "x.pdf",
    "initiator": "alice",
    "initialState": "Submitted",
    "variables": {"secret": 1},
}

# The sheet: type → exactly this data.
SHEET = [
    (
        "run.started",
        STARTED,
        "dev.wrkflw.flow.started",
        {
            "flowId": RUN,
            "definitionKey": "document-approval",
            "documentRef": "x.pdf",
            "submitterId": "alice",
            "initialState": "Submitted",
        },
    ),
    (
        "task.opened",
        OPENED,
        "dev.wrkflw.task.created",
        {"flowId": RUN, "taskId": TASK, "stateName": "Submitted", "candidateGroupId": "legal"},
    ),
    (
        "task.claimed",
        {"taskId": TASK, "step": "Submitted", "owner": "bob"},
        "dev.wrkflw.task.claimed",
        {"flowId": RUN, "taskId": TASK, "ownerId": "bob"},
    ),
    (
        "task.released",
        {"taskId": TASK, "step": "Submitted", "owner": "bob"},
        "dev.wrkflw.task.released",
        {"flowId": RUN, "taskId": TASK},
    ),
    (
        "task.decided",
        DECIDED,
        "dev.wrkflw.decision.recorded",
        {"flowId": RUN, "taskId": TASK, "outcome": "APPROVE", "actorId": "bob", "comment": None},
    ),
    (
        "run.completed",
        {"outcome": "APPROVED", "step": "Approved", "result": {"x": 1}},
        "dev.wrkflw.flow.completed",
        {"flowId": RUN, "terminalOutcome": "APPROVED"},
    ),
]


@pytest.mark.parametrize(("kind", "detail", "event_type", "data"), SHEET)
def test_the_types_of_the_sheet_carry_exactly_its_data(kind, detail, event_type, data):
    event = to_cloud_event(entry(kind, detail))
    assert (event["type"], event["data"]) == (event_type, data)


def test_every_attribute_of_an_event():
    made = entry("run.completed", {"outcome": "APPROVED"})
    event = to_cloud_event(made)
    del event["data"]
    assert event == {
        "specversion": "1.0",
        "id": made.id,
        "source": "/wrkflw/document-approval",
        "type": "dev.wrkflw.flow.completed",
        "subject": RUN,
        "time": AT,
        "datacontenttype": "application/json",
        "tenant": "acme",
        "sequence": "0000000007",
        "correlationid": RUN,
    }


@pytest.mark.parametrize("kind", ["run.cancelled", "step.entered", "steps.passed", "comment.added"])
def test_what_the_sheet_has_no_type_for_keeps_the_engines(kind):
    event = to_cloud_event(entry(kind, {"step": "A", "from": None}))
    assert event["type"] == f"dev.signoff.{kind}"
    assert event["data"] == {"step": "A", "from": None, "flowId": RUN, "actorId": "bob"}


def test_attribute_names_and_values_are_what_cloudevents_allows():
    event = to_cloud_event(entry("run.started", STARTED))
    del event["data"]
    for name, value in event.items():
        assert re.fullmatch(r"[a-z0-9]{1,20}", name)
        assert isinstance(value, str)
        assert value


def test_text_order_of_sequences_is_their_order():
    written = [
        to_cloud_event(entry("run.cancelled", {}, sequence=number))["sequence"]
        for number in (2, 10, 999, 24_999, 1_000_000_000)
    ]
    assert written == sorted(written)


def test_a_task_put_to_a_person_names_that_person_as_candidate():
    event = to_cloud_event(entry("task.opened", {**OPENED, "groups": [], "owner": "dora"}))
    assert event["data"]["candidateGroupId"] == "dora"


def test_a_flow_without_a_document_has_an_empty_reference():
    event = to_cloud_event(entry("run.started", {**STARTED, "documentRef": None}))
    assert event["data"]["documentRef"] == ""


@pytest.mark.parametrize(
    ("kind", "audit"),
    [
        ("run.started", "FLOW_STARTED"),
        ("task.opened", "TASK_CREATED"),
        ("task.claimed", "TASK_CLAIMED"),
        ("task.released", "TASK_RELEASED"),
        ("task.decided", "DECISION_RECORDED"),
        ("step.entered", "STATE_TRANSITIONED"),
        ("run.completed", "FLOW_COMPLETED"),
        ("run.failed", "FLOW_FAILED"),
        ("run.cancelled", "FLOW_CANCELLED"),
        ("run.retried", "FLOW_RETRIED"),
        ("run.resumed", "FLOW_RESUMED"),
        ("step.completed", "STEP_COMPLETED"),
        ("steps.passed", "STEPS_PASSED"),
        ("task.closed", "TASK_CLOSED"),
        ("task.delegated", "TASK_DELEGATED"),
        ("task.reassigned", "TASK_REASSIGNED"),
        ("changes.requested", "CHANGES_REQUESTED"),
        ("notification.sent", "NOTIFICATION_SENT"),
        ("comment.added", "COMMENT_ADDED"),
    ],
)
def test_every_entry_has_an_audit_type(kind, audit):
    everything = STARTED | OPENED | DECIDED | {"owner": "bob", "from": "A", "trigger": "T"}
    assert audit_entry(entry(kind, everything)).type == audit


def test_a_decisions_form_data_is_in_its_audit_entry_and_not_in_its_event():
    made = entry("task.decided", {**DECIDED, "data": {"amount": 3}})
    assert audit_entry(made).detail["data"] == {"amount": 3}
    assert "data" not in to_cloud_event(made)["data"]
    assert "data" not in audit_entry(entry("task.decided", DECIDED)).detail
