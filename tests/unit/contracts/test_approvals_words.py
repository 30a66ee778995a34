"""The engine's entries in the words of the Approvals API."""

import pytest

from signoff.contracts.approvals.words import action_of, detail_of, type_of
from tests.support.entries import entry_of_run


def entry(kind, detail=None):
    return entry_of_run(kind, detail)


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("run.started", "workflow.started"),
        ("run.completed", "workflow.completed"),
        ("run.reversed", "workflow.reversed"),
        ("task.opened", "workflow.task.assigned"),
        ("task.decided", "workflow.task.completed"),
        ("task.delegated", "workflow.task.delegated"),
        ("changes.requested", "workflow.task.changesRequested"),
        ("step.entered", "workflow.node.entered"),
        ("step.unattended", "workflow.node.unattended"),
        ("comment.added", "workflow.commented"),
        ("sla.acted", "workflow.sla.acted"),
    ],
)
def test_types(kind, shown):
    assert type_of(entry(kind)) == shown


def test_details_under_the_contracts_names():
    new = "aaaaaaaa-1767-42b3-9ba3-cca43614d3ac"
    told = {
        "step": "review",
        "path": "review#1",
        "groups": ["legal"],
        "owner": None,
        "dueAt": "2026-11-23T15:42:05.901Z",
        "formerly": ["bob"],
        "order": 3,
        "reason": "out of office",
        "newRunId": new,
    }
    assert detail_of(entry("task.opened", told)) == {
        "nodeId": "review",
        "candidateGroups": ["legal"],
        "assigneeId": None,
        "slaDeadline": "2026-11-23T15:42:05Z",
        "formerAssigneeIds": ["bob"],
        "reason": "out of office",
        "newInstanceId": f"wi_{new.replace('-', '')}",
    }


@pytest.mark.parametrize(
    ("outcome", "action"),
    [
        ("APPROVE", "approve"),
        ("REJECT", "reject"),
        ("REQUEST_CHANGES", "requestChanges"),
        ("ON_HOLD", "ON_HOLD"),
    ],
)
def test_an_outcome_is_an_action(outcome, action):
    assert action_of(outcome) == action
