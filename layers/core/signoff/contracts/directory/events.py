"""Changes of people as CloudEvents 1.0."""

from typing import Any

from signoff.directory.announced import UserChange


def to_cloud_event(change: UserChange) -> dict[str, Any]:
    """The event that ``change`` is: ``dev.signoff.user.created``, ``….changed``, ``….removed``."""
    return {
        "specversion": "1.0",
        "id": change.id,
        "source": "/signoff/directory",
        "type": f"dev.signoff.{change.type}",
        "subject": change.user_id,
        "time": change.at,
        "datacontenttype": "application/json",
        "tenant": change.tenant,
        "data": {"userId": change.user_id, "actorId": change.actor},
    }
