"""The formats that events are sent in. Another is a module with a ``FORMAT``, named here."""

from signoff.contracts.events import cloudevents, papyrus
from signoff.contracts.events.format import Format
from signoff.contracts.events.happened import Happened

FORMATS: dict[str, Format] = {each.FORMAT.name: each.FORMAT for each in (papyrus, cloudevents)}
DEFAULT_FORMAT = papyrus.FORMAT.name


def names_of(happened: Happened) -> set[str]:
    """Every name that the event has in any format: a subscription may go by each of them."""
    return {each.type_of(happened) for each in FORMATS.values()}
