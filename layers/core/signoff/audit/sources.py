"""Where the entries of a search are: an index of the history table, or a run's own partition.

Each source gives entries newest first, in pages, from a place on. A search reads one source.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from signoff.audit.entry import AuditEntry
from signoff.definitions.names import definition_named
from signoff.definitions.store import find_definition, is_uuid
from signoff.errors import Malformed
from signoff.pagination import cursor_at
from signoff.runs.ids import is_id, run_named, run_partition
from signoff.storage.merge import merged
from signoff.storage.store import history
from signoff.storage.table import Index
from signoff.storage.trail import (
    BY_ACTOR,
    BY_SUBJECT,
    BY_TIME,
    actor_partition,
    shard_partitions,
    subject_partition,
)


class Source(Protocol):
    """Entries in one order, the newest first."""

    def page(self, before: str | None, count: int) -> tuple[list[AuditEntry], bool]:
        """At most ``count`` entries before a place, and whether there may be more."""


@dataclass(frozen=True)
class Indexed:
    """The entries that an index names under some partitions."""

    index: Index
    partitions: Sequence[str]

    def page(self, before: str | None, count: int) -> tuple[list[AuditEntry], bool]:
        """A query per partition, then one read of the entries (at most 100) themselves."""
        named = merged(
            self.partitions,
            limit=count,
            cursor=cursor_at(before),
            index=self.index,
            newest_first=True,
            table=history(),
        )
        keys = [(item["PK"], item["SK"]) for item in named.items]
        items = history().get_many(keys)
        return [AuditEntry.from_item(items[key]) for key in keys], named.cursor is not None


@dataclass(frozen=True)
class OfRun:
    """A run's entries, in their own partition under their sequence; none is written twice."""

    partition: str

    def page(self, before: str | None, count: int) -> tuple[list[AuditEntry], bool]:
        """One query."""
        found = history().query(
            self.partition, before=self._sequence(before), newest_first=True, limit=count
        )
        return [AuditEntry.from_item(item) for item in found.items], found.next_key is not None

    def exists(self) -> bool:
        """Whether there is such a run; one query of one entry."""
        return bool(history().query(self.partition, limit=1).items)

    @staticmethod
    def _sequence(before: str | None) -> str | None:
        _, marked, sequence = (before or "").rpartition("#")
        if marked and not re.fullmatch(r"[0-9]{10}", sequence):
            raise Malformed("cursor is not one that this API gave out", field="cursor")
        return sequence if marked else None  # a moment alone is no place in a run


def source_of(tenant: str, *, actor: str | None, subject: str | None) -> Source:
    """The narrowest source that holds every entry of ``subject``, or of ``actor``, or all."""
    if subject is not None:
        return _of_subject(tenant, subject)
    if actor is not None:
        return Indexed(BY_ACTOR, [actor_partition(tenant, actor)])
    return Indexed(BY_TIME, shard_partitions(tenant))


def _of_subject(tenant: str, subject: str) -> Source:
    """A run by its id in any face's form or by a task's; else whatever has that id or key."""
    subject = run_named(subject)
    if is_id(subject):
        subject = subject.lower()
        run = OfRun(run_partition(tenant, subject))
        if run.exists():
            return run
    if is_uuid(subject) and (definition := find_definition(tenant, subject)):
        subject = definition.key
    return Indexed(BY_SUBJECT, [subject_partition(tenant, definition_named(subject))])
