"""Examples of the Approvals API for its OpenAPI document; a test holds them to the models."""

from typing import Any

_INSTANCE = "wi_3c650bc5176742b39ba3cca43614d3ac"
_DOCUMENT = "f47ac10b-58cc-4372-a567-0e02b2c3d479"
_CONTEXT = {
    "submittedBy": "user_abc123",
    "urgency": "normal",
    "comment": "Quarterly payment to Acme Ltd",
}
_RUNNING = {
    "instanceId": _INSTANCE,
    "templateId": "wt_invoice_approval",
    "status": "Running",
    "currentNodeId": "approval_finance_manager",
    "currentApprovers": ["user_def456"],
    "currentGroups": [],
    "slaDeadline": "2026-05-14T14:32:11Z",
    "error": None,
}
_TASK = {
    "taskId": "3c650bc5-1767-42b3-9ba3-0edf7ea2a000",
    "instanceId": _INSTANCE,
    "templateId": "wt_invoice_approval",
    "nodeId": "approval_finance_manager",
    "nodeName": "Approval by a finance manager",
    "documentId": _DOCUMENT,
    "assigneeId": "user_def456",
    "candidateGroups": [],
    "status": "Pending",
    "urgency": "normal",
    "assignedAt": "2026-05-12T14:32:11Z",
    "slaDeadline": "2026-05-14T14:32:11Z",
    "slaStatus": "ok",
}
_ENTRY: dict[str, Any] = {
    "id": "0f0b2a52-5d1c-5c0e-9d4f-6d1f6f0f4a11",
    "type": "workflow.task.completed",
    "at": "2026-05-13T09:02:40Z",
    "actorUserId": "user_def456",
    "keyId": "01K2ZQ7T3M",
    "detail": {
        "taskId": _TASK["taskId"],
        "nodeId": "approval_finance_manager",
        "action": "approve",
        "outcome": "APPROVE",
        "comment": "Approved per Q2 budget",
        "data": None,
        "stepOutcome": "APPROVE",
    },
}

_EVENT = {
    "id": "evt_0f0b2a525d1c5c0e9d4f6d1f6f0f4a11",
    "type": "workflow.task.completed",
    "createdAt": "2026-05-13T09:02:40Z",
    "tenantId": "5c9e1f0a-8b3d-5e27-9a41-2d7c6b0e8f13",
    "tenantSlug": "acme",
    "sequence": 4,
    "data": {
        "instanceId": _INSTANCE,
        "templateId": "wt_invoice_approval",
        "documentId": _DOCUMENT,
        **_ENTRY["detail"],
        "actorUserId": "user_def456",
    },
}

EXAMPLES: dict[str, list[dict[str, Any]]] = {
    "StartWorkflowRequest": [
        {"templateId": "wt_invoice_approval", "documentId": _DOCUMENT, "context": _CONTEXT}
    ],
    "Instance": [_RUNNING],
    "InstanceEvent": [_EVENT],
    "InstanceStanding": [
        {"status": "Completed", "outcome": "APPROVED", "error": None, "ended": True}
    ],
    "AdvanceRequest": [
        {
            "action": "approve",
            "actorUserId": "user_def456",
            "comment": "Approved per Q2 budget",
        },
        {"action": "delegate", "actorUserId": "user_def456", "delegateToUserId": "user_ghi789"},
    ],
    "CommentRequest": [{"actorUserId": "user_def456", "comment": "Waiting for the delivery note"}],
    "WorkflowTask": [_TASK],
    "InstanceDetail": [
        {
            **_RUNNING,
            "status": "Completed",
            "currentNodeId": "approved",
            "currentApprovers": [],
            "slaDeadline": None,
            "outcome": "APPROVED",
            "documentId": _DOCUMENT,
            "documentVersion": 1,
            "submittedBy": "user_abc123",
            "context": _CONTEXT,
            "startedAt": "2026-05-12T14:32:10Z",
            "completedAt": "2026-05-13T09:02:40Z",
            "previousInstanceId": None,
            "error": None,
            "tasks": [
                {
                    **_TASK,
                    "status": "Completed",
                    "outcome": "APPROVE",
                    "comment": "Approved per Q2 budget",
                    "completedAt": "2026-05-13T09:02:40Z",
                    "formerAssigneeIds": [],
                }
            ],
            "history": [_ENTRY],
        }
    ],
}
