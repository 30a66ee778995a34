"""What the names in events' data mean: the parts of the schemas that scripts/events.py writes."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def _text(about: str, **more: Any) -> Schema:
    return {"type": "string", "description": about, **more}


def _maybe(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _texts(about: str) -> Schema:
    return {"type": "array", "items": {"type": "string"}, "description": about}


def _count(about: str) -> Schema:
    return {"type": "integer", "minimum": 0, "description": about}


def _any(about: str) -> Schema:
    return {"description": about}


_INSTANCE = {"pattern": "^wi_[0-9a-f]{32}$"}
_TEMPLATE = {"pattern": "^wt_"}
_WHEN = {"format": "date-time"}
_HEX = {"pattern": "^[0-9a-f]{64}$"}

# Names that mean the same wherever they stand.
FIELDS: dict[str, Schema] = {
    "instanceId": _text("The run", **_INSTANCE),
    "templateId": _text("Its definition", **_TEMPLATE),
    "templateVersion": _count("The version of the definition"),
    "documentId": _maybe(_text("The document, as whoever started the run named it")),
    "documentVersion": _count("The version of the document that the run is about"),
    "documentSha256": _text("The SHA-256 of that version", **_HEX),
    "actorUserId": _maybe(_text("Who did it; null for what the engine did")),
    "truncated": {
        "type": "boolean",
        "description": "What is long was left out, since the event would be too large; ask the API",
    },
    "submittedBy": _text("Who started the run"),
    "context": {"type": "object", "description": "The variables that the run was started with"},
    "urgency": _text("What the starter called it"),
    "previousInstanceId": _text("The rejected run that this one takes up", **_INSTANCE),
    "parentInstanceId": _text("The run whose sub-workflow this is", **_INSTANCE),
    "newInstanceId": _text("The run that takes this one up", **_INSTANCE),
    "childInstanceId": _text("The sub-workflow that is over", **_INSTANCE),
    "attempt": _count("How many executions the run has had"),
    "nodeId": _text("The step"),
    "type": _text("The step's type, or the document's media type"),
    "from": _maybe(_text("The step before")),
    "to": _any("The step that the run was sent to; or the people who are told"),
    "status": _any("The sub-workflow's status; or the HTTP status of the last answer"),
    "steps": {"type": "array", "description": "The steps, with their times and results"},
    "absent": {
        "type": "array",
        "description": "Who was meant and is not asked, each with a reason",
    },
    "more": _count("How many more"),
    "error": _maybe(_text("The error's name")),
    "cause": _maybe(_text("What is known of its cause")),
    "reason": _maybe(_text("Why")),
    "taskId": _text("The task", format="uuid"),
    "reworkTaskId": _text("The initiator's task, to make the changes", format="uuid"),
    "reworkOf": _text("The approver's task that asked for changes", format="uuid"),
    "assigneeId": _maybe(
        _text("Whose task it is; null while any member of its groups may take it")
    ),
    "candidateGroups": _texts("The groups it was put to; empty for one put to somebody by name"),
    "formerAssigneeId": _maybe(_text("Whose task it was; null where it was a pool's")),
    "formerAssigneeIds": _texts("Who had it before, or was meant and is away"),
    "slaDeadline": _maybe(_text("By when it must be decided", **_WHEN)),
    "change": {
        "enum": ["opened", "claimed", "delegated", "reassigned"],
        "description": "How the task came to its assignee",
    },
    "action": _maybe(_text("The action of the Approvals API, or of a deadline")),
    "outcome": _maybe(_text("The outcome")),
    "stepOutcome": _maybe(_text("The step's outcome, where this decision closed it")),
    "result": _any("The run's result, as its definition computes it"),
    "comment": _maybe(_text("The comment")),
    "data": _any("What was filled in, or is sent along"),
    "message": _maybe(_text("The message")),
    "subject": _maybe(_text("The message's subject")),
    "event": _maybe(_text("What the definition calls the notification")),
    "kind": _text("Who was called: slack, webhook or email"),
    "host": _text("The host that was called, with its port where that is unusual"),
    "statusCode": _maybe(_count("What it answered, in HTTP; null where no answer came")),
    "milliseconds": _count("How long that took"),
    "recipients": _count("How many were mailed to"),
    "problem": _text("Why the call was not taken"),
    "version": _count("The document's version"),
    "formerVersion": _count("The version before"),
    "title": _text("The document's title"),
    "name": _text("The file's name"),
    "sha256": _maybe(_text("The content's SHA-256", **_HEX)),
    "size": _count("The content's size in bytes"),
    "tags": _texts("The document's tags"),
    "owner": _text("Who uploaded it"),
    "duplicateOf": _text("The document that has this content"),
    "userId": _text("The person"),
    "departmentId": _text("The department"),
    "keyId": _text("The API key"),
    "settings": _text("Which settings"),
    "webhookId": _text("The subscription"),
    "deliveryId": _text("The delivery"),
    "eventId": _text("The event that was to be delivered"),
    "eventType": _text("Its type"),
    "failures": _count("How many deliveries have failed in a row"),
    "failingSince": _maybe(_text("Since when it had been failing", **_WHEN)),
    "createdBy": _maybe(_text("Who made the subscription")),
    "attempts": _count("How often it was tried"),
    "since": _text("Since when", **_WHEN),
    "count": _count("How many"),
    "previousUntil": _maybe(_text("How long the secret before signs too", **_WHEN)),
    "addressId": _text("The address, by an id that does not tell it"),
}

# What every event about a run, a document or a setting has in its data.
ALWAYS = {
    "run": ("instanceId", "templateId", "documentId", "actorUserId"),
    "document": ("documentId", "actorUserId"),
    "settings": ("actorUserId",),
}

# Of events that are too large, these may be missing: they are what can be long.
LONG = frozenset(
    {"context", "result", "comment", "data", "message", "to", "steps", "absent", "reason", "cause"}
)

# The Flow API's data, exactly as its page has them (fact sheet, section 8).
FLOW_DATA: dict[str, dict[str, Schema]] = {
    "dev.wrkflw.flow.started": {
        "definitionKey": _text("The definition"),
        "documentRef": _text("The document, or empty"),
        "submitterId": _text("Who started the flow"),
        "initialState": _text("Its first state"),
    },
    "dev.wrkflw.task.created": {
        "taskId": _text("The task", format="uuid"),
        "stateName": _text("Its state"),
        "candidateGroupId": _text("The first group it was put to, or the person"),
    },
    "dev.wrkflw.task.claimed": {
        "taskId": _text("The task", format="uuid"),
        "ownerId": _text("Who has it now"),
    },
    "dev.wrkflw.task.released": {"taskId": _text("The task", format="uuid")},
    "dev.wrkflw.decision.recorded": {
        "taskId": _text("The task", format="uuid"),
        "outcome": _text("The decision"),
        "actorId": _maybe(_text("Who decided")),
        "comment": _maybe(_text("Why; null if they did not say")),
    },
    "dev.wrkflw.flow.completed": {"terminalOutcome": _maybe(_text("The flow's outcome"))},
}
