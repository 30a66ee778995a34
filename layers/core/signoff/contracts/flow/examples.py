"""Examples of the Flow API's models for its OpenAPI document; a test holds them to the models."""

from typing import Any

_FLOW = "3c650bc5-1767-42b3-9ba3-cca43614d3ac"
_TASK = "3c650bc5-1767-42b3-9ba3-0edf7ea2a000"

_WAITING = {
    "taskId": _TASK,
    "flowId": _FLOW,
    "stateName": "Submitted",
    "candidateGroupId": "legal-reviewers",
    "status": "PENDING",
    "ownerId": None,
}
_RUNNING = {
    "flowId": _FLOW,
    "definitionKey": "document-approval",
    "currentState": "Submitted",
    "status": "RUNNING",
    "terminalOutcome": None,
    "pendingTasks": [_WAITING],
}
_STARTED = {
    "type": "FLOW_STARTED",
    "actorId": "alice",
    "occurredAt": "2026-11-21T15:42:05.901Z",
    "detail": {
        "definitionKey": "document-approval",
        "documentRef": "contract-2026-118.pdf",
        "submitterId": "alice",
        "initialState": "Submitted",
    },
}

EXAMPLES: dict[str, list[dict[str, Any]]] = {
    "SubmitDocumentRequest": [
        {"definitionKey": "document-approval", "documentRef": "contract-2026-118.pdf"}
    ],
    "DecisionRequest": [
        {"outcome": "APPROVE"},
        {"outcome": "REJECT", "comment": "Clause 7 is missing"},
    ],
    "TaskSummary": [_WAITING, {**_WAITING, "status": "CLAIMED", "ownerId": "bob"}],
    "FlowStatus": [_RUNNING],
    "FlowStatusWithHistory": [{**_RUNNING, "history": [_STARTED]}],
    "FlowSummary": [
        {
            "flowId": _FLOW,
            "definitionKey": "document-approval",
            "currentState": "Approved",
            "status": "COMPLETED",
            "terminalOutcome": "APPROVED",
            "documentRef": "contract-2026-118.pdf",
            "submitterId": "alice",
            "updatedAt": "2026-11-21T15:58:40.112Z",
        }
    ],
    "AuditEntry": [_STARTED],
}
