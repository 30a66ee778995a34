"""Entries of a run's history, where a test says of them only what it is about."""

from __future__ import annotations

from typing import Any

from signoff.history.entry import HistoryEntry

RUN = "3c650bc5-1767-42b3-9ba3-cca43614d3ac"
AT = "2026-11-21T15:42:05.901Z"


def entry_of_run(kind: str, detail: dict[str, Any] | None = None, **said: Any) -> HistoryEntry:
    """An entry of that type; ``said`` are other fields of it."""
    usual = {"tenant": "acme", "run_id": RUN, "sequence": 1, "at": AT, "definition_key": "expense"}
    return HistoryEntry(type=kind, detail=detail or {}, **{**usual, **said})
