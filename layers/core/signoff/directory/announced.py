"""A change of a person as the bus is told of it."""

from dataclasses import dataclass

from signoff.identity.settings import USER_CHANGED, USER_CREATED, USER_REMOVED
from signoff.storage.values import Item

ANNOUNCED = (USER_CREATED, USER_CHANGED, USER_REMOVED)


@dataclass(frozen=True)
class UserChange:
    """Who was changed by whom and when. What exactly changed stays in the settings history: names
    and addresses of people are for those who may read the directory."""

    id: str
    tenant: str
    type: str
    user_id: str
    actor: str | None
    at: str

    @staticmethod
    def from_item(item: Item) -> "UserChange":
        """The same from an entry of the settings history (``identity.settings.record``)."""
        return UserChange(
            id=item["id"],
            tenant=item["tenant"],
            type=item["type"],
            user_id=item["subject"],
            actor=item.get("actor"),
            at=item["at"],
        )
