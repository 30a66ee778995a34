"""One entry of history as the event of each format."""

import json
from dataclasses import replace
from uuid import UUID

import pytest

from signoff.contracts.events.catalog import CATALOG, KNOWN_TYPES, NEVER_SENT
from signoff.contracts.events.format import EVENT_BYTES
from signoff.contracts.events.formats import DEFAULT_FORMAT, FORMATS, names_of
from signoff.contracts.events.happened import Happened, entry_key, from_item
from signoff.documents.entry import DocumentEntry
from signoff.identity.settings import SettingsEntry
from signoff.storage.values import to_json
from tests.support.entries import AT, RUN, entry_of_run
from tests.support.event_schemas import check_events

TASK = "3c650bc5-1767-42b3-9ba3-0edf7ea2a000"
DOCUMENT = "0f3f5f52-6c38-4d4a-8d5c-0a4c5a1f7a11"
INSTANCE = f"wi_{RUN.replace('-', '')}"

PAPYRUS, CLOUD = FORMATS["papyrus"], FORMATS["cloudevents"]


def entry(kind, detail=None, actor="bob", sequence=7):
    return entry_of_run(
        kind,
        detail,
        sequence=sequence,
        definition_key="invoice_approval",
        actor=actor,
        document_ref=DOCUMENT,
    )


def change(kind, detail, subject=None):
    return SettingsEntry(
        tenant="acme",
        id="019aa7c4-3c2d-7000-8000-000000000001",
        type=kind,
        at=AT,
        detail=detail,
        subject=subject,
    )


def of_document(kind, detail, *, sequence=1, actor=None):
    return DocumentEntry(
        tenant="acme",
        document_id=DOCUMENT,
        sequence=sequence,
        type=kind,
        at=AT,
        detail=detail,
        actor=actor,
    )


def uploaded():
    detail = {"documentId": DOCUMENT, "version": 1, "size": 9, "tags": ["invoice"]}
    return of_document("document.uploaded", detail, sequence=2, actor="ann")


OPENED = {
    "taskId": TASK,
    "step": "review",
    "path": "review#1",
    "groups": ["legal", "finance"],
    "owner": None,
    "ordinal": 0,
    "dueAt": "2026-11-23T15:42:05.901Z",
}
HANDED = {
    "taskId": TASK,
    "step": "review",
    "path": "review#1",
    "from": "bob",
    "to": "dora",
    "groups": [],
    "dueAt": None,
    "reason": "out of office",
}


def assigned(made):
    event = PAPYRUS.render(made)
    assert event["type"] == "workflow.task.assigned"
    return event["data"]


def test_the_envelope():
    made = entry("run.completed", {"outcome": "APPROVED", "step": "Approved", "result": {"x": 1}})
    assert PAPYRUS.render(made) == {
        "id": f"evt_{made.id.replace('-', '')}",
        "type": "workflow.completed",
        "createdAt": "2026-11-21T15:42:05Z",
        "tenantId": PAPYRUS.render(uploaded())["tenantId"],
        "tenantSlug": "acme",
        "sequence": 7,
        "data": {
            "instanceId": INSTANCE,
            "templateId": "wt_invoice_approval",
            "documentId": DOCUMENT,
            "outcome": "APPROVED",
            "nodeId": "Approved",
            "result": {"x": 1},
            "actorUserId": "bob",
        },
    }


def test_a_tenant_has_one_uuid_of_its_own():
    other = replace(uploaded(), tenant="globex")
    ours, theirs = PAPYRUS.render(uploaded())["tenantId"], PAPYRUS.render(other)["tenantId"]
    assert str(UUID(ours)) == ours
    assert ours != theirs


def test_a_task_opened_for_a_pool_is_assigned_to_nobody_yet():
    data = assigned(entry("task.opened", OPENED, actor=None))
    assert data == {
        "instanceId": INSTANCE,
        "templateId": "wt_invoice_approval",
        "documentId": DOCUMENT,
        "taskId": TASK,
        "nodeId": "review",
        "assigneeId": None,
        "candidateGroups": ["legal", "finance"],
        "slaDeadline": "2026-11-23T15:42:05Z",
        "change": "opened",
        "actorUserId": None,
    }


def test_a_task_opened_for_a_person_is_assigned_to_them():
    data = assigned(entry("task.opened", OPENED | {"owner": "dora", "groups": []}))
    assert (data["assigneeId"], data["candidateGroups"]) == ("dora", [])


