"""The Flow API's words for what happens to a run: audit types, event types and their details.

The engine's entries say runs, steps and tasks; this contract says flows, states and tasks. One
table translates, for history (audit entries) and for the bus (events) alike.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from signoff.history.entry import HistoryEntry

Detail = dict[str, Any]


@dataclass(frozen=True)
class Word:
    """``audit`` is the type in a history; ``event`` the type on the bus, where the contract has
    one; ``detail`` the entry's details in the contract's words."""

    audit: str
    event: str | None
    detail: Callable[[HistoryEntry], Detail]


def word_for(entry: HistoryEntry) -> Word:
    """How the contract says ``entry``.

    What it has no word for keeps the engine's, in its style: ``run.failed`` is ``FLOW_FAILED``,
    ``comment.added`` is ``COMMENT_ADDED``.
    """
    known = _WORDS.get(entry.type)
    if known:
        return known
    subject, _, verb = entry.type.partition(".")
    audit = f"{'flow' if subject == 'run' else subject}_{verb}".upper()
    return Word(audit, None, lambda entry: entry.detail)


def _started(entry: HistoryEntry) -> Detail:
    detail = entry.detail
    return {
        "definitionKey": detail["definitionKey"],
        "documentRef": detail.get("documentRef") or "",
        "submitterId": detail["initiator"],
        "initialState": detail["initialState"],
    }


def _created(entry: HistoryEntry) -> Detail:
    detail = entry.detail
    groups = detail.get("groups") or [detail.get("owner") or ""]
    return {
        "taskId": detail["taskId"],
        "stateName": detail["step"],
        "candidateGroupId": groups[0],
    }


def _claimed(entry: HistoryEntry) -> Detail:
    return {"taskId": entry.detail["taskId"], "ownerId": entry.detail["owner"]}


def _released(entry: HistoryEntry) -> Detail:
    return {"taskId": entry.detail["taskId"]}


def _decided(entry: HistoryEntry) -> Detail:
    detail = entry.detail
    return {
        "taskId": detail["taskId"],
        "outcome": detail["outcome"],
        "actorId": entry.actor,
        "comment": detail.get("comment"),
    }


def _moved(entry: HistoryEntry) -> Detail:
    detail = entry.detail
    return {"from": detail["from"], "to": detail["step"], "trigger": detail.get("trigger")}


def _completed(entry: HistoryEntry) -> Detail:
    return {"terminalOutcome": entry.detail["outcome"]}


_WORDS = {
    "run.started": Word("FLOW_STARTED", "dev.wrkflw.flow.started", _started),
    "task.opened": Word("TASK_CREATED", "dev.wrkflw.task.created", _created),
    "task.claimed": Word("TASK_CLAIMED", "dev.wrkflw.task.claimed", _claimed),
    "task.released": Word("TASK_RELEASED", "dev.wrkflw.task.released", _released),
    "task.decided": Word("DECISION_RECORDED", "dev.wrkflw.decision.recorded", _decided),
    "step.entered": Word("STATE_TRANSITIONED", None, _moved),
    "run.completed": Word("FLOW_COMPLETED", "dev.wrkflw.flow.completed", _completed),
}
