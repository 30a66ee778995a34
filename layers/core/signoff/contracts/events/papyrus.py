"""The Approvals API's own envelope, in that contract's words (fact sheet, section 7)."""

from typing import Any

from signoff.contracts.approvals.ids import instance_id, template_id
from signoff.contracts.approvals.times import moment
from signoff.contracts.approvals.words import detail_of
from signoff.contracts.events.catalog import carried, papyrus_type
from signoff.contracts.events.format import Event, Format, bounded
from signoff.contracts.events.happened import Happened
from signoff.documents.entry import DocumentEntry
from signoff.history.entry import HistoryEntry
from signoff.identity.settings import SettingsEntry
from signoff.identity.tenants import tenant_uuid

Data = dict[str, Any]


def type_of(happened: Happened) -> str:
    """``workflow.task.assigned`` for a task that was opened, claimed, delegated or reassigned.

    What a run did and the contract has no word for is behind ``workflow.``.
    """
    kind = papyrus_type(happened.type)
    is_named = kind != happened.type or not isinstance(happened, HistoryEntry)
    return kind if is_named else f"workflow.{kind}"


def event_id(happened: Happened) -> str:
    """``evt_`` and the 32 hexadecimal digits of the entry's id."""
    return f"evt_{happened.id.replace('-', '')}"


def envelope(happened: Happened) -> Event:
    """``{id, type, createdAt, tenantId, tenantSlug, sequence, data}``.

    ``sequence`` counts up within the instance or the document that the event is about; what is
    about neither has none.
    """
    return bounded(
        {
            "id": event_id(happened),
            "type": type_of(happened),
            "createdAt": moment(happened.at),
            "tenantId": tenant_uuid(happened.tenant),
            "tenantSlug": happened.tenant,
            **_sequence(happened),
            "data": {**_data(happened), "actorUserId": happened.actor},
        }
    )


def _sequence(happened: Happened) -> Data:
    return {} if isinstance(happened, SettingsEntry) else {"sequence": happened.sequence}


def _data(happened: Happened) -> Data:
    if isinstance(happened, HistoryEntry):
        return _of_run(happened)
    if isinstance(happened, DocumentEntry):
        return happened.detail
    return _of_settings(happened)


def _of_run(entry: HistoryEntry) -> Data:
    about = {
        "instanceId": instance_id(entry.run_id),
        "templateId": template_id(entry.definition_key),
        "documentId": entry.document_ref,
    }
    return about | detail_of(entry) | _besides(entry)


def _besides(entry: HistoryEntry) -> Data:
    """What an event says and the instance's history does not, or not so."""
    detail = entry.detail
    if entry.type == "run.started":
        return {"context": detail["variables"]}
    if entry.type == "task.released":
        return {"assigneeId": None, "formerAssigneeId": detail["owner"]}
    if papyrus_type(entry.type) != "workflow.task.assigned":
        return {}
    change = {"change": entry.type.partition(".")[2]}
    if entry.type in ("task.opened", "task.claimed"):
        return change
    return change | {"assigneeId": detail["to"], "formerAssigneeId": detail["from"]}


def _of_settings(entry: SettingsEntry) -> Data:
    said = {name: entry.detail[name] for name in carried(entry.type) if name in entry.detail}
    if "key" in said:
        return {"templateId": template_id(said["key"]), "templateVersion": said.get("version")}
    return said


FORMAT = Format(
    name="papyrus",
    content_type="application/json",
    type_of=type_of,
    event_id=event_id,
    render=envelope,
)
