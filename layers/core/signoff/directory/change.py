"""Writing a person: the item, the lists that show them, and the entry, in one transaction."""

from typing import Any

from signoff.directory.user import User
from signoff.errors import Invalid
from signoff.identity.principal import Caller
from signoff.identity.settings import record
from signoff.storage.store import state
from signoff.storage.transaction import (
    MAX_ITEMS,
    Condition,
    Transaction,
    absent,
    unchanged,
)


def write_user(
    user: User, before: User | None, entry: str, detail: dict[str, Any], by: Caller | None
) -> None:
    """Write ``user``, on condition that nobody has since ``before`` was read (None: they are new).

    Raises Invalid where more memberships change than one transaction takes, ConditionFailed and
    Contended.
    """
    transaction = Transaction()
    transaction.put(state(), user.to_item(), as_read(before) if before else absent())
    here, there = user.memberships(), before.memberships() if before else []
    for pk, sk in set(here) - set(there):
        transaction.put(state(), {"PK": pk, "SK": sk, "userId": user.user_id})
    for key in set(there) - set(here):
        transaction.delete(state(), key)
    if len(transaction) >= MAX_ITEMS:
        raise Invalid(
            f"Of groups, roles and department at most {MAX_ITEMS - 2} change at once; please do it "
            "in two steps",
            field="groups",
        )
    record(transaction, user.tenant, entry, {"userId": user.user_id, **detail}, by)
    transaction.commit()


def as_read(user: User) -> Condition:
    """The user is still the one that was read.

    Neither has somebody changed them nor has their subject been bound, which counts no version.
    """
    condition = unchanged(user.version)
    condition.names["#subject"] = "subject"
    if user.subject is None:
        condition.expression += " AND attribute_not_exists(#subject)"
    else:
        condition.expression += " AND #subject = :subject"
        condition.values[":subject"] = user.subject
    return condition
