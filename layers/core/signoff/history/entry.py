"""A history entry: one change of one run, and the event that it is.

Types: run.started, run.resumed, run.retried, run.failed, run.cancelled, run.completed, run.moved,
run.restarted, run.reversed, run.resubmitted, step.entered, step.resumed, step.unattended,
step.abandoned, step.completed, steps.passed, task.opened, task.claimed, task.released,
task.decided, task.delegated, task.reassigned, task.warned, task.breached, task.closed, sla.acted,
changes.requested, approvers.absent, notification.sent, integration.called, integration.failed,
comment.added.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from signoff.runs.ids import run_partition
from signoff.storage.table import Key
from signoff.storage.trail import trail
from signoff.storage.values import Item, from_json, to_json

_EVENTS = uuid.UUID("6c0a2f5e-5a36-4b1c-9d5e-1f0b7f6c2a11")  # namespace of event ids


@dataclass(frozen=True)
class HistoryEntry:
    """What happened, to which run (of which definition, about which document), when, and who did
    it through which key.

    ``sequence`` counts up from 1 within the run without a gap. ``nudge`` says which nudge the
    change waits for ("run" or a step's code), so that the outbox worker can repeat a missed one.
    """

    tenant: str
    run_id: str
    sequence: int
    type: str
    at: str
    detail: dict[str, Any]
    definition_key: str
    actor: str | None = None
    via: str | None = None
    nudge: str | None = None
    document_ref: str | None = None

    @property
    def id(self) -> str:
        """The event's id: the same however often it is published."""
        return str(uuid.uuid5(_EVENTS, f"{self.tenant}/{self.run_id}/{self.sequence}"))

    @property
    def key(self) -> Key:
        """Where the entry is stored: its run's partition, in order of sequence."""
        return run_partition(self.tenant, self.run_id), f"{self.sequence:010d}"

    def to_item(self) -> Item:
        """The item of the history table."""
        partition, sort = self.key
        return {
            "PK": partition,
            "SK": sort,
            "id": self.id,
            "tenant": self.tenant,
            "runId": self.run_id,
            "sequence": self.sequence,
            "type": self.type,
            "at": self.at,
            "detail": to_json(self.detail),
            "definitionKey": self.definition_key,
            "actor": self.actor,
            "via": self.via,
            "nudge": self.nudge,
            "documentRef": self.document_ref,
            **trail(self.tenant, self.at, f"{self.run_id}#{sort}", actor=self.actor),
        }

    @classmethod
    def from_item(cls, item: Item) -> "HistoryEntry":
        """The entry that ``to_item`` wrote."""
        return cls(
            tenant=item["tenant"],
            run_id=item["runId"],
            sequence=item["sequence"],
            type=item["type"],
            at=item["at"],
            detail=from_json(item["detail"]),
            definition_key=item["definitionKey"],
            actor=item.get("actor"),
            via=item.get("via"),
            nudge=item.get("nudge"),
            document_ref=item.get("documentRef"),
        )
