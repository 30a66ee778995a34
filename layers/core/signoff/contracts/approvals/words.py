"""The Approvals API's words for what happens to a run.

The engine's entries speak of runs, steps and groups; this contract of workflows, nodes and
approvers. Types follow the product's webhook events where it has one (fact sheet, section 7).
"""

from typing import Any

from signoff.contracts.approvals.ids import instance_id, template_id
from signoff.contracts.approvals.times import moment
from signoff.history.entry import HistoryEntry

_TYPES = {
    "task.opened": "workflow.task.assigned",
    "task.decided": "workflow.task.completed",
    "task.closed": "workflow.task.cancelled",
    "changes.requested": "workflow.task.changesRequested",
    "step.entered": "workflow.node.entered",
    "step.completed": "workflow.node.completed",
    "steps.passed": "workflow.nodes.passed",
    "step.abandoned": "workflow.node.abandoned",
    "step.resumed": "workflow.node.resumed",
    "approvers.absent": "workflow.node.approversAbsent",
    "step.unattended": "workflow.node.unattended",
    "comment.added": "workflow.commented",
}

_FIELDS = {
    "step": "nodeId",
    "initialState": "nodeId",
    "owner": "assigneeId",
    "groups": "candidateGroups",
    "formerly": "formerAssigneeIds",
    "dueAt": "slaDeadline",
    "trigger": "action",
    "initiator": "submittedBy",
    "documentRef": "documentId",
    "definitionKey": "templateId",
    "definitionVersion": "templateVersion",
    "newRunId": "newInstanceId",
    "previousRunId": "previousInstanceId",
    "parentRunId": "parentInstanceId",
    "runId": "childInstanceId",
}

_RUNS = frozenset({"newRunId", "previousRunId", "parentRunId", "runId"})

# Where the engine keeps its place, and what the instance shows elsewhere.
_UNSAID = frozenset({"path", "ordinal", "order", "closes", "variables", "nudge"})

_ACTIONS = {"APPROVE": "approve", "REJECT": "reject", "REQUEST_CHANGES": "requestChanges"}


def type_of(entry: HistoryEntry) -> str:
    """The entry's type: ``workflow.started``, ``workflow.task.assigned``.

    What the contract has no word for keeps the engine's behind ``workflow.``.
    """
    if entry.type in _TYPES:
        return _TYPES[entry.type]
    subject, _, verb = entry.type.partition(".")
    return f"workflow.{verb}" if subject == "run" else f"workflow.{entry.type}"


def detail_of(entry: HistoryEntry) -> dict[str, Any]:
    """The entry's details under the contract's names."""
    said = {
        _FIELDS.get(name, name): _value(name, value)
        for name, value in entry.detail.items()
        if name not in _UNSAID
    }
    if entry.type == "task.decided":
        said["action"] = action_of(entry.detail["outcome"])
    return said


def action_of(outcome: str) -> str:
    """A task's outcome as the action that led to it; one of the node's own stays as it is."""
    return _ACTIONS.get(outcome, outcome)


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "dueAt":
        return moment(value)
    if name == "definitionKey":
        return template_id(value)
    if name in _RUNS:
        return instance_id(value)
    return value
