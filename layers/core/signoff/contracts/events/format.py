"""What a format of events is, and how large an event may be."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from signoff.contracts.events.happened import Happened
from signoff.storage.values import to_json

# An entry of PutEvents has 256 KiB, its other fields included.
EVENT_BYTES = 250_000
# Of an event that would be larger, what stays.
_SHORT_BYTES = 1_000

Event = dict[str, Any]


@dataclass(frozen=True)
class Format:
    """How events look to those who receive them.

    ``render`` makes the event of an entry, of at most ``EVENT_BYTES`` as JSON and always the same;
    it has its data under ``data``. ``type_of`` and ``event_id`` are what it calls the event.
    """

    name: str
    content_type: str
    type_of: Callable[[Happened], str]
    event_id: Callable[[Happened], str]
    render: Callable[[Happened], Event]

    def body(self, happened: Happened) -> bytes:
        """The event as it is sent."""
        return to_json(self.render(happened)).encode()


def bounded(event: Event) -> Event:
    """``event``, without what is long in its data where it would be too large as a whole.

    Then its data has ``truncated: true``, and the API has the rest.
    """
    if len(to_json(event).encode()) <= EVENT_BYTES:
        return event
    short = {
        name: value
        for name, value in event["data"].items()
        if len(to_json(value).encode()) <= _SHORT_BYTES
    }
    return {**event, "data": {**short, "truncated": True}}
