"""Many history entries, committed as a command would, so that each becomes one event."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from signoff.clock import timestamp
from signoff.contracts.events.formats import FORMATS
from signoff.history.entry import HistoryEntry
from signoff.storage.values import marshal

PER_RUN = 50
"""Entries of one run, which have its sequence."""

_WRITERS = 8


@dataclass(frozen=True)
class Committed:
    """An event: the id that it has in the default format, and when its commit was answered."""

    event_id: str
    at: float


def commit(dynamodb: Any, table: str, tenant: str, count: int) -> list[Committed]:
    """Write ``count`` entries to the history table of a stack, some at once; in order of runs.

    The entries are comments on runs that are there for nothing else.
    """
    runs = [(str(uuid.uuid4()), min(PER_RUN, count - begin)) for begin in range(0, count, PER_RUN)]

    def write(run: tuple[str, int]) -> list[Committed]:
        return [
            commit_one(dynamodb, table, tenant, run[0], sequence + 1) for sequence in range(run[1])
        ]

    with ThreadPoolExecutor(_WRITERS) as pool:
        return [each for several in pool.map(write, runs) for each in several]


def commit_one(dynamodb: Any, table: str, tenant: str, run_id: str, sequence: int) -> Committed:
    """Write one entry."""
    entry = HistoryEntry(
        tenant=tenant,
        run_id=run_id,
        sequence=sequence,
        type="comment.added",
        at=timestamp(),
        detail={"comment": f"number {sequence}"},
        definition_key="document-approval",
        actor="alice",
    )
    dynamodb.put_item(TableName=table, Item=marshal(entry.to_item()))
    return Committed(FORMATS["papyrus"].event_id(entry), time.time())
