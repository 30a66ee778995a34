"""An entry of history, of a run or of the settings, as far as telling people needs it."""

from dataclasses import dataclass
from typing import Any

from signoff.identity.settings import settings_partition
from signoff.runs.ids import run_partition
from signoff.storage.store import history
from signoff.storage.table import Key
from signoff.storage.values import Item, from_json


@dataclass(frozen=True)
class Occurrence:
    """What happened, when, and who did it. ``run_id`` is None where it is no run's."""

    tenant: str
    id: str
    key: Key
    type: str
    at: str
    actor: str | None
    detail: dict[str, Any]
    run_id: str | None = None
    definition_key: str | None = None

    @staticmethod
    def from_item(item: Item) -> "Occurrence":
        """The same from an item of the history table."""
        return Occurrence(
            tenant=item["tenant"],
            id=item["id"],
            key=(item["PK"], item["SK"]),
            type=item["type"],
            at=item["at"],
            actor=item.get("actor"),
            detail=from_json(item["detail"]),
            run_id=item.get("runId"),
            definition_key=item.get("definitionKey"),
        )


def key_of_event(event: dict[str, Any]) -> Key:
    """Where the entry is that a CloudEvent of ours announces (extension attributes, docs/events).

    An event of a run names the run and the sequence; one of the settings is called as its entry.
    """
    tenant = str(event["tenant"])
    if "correlationid" in event:
        return run_partition(tenant, str(event["correlationid"])), str(event["sequence"])
    return settings_partition(tenant), str(event["id"])


def read_occurrence(key: Key) -> Occurrence | None:
    """The entry under ``key``; one consistent read, which is a query (roles may do no other)."""
    partition, sort = key
    page = history().query(partition, prefix=sort, limit=1)
    return Occurrence.from_item(page.items[0]) if page.items else None
