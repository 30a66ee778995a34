"""How somebody wants to be told: by mail, in Slack, or not at all.

=============================  ====================  ===========================================
partition                      sort key              item
=============================  ====================  ===========================================
``T#<tenant>#NOTICES#<user>``  ``PREFERENCES``       how they want to be told
``T#<tenant>#NOTICES#<user>``  ``SAID#<sha-256>``    what they were told (``claims``)
=============================  ====================  ===========================================
"""

from dataclasses import dataclass, replace
from typing import Literal

from signoff.errors import Invalid
from signoff.identity.principal import Caller
from signoff.identity.settings import SETTINGS_CHANGED, record
from signoff.notifications.settings import check_slack_url, find_settings, host_of
from signoff.storage.repeating import until_committed
from signoff.storage.sealed import seal, unseal
from signoff.storage.store import state
from signoff.storage.table import Key
from signoff.storage.transaction import Transaction, absent, unchanged
from signoff.storage.values import Item

Channel = Literal["mail", "slack", "none"]
CHANNELS: tuple[Channel, ...] = ("mail", "slack", "none")

_SORT = "PREFERENCES"


@dataclass(frozen=True)
class Preferences:
    """``slack`` is the person's own Slack address, sealed; without it the tenant's is used.
    ``slack_host`` is what may be shown of it. ``version`` counts the changes."""

    tenant: str
    user_id: str
    channel: Channel = "mail"
    slack: str | None = None
    slack_host: str | None = None
    version: int = 0

    def to_item(self) -> Item:
        """The item of the state table."""
        pk, sk = preferences_key(self.tenant, self.user_id)
        return {
            "PK": pk,
            "SK": sk,
            "tenant": self.tenant,
            "userId": self.user_id,
            "channel": self.channel,
            "slack": self.slack,
            "slackHost": self.slack_host,
            "version": self.version,
        }

    @staticmethod
    def from_item(item: Item) -> "Preferences":
        """What ``to_item`` wrote."""
        return Preferences(
            tenant=item["tenant"],
            user_id=item["userId"],
            channel=item["channel"],
            slack=item.get("slack"),
            slack_host=item.get("slackHost"),
            version=item["version"],
        )

    def slack_url(self) -> str | None:
        """The person's own Slack address, opened."""
        return unseal(self.slack, **_context(self.tenant, self.user_id)) if self.slack else None


def find_preferences(tenant: str, user_id: str) -> Preferences:
    """What somebody has chosen, or mail unless told; one consistent read."""
    item = state().get(preferences_key(tenant, user_id))
    return Preferences.from_item(item) if item else Preferences(tenant, user_id)


def change_preferences(
    caller: Caller, channel: Channel, slack_url: str | None, *, keeps_slack: bool
) -> Preferences:
    """Choose how the caller is told, with an entry in the settings' history.

    ``keeps_slack``: the address stays as it is, and ``slack_url`` does not count. Raises Invalid
    for an address that cannot be one, and for Slack where there is no address at all.
    """
    tenant, user_id = caller.tenant, caller.actor.id
    sealed, host = None, None
    if slack_url is not None and not keeps_slack:
        check_slack_url(slack_url)
        sealed = seal(slack_url, **_context(tenant, user_id))
        host = host_of(slack_url)

    def change() -> Preferences:
        former = find_preferences(tenant, user_id)
        changed = replace(former, channel=channel, version=former.version + 1)
        if not keeps_slack:
            changed = replace(changed, slack=sealed, slack_host=host)
        if channel == "slack" and not changed.slack and not find_settings(tenant).slack:
            raise Invalid(
                "There is no Slack address: neither of your own nor of the organisation",
                field="channel",
            )
        if _told(former) == _told(changed) and (keeps_slack or not (sealed or former.slack)):
            return former
        transaction = Transaction()
        condition = unchanged(former.version) if former.version else absent()
        transaction.put(state(), changed.to_item(), condition)
        told = {"settings": "preferences", "userId": user_id}
        told_of = {"from": _told(former), "to": _told(changed)}
        record(transaction, tenant, SETTINGS_CHANGED, {**told, **told_of}, caller)
        transaction.commit()
        return changed

    return until_committed(change, "The setting")


def preferences_key(tenant: str, user_id: str) -> Key:
    """Where it stands how somebody wants to be told."""
    return notices_partition(tenant, user_id), _SORT


def notices_partition(tenant: str, user_id: str) -> str:
    """The partition of what concerns telling one person."""
    return f"T#{tenant}#NOTICES#{user_id}"


def _told(preferences: Preferences) -> dict[str, object]:
    """What history says of them: no address, which is a secret."""
    return {"channel": preferences.channel, "slack": preferences.slack_host}


def _context(tenant: str, user_id: str) -> dict[str, str]:
    """What a person's Slack address is sealed for."""
    return {"tenant": tenant, "use": "slack", "user": user_id}
