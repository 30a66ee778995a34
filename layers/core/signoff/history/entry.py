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

from signoff.runs.ids import run_partition
from signoff.storage.entry import Entry, shared_fields
from signoff.storage.table import Key
from signoff.storage.values import Item

_EVENTS = uuid.UUID("6c0a2f5e-5a36-4b1c-9d5e-1f0b7f6c2a11")  # namespace of event ids


@dataclass(frozen=True, kw_only=True)
class HistoryEntry(Entry):
    """What happened to which run, of which definition, about which document.

    ``sequence`` counts up from 1 within the run without a gap. ``nudge`` says which nudge the
    change waits for ("run" or a step's code), so that the outbox worker can repeat a missed one.
    """

    run_id: str
    sequence: int
    definition_key: str
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
        return {
            **self.shared_item(self.id, self.key, home=self.run_id),
            "runId": self.run_id,
            "sequence": self.sequence,
            "definitionKey": self.definition_key,
            "nudge": self.nudge,
            "documentRef": self.document_ref,
        }

    @classmethod
    def from_item(cls, item: Item) -> "HistoryEntry":
        """The entry that ``to_item`` wrote."""
        return cls(
            **shared_fields(item),
            run_id=item["runId"],
            sequence=item["sequence"],
            definition_key=item["definitionKey"],
            nudge=item.get("nudge"),
            document_ref=item.get("documentRef"),
        )
