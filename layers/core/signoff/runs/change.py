"""A change of one run: state and history, committed together or not at all.

Design rules 1, 3 and 4: every state change writes exactly one entry in its transaction, under a
sequence that counts up within the run; the condition on the run's item makes all changes of a run
happen one after another, so a race has one winner.
"""

from typing import Any

from signoff.clock import timestamp
from signoff.history.entry import HistoryEntry
from signoff.runs.model import Run
from signoff.storage.store import history, state
from signoff.storage.table import Key
from signoff.storage.transaction import (
    MAX_ITEMS,
    Condition,
    Transaction,
    absent,
    present,
    unchanged,
)
from signoff.storage.values import Item
from signoff.tasks.model import Step, Task

_PARENT_ITEMS = 3  # the parent's item, its step and its entry


class Change:
    """Collects what a command does to ``run``; ``commit`` makes it true.

    ``actor`` is the person, ``via`` the key that spoke for them; both go into every entry.
    """

    def __init__(self, run: Run, *, actor: str | None = None, via: str | None = None) -> None:
        self.run = run
        self.at = timestamp()
        self._actor = actor
        self._via = via
        self._read_at = run.sequence
        self._entries: list[HistoryEntry] = []
        self._writes = Transaction()

    def record(
        self, type_: str, detail: dict[str, Any], *, nudge: str | None = None
    ) -> HistoryEntry:
        """Add the next history entry. ``nudge``: "run" or the code of the step that needs one."""
        self.run.sequence += 1
        entry = HistoryEntry(
            tenant=self.run.tenant,
            run_id=self.run.run_id,
            sequence=self.run.sequence,
            type=type_,
            at=self.at,
            detail=detail,
            definition_key=self.run.definition_key,
            actor=self._actor,
            via=self._via,
            nudge=nudge,
            document_ref=self.run.document_ref,
        )
        self._entries.append(entry)
        return entry

    def write_step(self, step: Step) -> None:
        """Write a step, on condition that it is as it was read (version 0: that it is new)."""
        condition = unchanged(step.version) if step.version else absent()
        step.version += 1
        self._writes.put(state(), step.to_item(), condition)

    def write_task(self, task: Task, before: Task | None = None) -> None:
        """Write a task and move it between worklists; ``before`` is the task as it was read."""
        condition = unchanged(before.version) if before else absent()
        task.version = before.version + 1 if before else 1
        self._writes.put(state(), task.to_item(), condition)
        entries = {(entry["PK"], entry["SK"]): entry for entry in task.worklist_items()}
        for entry in before.worklist_items() if before else []:
            if (entry["PK"], entry["SK"]) not in entries:
                self._writes.delete(state(), (entry["PK"], entry["SK"]))
        for entry in entries.values():
            self._writes.put(state(), entry)

    def put(self, item: Item, condition: Condition | None = None) -> None:
        """Write any other item of the state table."""
        self._writes.put(state(), item, condition)

    def delete(self, key: Key) -> None:
        """Remove an item of the state table."""
        self._writes.delete(state(), key)

    def close_step(self, key: Key) -> None:
        """Close a step that nobody decides: a wait, or a container of others."""
        self._writes.update(state(), key, set_={"status": "CLOSED"}, condition=present())

    def clear_nudge(self, key: Key) -> None:
        """Take the nudge mark off a step: the machine has moved on from it."""
        marks = ("nudgeShard", "nudgeAt")
        self._writes.update(state(), key, remove=marks, condition=present())

    @property
    def room(self) -> int:
        """How many more items fit.

        Counted are the run's own item, the entries, and for a sub-workflow the change of its
        parent that may have to be committed with it.
        """
        parent = _PARENT_ITEMS if self.run.parent else 0
        return MAX_ITEMS - len(self._writes) - len(self._entries) - 1 - parent

    def stage(self, transaction: Transaction) -> None:
        """Add everything to ``transaction``, the run's item first: it decides every race."""
        condition = unchanged(self._read_at) if self._read_at else absent()
        self.run.updated_at = self.at
        transaction.put(state(), self.run.to_item(), condition)
        transaction.extend(self._writes)
        for entry in self._entries:
            transaction.put(history(), entry.to_item(), absent())

    def commit(self, *others: "Change") -> None:
        """Commit this change, and ``others`` of other runs with it.

        Raises ConditionFailed or Contended when somebody was faster; nothing is written then.
        """
        transaction = Transaction()
        for change in (self, *others):
            change.stage(transaction)
        transaction.commit()