def test_a_claim_assigns_the_task_again():
    claimed = {"taskId": TASK, "step": "review", "owner": "bob", "groups": ["legal"], "dueAt": AT}
    data = assigned(entry("task.claimed", claimed))
    assert (data["taskId"], data["assigneeId"], data["change"]) == (TASK, "bob", "claimed")
    assert data["candidateGroups"] == ["legal"]


@pytest.mark.parametrize("verb", ["delegated", "reassigned"])
def test_whoever_is_handed_the_task_is_its_assignee(verb):
    data = assigned(entry(f"task.{verb}", HANDED))
    assert (data["assigneeId"], data["formerAssigneeId"], data["change"]) == ("dora", "bob", verb)
    assert data["reason"] == "out of office"


def test_a_task_reassigned_to_a_pool_is_assigned_to_nobody():
    data = assigned(entry("task.reassigned", HANDED | {"to": None, "groups": ["legal"]}))
    assert (data["assigneeId"], data["candidateGroups"]) == (None, ["legal"])


def test_a_released_task_is_nobodys():
    released = {"taskId": TASK, "step": "review", "owner": "bob", "groups": ["legal"]}
    event = PAPYRUS.render(entry("task.released", released))
    assert event["type"] == "workflow.task.released"
    assert event["data"]["assigneeId"] is None
    assert event["data"]["formerAssigneeId"] == "bob"
    assert event["data"]["candidateGroups"] == ["legal"]


def test_what_a_run_was_started_with_is_in_its_event():
    started = {"definitionKey": "invoice_approval", "documentRef": DOCUMENT, "initiator": "ann"}
    event = PAPYRUS.render(entry("run.started", started | {"variables": {"amount": 12.5}}))
    assert event["data"]["context"] == {"amount": 12.5}
    assert event["data"]["submittedBy"] == "ann"
    assert "variables" not in event["data"]


def test_a_decision_says_the_action():
    event = PAPYRUS.render(entry("task.decided", {"taskId": TASK, "outcome": "REJECT"}))
    assert event["type"] == "workflow.task.completed"
    assert (event["data"]["action"], event["data"]["outcome"]) == ("reject", "REJECT")


def test_a_documents_event():
    event = PAPYRUS.render(uploaded())
    assert (event["type"], event["sequence"]) == ("document.uploaded", 2)
    assert event["data"] == {**uploaded().detail, "actorUserId": "ann"}


def test_of_settings_an_event_has_the_ids_alone():
    told = {"webhookId": "w1", "deliveryId": "d1", "url": "https://example.com/?token=secret"}
    made = change("webhook.deliveryFailed", told, "w1")
    assert PAPYRUS.render(made)["data"] == {
        "webhookId": "w1",
        "deliveryId": "d1",
        "actorUserId": None,
    }
    assert "sequence" not in PAPYRUS.render(made)
    assert "secret" not in to_json([each.render(made) for each in FORMATS.values()])
    event = CLOUD.render(made)
    assert (event["source"], event["subject"]) == ("/signoff/webhooks", "w1")


SETTINGS = [
    ("webhook.failing", {"webhookId": "w1", "failures": 5, "deliveryId": "d1", "url": "u"}),
    ("webhook.recovered", {"webhookId": "w1", "failingSince": AT}),
    ("webhook.disabled", {"webhookId": "w1", "reason": "gone", "createdBy": None}),
    (
        "webhook.deliveryFailed",
        {
            "webhookId": "w1",
            "deliveryId": "d1",
            "eventId": "evt_1",
            "eventType": "workflow.started",
            "attempts": 10,
            "status": None,
            "error": "timeout",
        },
    ),
    ("webhook.replayed", {"webhookId": "w1", "since": AT, "count": 3}),
    ("address.suppressed", {"addressId": "a1", "address": "x@example.com", "cause": "bounce"}),
    ("user.created", {"userId": "ann", "name": "Ann", "email": "ann@example.com"}),
    ("definition.published", {"key": "x", "version": 1}),
    ("tenant.created", {"slug": "acme", "name": "Acme"}),
    ("robot.bought", {}),
]


@pytest.mark.parametrize(("kind", "detail"), SETTINGS)
def test_events_of_settings_are_what_their_schemas_say(kind, detail):
    made = change(kind, detail, "x")
    check_events([made])
    assert "@example.com" not in to_json([each.render(made) for each in FORMATS.values()])


