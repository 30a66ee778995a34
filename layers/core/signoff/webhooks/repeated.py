"""Commands about webhooks that are sent again: a note, written with what they made."""

import time

from signoff.limits import COMMAND_KEPT_SECONDS
from signoff.storage.store import state
from signoff.storage.table import Key
from signoff.storage.transaction import Transaction, absent


def made_by(tenant: str, command: str | None) -> str | None:
    """The id of what this very command made when it was sent before; None: it is new."""
    note = state().get(command_key(tenant, command)) if command else None
    return note["made"] if note else None


def note_made(transaction: Transaction, tenant: str, command: str | None, made: str) -> None:
    """Note in ``transaction`` that the command made or changed the thing with the id ``made``."""
    if command is None:
        return
    partition, sort = command_key(tenant, command)
    expires = int(time.time()) + COMMAND_KEPT_SECONDS
    item = {"PK": partition, "SK": sort, "made": made, "expiresAt": expires}
    transaction.put(state(), item, absent())


def command_key(tenant: str, command: str) -> Key:
    """Where a command's note is."""
    # Items of their own, because the subscriptions' ids are the order of their list.
    return f"T#{tenant}#WEBHOOKCOMMAND#{command}", "MADE"
