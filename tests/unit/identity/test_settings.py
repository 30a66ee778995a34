"""The history of settings as entries."""

from signoff.contracts.events.happened import from_item
from signoff.identity.principal import Caller
from signoff.identity.settings import WEBHOOK_CHANGED, SettingsEntry, record
from signoff.storage.transaction import Transaction
from tests.unit.identity.aws import settings_entries


def test_an_entry_is_read_as_it_was_recorded(aws: None, admin: Caller) -> None:
    transaction = Transaction()
    record(transaction, "acme", WEBHOOK_CHANGED, {"webhookId": "w1", "url": "u"}, admin)
    transaction.commit()
    (item,) = settings_entries("acme")
    made = from_item(item)
    assert isinstance(made, SettingsEntry)
    assert made.key == (item["PK"], item["SK"])
    assert made.detail == {"webhookId": "w1", "url": "u"}
    assert (made.type, made.subject, made.actor) == (WEBHOOK_CHANGED, "w1", "key:Admin")
    assert made.via == admin.principal.key_id