def test_an_event_that_is_too_large_is_still_what_its_schema_says():
    long = "x" * EVENT_BYTES
    done = entry("run.completed", {"outcome": "APPROVED", "step": "Approved", "result": long})
    sent = entry("notification.sent", {"step": "tell", "event": "x", "message": long})
    for made in (done, sent):
        assert PAPYRUS.render(made)["data"]["truncated"]
        check_events([made])


def test_a_change_of_the_tenant_as_a_whole_has_no_subject():
    event = CLOUD.render(change("settings.changed", {"settings": "documents", "to": {}}))
    assert "subject" not in event
    assert event["data"] == {"settings": "documents", "actorId": None}


def test_a_published_definition_is_a_template():
    made = change("definition.published", {"key": "invoice_approval", "version": 3}, "x")
    data = PAPYRUS.render(made)["data"]
    assert (data["templateId"], data["templateVersion"]) == ("wt_invoice_approval", 3)


@pytest.mark.parametrize("made", [uploaded(), entry("task.opened", OPENED)])
def test_a_subscription_may_go_by_the_name_of_either_format(made):
    assert names_of(made) == {PAPYRUS.type_of(made), CLOUD.type_of(made)}
    assert len(names_of(made)) == 2


def test_what_has_no_row_yet_keeps_its_own_name():
    assert PAPYRUS.type_of(entry("robot.called")) == "workflow.robot.called"
    assert CLOUD.type_of(entry("robot.called")) == "dev.signoff.robot.called"
    assert PAPYRUS.type_of(change("robot.bought", {})) == "robot.bought"


def test_the_default_is_the_contracts():
    assert DEFAULT_FORMAT == "papyrus"


@pytest.mark.parametrize("each", FORMATS.values(), ids=FORMATS)
def test_a_body_is_always_the_same_bytes(each):
    made = entry("comment.added", {"comment": "größer als 3 €"})
    assert each.body(made) == each.body(made)
    assert json.loads(each.body(made)) == each.render(made)


@pytest.mark.parametrize("each", FORMATS.values(), ids=FORMATS)
def test_what_would_be_too_large_goes_without_what_is_long(each):
    detail = {"outcome": "APPROVED", "step": "Approved", "result": {"text": "ä" * EVENT_BYTES}}
    made = entry("notification.sent", detail)
    data = each.render(made)["data"]
    assert len(each.body(made)) < EVENT_BYTES
    assert data["truncated"] is True
    assert data["outcome"] == "APPROVED"
    assert "result" not in data


CLAIMED = {"taskId": TASK, "step": "s", "owner": "bob"}
EVERYTHING = {
    "definitionKey": "k",
    "initiator": "ann",
    "initialState": "s",
    "variables": {},
    "outcome": "APPROVE",
    **OPENED,
    **HANDED,
    **CLAIMED,
}


def of_type(kind: str) -> Happened:
    if kind.partition(".")[0] in {"run", "step", "steps", "task", "sla", "changes", "approvers"}:
        return entry(kind, EVERYTHING)
    if kind in {"notification.sent", "comment.added"}:
        return entry(kind, EVERYTHING)
    if kind.startswith("document."):
        return of_document(kind, {"documentId": DOCUMENT})
    return change(kind, {}, "subject")


@pytest.mark.parametrize("kind", CATALOG)
def test_each_format_calls_an_entry_what_the_table_says(kind):
    row = CATALOG[kind]
    assert PAPYRUS.type_of(of_type(kind)) == row.papyrus
    assert CLOUD.type_of(of_type(kind)) == row.cloudevents
    assert {row.papyrus, row.cloudevents} <= KNOWN_TYPES


def test_what_is_never_sent_is_no_name_of_anything():
    assert not NEVER_SENT & {each.papyrus for each in CATALOG.values()}


def test_the_key_of_an_entry_follows_from_its_event():
    settings = change("webhook.failing", {"webhookId": "w1"}, "w1")
    for made in (entry("run.cancelled"), uploaded(), settings):
        assert entry_key(CLOUD.render(made)) == made.key


def test_an_item_is_the_entry_that_it_was_made_of():
    assert from_item(entry("run.cancelled").to_item()) == entry("run.cancelled")
    assert from_item(uploaded().to_item()) == uploaded()
    assert from_item({"PK": "x", "SK": "y"}) is None
