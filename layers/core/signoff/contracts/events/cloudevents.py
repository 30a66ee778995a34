"""CloudEvents 1.0, structured: what the bus carries, and what a webhook may be sent as well."""

from signoff.contracts.documents import events as documents
from signoff.contracts.events.catalog import carried
from signoff.contracts.events.format import Event, Format, bounded
from signoff.contracts.events.happened import Happened
from signoff.contracts.flow import events as flow
from signoff.documents.entry import DocumentEntry
from signoff.history.entry import HistoryEntry
from signoff.identity.settings import SettingsEntry


def to_cloud_event(happened: Happened) -> Event:
    """The event that ``happened`` is.

    Of a run in the Flow API's types and data, where it has any; all else is ``dev.signoff.*``.
    """
    return bounded(_event(happened))


def _event(happened: Happened) -> Event:
    if isinstance(happened, HistoryEntry):
        return flow.to_cloud_event(happened)
    if isinstance(happened, DocumentEntry):
        return documents.to_cloud_event(happened)
    return _of_settings(happened)


def _of_settings(entry: SettingsEntry) -> Event:
    """Without a ``sequence``, and without a ``subject`` where it is the tenant as a whole."""
    kind = entry.type.partition(".")[0]
    said = {name: entry.detail[name] for name in carried(entry.type) if name in entry.detail}
    return {
        "specversion": "1.0",
        "id": entry.id,
        "source": _SOURCES.get(kind, "/signoff/settings"),
        "type": f"dev.signoff.{entry.type}",
        **({"subject": entry.subject} if entry.subject else {}),
        "time": entry.at,
        "datacontenttype": "application/json",
        "tenant": entry.tenant,
        "data": {**said, "actorId": entry.actor},
    }


_SOURCES = {
    "user": "/signoff/directory",
    "department": "/signoff/directory",
    "webhook": "/signoff/webhooks",
    "address": "/signoff/notifications",
}


FORMAT = Format(
    name="cloudevents",
    content_type="application/cloudevents+json; charset=UTF-8",
    type_of=lambda happened: str(_event(happened)["type"]),
    event_id=lambda happened: happened.id,
    render=to_cloud_event,
)
