"""What a tenant has set for telling people: the Slack channel that all of them may use.

The address is a secret (whoever has it may write into the channel): it is kept sealed, and only its
host is ever shown. Item ``T#<tenant>`` / ``SETTINGS#notifications``.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from signoff.identity.principal import Caller
from signoff.identity.settings import SETTINGS_CHANGED, record
from signoff.outbound.urls import check_url
from signoff.storage.repeating import until_committed
from signoff.storage.sealed import seal, unseal
from signoff.storage.store import state
from signoff.storage.table import Key
from signoff.storage.transaction import Transaction, absent, unchanged
from signoff.storage.values import Item


@dataclass(frozen=True)
class NotificationSettings:
    """``slack`` is the sealed address of the tenant's channel; ``version`` counts the changes."""

    tenant: str
    slack: str | None = None
    slack_host: str | None = None
    version: int = 0

    def to_item(self) -> Item:
        """The item of the state table."""
        pk, sk = settings_key(self.tenant)
        return {
            "PK": pk,
            "SK": sk,
            "tenant": self.tenant,
            "slack": self.slack,
            "slackHost": self.slack_host,
            "version": self.version,
        }

    @staticmethod
    def from_item(item: Item) -> "NotificationSettings":
        """What ``to_item`` wrote."""
        return NotificationSettings(
            item["tenant"], item.get("slack"), item.get("slackHost"), item["version"]
        )

    def slack_url(self) -> str | None:
        """The channel's address, opened."""
        return unseal(self.slack, **_context(self.tenant)) if self.slack else None


def find_settings(tenant: str) -> NotificationSettings:
    """The tenant's settings, or what holds unless told; one consistent read."""
    item = state().get(settings_key(tenant))
    return NotificationSettings.from_item(item) if item else NotificationSettings(tenant)


def change_settings(caller: Caller, slack_url: str | None) -> NotificationSettings:
    """Set the channel's address, or (None) take it away, with an entry in the settings' history.

    Raises Invalid.
    """
    sealed = None
    if slack_url is not None:
        check_slack_url(slack_url)
        sealed = seal(slack_url, **_context(caller.tenant))

    def change() -> NotificationSettings:
        former = find_settings(caller.tenant)
        if former.slack is None and sealed is None:
            return former
        host = host_of(slack_url) if slack_url is not None else None
        changed = NotificationSettings(caller.tenant, sealed, host, former.version + 1)
        transaction = Transaction()
        condition = unchanged(former.version) if former.version else absent()
        transaction.put(state(), changed.to_item(), condition)
        told = {"settings": "notifications"}
        told_of = {"from": {"slack": former.slack_host}, "to": {"slack": host}}
        record(transaction, caller.tenant, SETTINGS_CHANGED, {**told, **told_of}, caller)
        transaction.commit()
        return changed

    return until_committed(change, "The setting")


def check_slack_url(url: str) -> None:
    """Raise Invalid for an address that may not be written to (``outbound.urls``)."""
    check_url(url, field="slackUrl")


def host_of(url: str) -> str | None:
    """What may be shown of an address whose path is a secret."""
    return urlsplit(url).hostname


def settings_key(tenant: str) -> Key:
    """Where the settings are."""
    return f"T#{tenant}", "SETTINGS#notifications"


def _context(tenant: str) -> dict[str, str]:
    """What the channel's address is sealed for."""
    return {"tenant": tenant, "use": "slack"}
