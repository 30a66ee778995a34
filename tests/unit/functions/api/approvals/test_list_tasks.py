"""GET /api/v1/workflows/tasks"""

import pytest

from api.approvals import list_tasks
from signoff.entrypoints import reading
from signoff.identity.principal import Actor, Principal
from signoff.pagination import Slice
from signoff.tasks.lists import Wanted
from tests.unit.functions.handlers import RUN, TASK, Recorder, send, task

INSTANCE = "wi_3c650bc5176742b39ba3cca43614d3ac"


@pytest.fixture
def find(known, monkeypatch):
    """The service, with one task."""
    listed = task(
        definition_key="invoice_approval",
        document_ref="f47ac10b-58cc-4372-a567-0e02b2c3d479",
        urgency="normal",
        due_at="2026-11-20T15:42:06.000Z",
    )
    service = Recorder(Slice([listed], None))
    monkeypatch.setattr(list_tasks, "find_tasks", service)
    return service


def test_a_task_has_the_fields_of_the_contract(find):
    status, body = send(list_tasks.handler)
    assert status == 200
    assert body["data"] == [
        {
            "taskId": TASK,
            "instanceId": INSTANCE,
            "templateId": "wt_invoice_approval",
            "nodeId": "Submitted",
            "nodeName": "First review",
            "documentId": "f47ac10b-58cc-4372-a567-0e02b2c3d479",
            "assigneeId": None,
            "candidateGroups": ["legal-reviewers"],
            "status": "Pending",
            "urgency": "normal",
            "assignedAt": "2026-11-21T15:42:06Z",
            "slaDeadline": "2026-11-20T15:42:06Z",
            "slaStatus": "breached",
        }
    ]
    assert body["meta"]["pagination"] == {"limit": 50, "hasMore": False, "nextCursor": None}
    assert find.call == (("acme", Wanted()), {"limit": 50, "cursor": None})


def test_the_filters_reach_the_service(find):
    query = {
        "status": "Completed",
        "assigneeId": "bob",
        "group": "legal",
        "instanceId": INSTANCE,
        "slaStatus": "ok",
        "dueBefore": "2026-11-22T01:00:00+01:00",
        "limit": "3",
        "cursor": "x",
    }
    assert send(list_tasks.handler, query=query)[0] == 200
    (_, wanted), named = find.call
    assert wanted == Wanted(
        run_id=RUN,
        state="COMPLETED",
        owner="bob",
        group="legal",
        sla="ok",
        due_before="2026-11-22T00:00:00.000Z",
    )
    assert named == {"limit": 3, "cursor": "x"}


@pytest.mark.parametrize(
    ("query", "status", "code", "field"),
    [
        ({"status": "PENDING"}, 400, "VALIDATION_FAILED", "status"),
        ({"slaStatus": "late"}, 400, "VALIDATION_FAILED", "slaStatus"),
        ({"dueBefore": "tomorrow"}, 400, "VALIDATION_FAILED", "dueBefore"),
        ({"instanceId": "3"}, 400, "VALIDATION_FAILED", "instanceId"),
        ({"instanceId": "wi_8a3b9c2d"}, 404, "WORKFLOW_NOT_FOUND", "instanceId"),
        ({"limit": "201"}, 400, "VALIDATION_FAILED", "limit"),
        ({"assigneeId": "x\n"}, 400, "VALIDATION_FAILED", "assigneeId"),
    ],
)
def test_what_cannot_be_a_filter_is_refused(find, query, status, code, field):
    answered, body = send(list_tasks.handler, query=query)
    (error,) = body["errors"]
    assert (answered, error["code"], error["field"]) == (status, code, field)
    assert find.calls == []


def test_a_persons_token_is_refused(find, monkeypatch):
    person = Principal("acme", frozenset({"workflows:read"}), user=Actor("bob"))
    monkeypatch.setattr(reading, "authenticate", lambda *_: person)
    status, body = send(list_tasks.handler, headers={"X-Actor-Groups": ""})
    assert (status, body["errors"][0]["code"]) == (403, "FORBIDDEN")
