"""What an event can be made of: an entry of the history table, of whatever kind."""

from typing import Any

from signoff.contracts.documents.events import SOURCE as DOCUMENTS
from signoff.documents.entry import DocumentEntry
from signoff.documents.model import document_partition
from signoff.history.entry import HistoryEntry
from signoff.identity.settings import SettingsEntry, settings_partition
from signoff.runs.ids import run_partition
from signoff.storage.table import Key
from signoff.storage.values import Item

Happened = HistoryEntry | DocumentEntry | SettingsEntry


def from_item(item: Item) -> Happened | None:
    """The entry behind an item of the history table; None for what is none."""
    if "runId" in item:
        return HistoryEntry.from_item(item)
    if "documentId" in item:
        return DocumentEntry.from_item(item)
    return SettingsEntry.from_item(item) if "detail" in item else None


def entry_key(event: dict[str, Any]) -> Key:
    """Where the entry is that a CloudEvent of the bus (``detail``) was made of; reads nothing.

    Runs and documents have an order of their own (``sequence``), settings are under their ids.
    """
    tenant = str(event["tenant"])
    if "sequence" not in event:
        return settings_partition(tenant), str(event["id"])
    of = document_partition if event["source"] == DOCUMENTS else run_partition
    return of(tenant, str(event["subject"])), str(event["sequence"])
