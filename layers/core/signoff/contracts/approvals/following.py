"""Following an instance: its events as a webhook has them, and where it stands."""

from signoff.contracts.approvals.models_events import InstanceEvent, InstanceStanding
from signoff.contracts.approvals.rendering import instance_status
from signoff.contracts.events import papyrus
from signoff.history.entry import HistoryEntry
from signoff.pagination import Feed
from signoff.runs.follow import Followed


def followed(found: Followed) -> Feed[InstanceEvent, InstanceStanding]:
    """What was found, in the contract's words."""
    run = found.run
    standing = InstanceStanding(
        status=instance_status(run),
        outcome=run.outcome,
        error=run.error if run.status == "FAILED" else None,
        ended=found.ended,
    )
    events = [_event(entry) for entry in found.entries]
    return Feed(events, found.cursor, more=found.more, standing=standing)


def _event(entry: HistoryEntry) -> InstanceEvent:
    return InstanceEvent.model_validate(papyrus.FORMAT.render(entry))
