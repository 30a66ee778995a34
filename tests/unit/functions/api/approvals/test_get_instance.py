"""GET /api/v1/workflows/instances/{instanceId}"""

import pytest

from api.approvals import get_instance
from signoff.contracts.approvals import rendering
from signoff.pagination import Slice
from signoff.runs import steady
from signoff.runs.model import OpenStep
from tests.support.entries import AT, entry_of_run
from tests.unit.functions.handlers import RUN, TASK, Recorder, run, send, task

INSTANCE = "wi_3c650bc5176742b39ba3cca43614d3ac"


def entry(sequence, kind, detail, actor=None):
    via = "key-1" if actor else None
    return entry_of_run(kind, detail, sequence=sequence, actor=actor, via=via)


HISTORY = [
    entry(
        1,
        "run.started",
        {
            "definitionKey": "document-approval",
            "definitionVersion": 3,
            "documentRef": "x.pdf",
            "initiator": "alice",
            "initialState": "Submitted",
            "variables": {"urgency": "normal"},
        },
        "alice",
    ),
    entry(
        2,
        "task.opened",
        {
            "taskId": TASK,
            "step": "Submitted",
            "path": "Submitted#1",
            "groups": [],
            "owner": "bob",
            "ordinal": 0,
            "dueAt": "2026-11-23T15:42:06.000Z",
            "formerly": ["carol"],
        },
    ),
    entry(
        3,
        "task.decided",
        {
            "taskId": TASK,
            "step": "Submitted",
            "path": "Submitted#1",
            "outcome": "REQUEST_CHANGES",
            "comment": "Where is the order?",
            "data": None,
            "closes": True,
            "stepOutcome": None,
        },
        "bob",
    ),
]


def shown(monkeypatch, asked, tasks):
    asked.sequence = len(HISTORY)
    for each in tasks:
        asked.open_steps[each.code] = OpenStep("Submitted#1", "Submitted", "approval", 0)
    for module in (get_instance, steady):
        monkeypatch.setattr(module, "read_run", Recorder(asked))
    monkeypatch.setattr(rendering, "tasks_of_run", Recorder(tasks))
    monkeypatch.setattr(steady, "read_history", Recorder(Slice(HISTORY, None)))
    return send(get_instance.handler, instanceId=INSTANCE)


def test_where_it_stands_and_what_happened(known, monkeypatch):
    due = {"due_at": "2026-11-23T15:42:06.000Z", "warn_at": "2026-11-23T06:06:06.000Z"}
    open_task = task(owner="bob", groups=(), status="CLAIMED", formerly=("carol",), **due)
    open_run = run()
    open_run.previous_run_id = "aaaaaaaa-1767-42b3-9ba3-cca43614d3ac"
    status, body = shown(monkeypatch, open_run, [open_task])
    assert status == 200
    data = body["data"]
    history, tasks = data.pop("history"), data.pop("tasks")
    assert data == {
        "instanceId": INSTANCE,
        "templateId": "wt_document-approval",
        "status": "Running",
        "currentNodeId": "Submitted",
        "currentApprovers": ["bob"],
        "currentGroups": [],
        "slaDeadline": "2026-11-23T15:42:06Z",
        "outcome": None,
        "documentId": "x.pdf",
        "documentVersion": None,
        "submittedBy": "alice",
        "context": {"urgency": "normal"},
        "startedAt": "2026-11-21T15:42:05Z",
        "completedAt": None,
        "previousInstanceId": "wi_aaaaaaaa176742b39ba3cca43614d3ac",
        "error": None,
    }
    assert (tasks[0]["status"], tasks[0]["formerAssigneeIds"]) == ("Pending", ["carol"])
    assert [(each["type"], each["actorUserId"], each["keyId"]) for each in history] == [
        ("workflow.started", "alice", "key-1"),
        ("workflow.task.assigned", None, None),
        ("workflow.task.completed", "bob", "key-1"),
    ]
    assert history[0]["detail"] == {
        "templateId": "wt_document-approval",
        "templateVersion": 3,
        "documentId": "x.pdf",
        "submittedBy": "alice",
        "nodeId": "Submitted",
    }
    assert history[1]["detail"] == {
        "taskId": TASK,
        "nodeId": "Submitted",
        "candidateGroups": [],
        "assigneeId": "bob",
        "slaDeadline": "2026-11-23T15:42:06Z",
        "formerAssigneeIds": ["carol"],
    }
    assert history[2]["detail"]["action"] == "requestChanges"


def test_of_a_pool_the_groups_are_shown_until_somebody_has_claimed(known, monkeypatch):
    two = [task(), task(ordinal=1, owner="bob", status="CLAIMED")]
    _, body = shown(monkeypatch, run(), two)
    assert body["data"]["currentGroups"] == ["legal-reviewers"]
    assert body["data"]["currentApprovers"] == ["bob"]


@pytest.mark.parametrize(
    ("engine", "outcome", "word"),
    [
        ("COMPLETED", "APPROVED", "Completed"),
        ("COMPLETED", "REJECTED", "Rejected"),
        ("CANCELLED", None, "Cancelled"),
        ("FAILED", None, "Running"),
    ],
)
def test_the_four_words_of_status(known, monkeypatch, engine, outcome, word):
    ended = run()
    ended.status, ended.outcome, ended.ended_at = engine, outcome, AT
    ended.error = {"error": "States.Timeout", "step": "Submitted"}
    _, body = shown(monkeypatch, ended, [])
    data = body["data"]
    assert (data["status"], data["outcome"]) == (word, outcome)
    assert data["currentApprovers"] == []
    assert (data["error"] is not None) == (engine == "FAILED")
    assert (data["completedAt"] is None) == (engine == "FAILED")


@pytest.mark.parametrize(
    ("instance", "status", "code"),
    [
        ("wi_8a3b9c2d", 404, "WORKFLOW_NOT_FOUND"),
        (f"wi_{'a' * 900}", 404, "WORKFLOW_NOT_FOUND"),
        (f"wi_{'a' * 900}.", 400, "VALIDATION_FAILED"),
        (RUN, 400, "VALIDATION_FAILED"),
        ("wi_", 400, "VALIDATION_FAILED"),
    ],
)
def test_ids_that_are_nobodys(known, monkeypatch, instance, status, code):
    answered, body = send(get_instance.handler, instanceId=instance)
    assert (answered, body["errors"][0]["code"]) == (status, code)
    assert body["errors"][0]["field"] == "instanceId"
