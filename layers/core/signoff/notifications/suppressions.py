"""Addresses that get no more mail, per tenant: mail to them came back, or their owner complained.

Item ``T#<tenant>#SUPPRESSED`` / ``<id>``; the id is derived from the address, so that one read
before a mail is sent says whether it may be.
"""

import uuid
from dataclasses import dataclass
from typing import Literal

from signoff.clock import timestamp
from signoff.errors import NotFound
from signoff.identity.principal import Caller
from signoff.identity.settings import ADDRESS_RELEASED, ADDRESS_SUPPRESSED, record
from signoff.pagination import Slice
from signoff.storage.listing import listed
from signoff.storage.repeating import until_committed
from signoff.storage.store import state
from signoff.storage.table import Key
from signoff.storage.transaction import Transaction, absent, present
from signoff.storage.values import Item

Cause = Literal["bounce", "complaint"]

_ADDRESSES = uuid.UUID("0d1b7d5e-2b7c-4f3e-9a51-9c6d2f0a7e44")  # namespace of address ids


@dataclass(frozen=True)
class Suppression:
    """``detail`` is what the mail service says of it in a word or two."""

    tenant: str
    address: str
    cause: Cause
    at: str
    detail: str | None = None

    @property
    def address_id(self) -> str:
        """What paths call the address."""
        return address_id(self.tenant, self.address)

    def to_item(self) -> Item:
        """The item of the state table."""
        pk, sk = suppression_key(self.tenant, self.address_id)
        return {
            "PK": pk,
            "SK": sk,
            "tenant": self.tenant,
            "address": self.address,
            "cause": self.cause,
            "at": self.at,
            "detail": self.detail,
        }

    @staticmethod
    def from_item(item: Item) -> "Suppression":
        """What ``to_item`` wrote."""
        return Suppression(
            item["tenant"], item["address"], item["cause"], item["at"], item.get("detail")
        )


def find_suppression(tenant: str, an_id: str) -> Suppression | None:
    """Why an address gets no mail, None where it does; one consistent read."""
    item = state().get(suppression_key(tenant, an_id))
    return Suppression.from_item(item) if item else None


def is_suppressed(tenant: str, address: str) -> bool:
    """Whether nothing is sent to ``address``."""
    return find_suppression(tenant, address_id(tenant, address)) is not None


def list_suppressions(tenant: str, *, limit: int, cursor: str | None) -> Slice[Suppression]:
    """The tenant's suppressed addresses, in the order of their ids; one query."""
    found = listed(f"T#{tenant}#SUPPRESSED", limit=limit, cursor=cursor)
    return found.map(Suppression.from_item)


def suppress(tenant: str, address: str, cause: Cause, detail: str | None) -> bool:
    """Send nothing more to ``address``, with an entry that tells the administrators.

    Answers False where it was so already; repeating it writes nothing.
    """
    kept = Suppression(tenant, address, cause, timestamp(), detail)

    def command() -> bool:
        if find_suppression(tenant, kept.address_id) is not None:
            return False
        transaction = Transaction()
        transaction.put(state(), kept.to_item(), absent())
        told = {"addressId": kept.address_id, "address": address, "cause": cause}
        record(transaction, tenant, ADDRESS_SUPPRESSED, told, by=None)
        transaction.commit()
        return True

    return until_committed(command, "The address")


def release(caller: Caller, an_id: str) -> Suppression:
    """Send mail to the address again. Raises NotFound where it is not suppressed."""

    def command() -> Suppression:
        found = find_suppression(caller.tenant, an_id)
        if found is None:
            raise NotFound("Address not found")
        transaction = Transaction()
        transaction.delete(state(), suppression_key(caller.tenant, an_id), present())
        told = {"addressId": found.address_id, "address": found.address}
        record(transaction, caller.tenant, ADDRESS_RELEASED, told, caller)
        transaction.commit()
        return found

    return until_committed(command, "The address")


def address_id(tenant: str, address: str) -> str:
    """The id of an address; letter case does not count."""
    return str(uuid.uuid5(_ADDRESSES, f"{tenant}/{address.casefold()}"))


def suppression_key(tenant: str, an_id: str) -> Key:
    """Where it stands that an address gets no mail."""
    return f"T#{tenant}#SUPPRESSED", an_id.lower()
