"""People of a test's directory."""

from typing import Any

from signoff.directory.user import User
from signoff.storage.store import state
from signoff.storage.transaction import Transaction


def employ(tenant: str, *user_ids: str, **fields: Any) -> None:
    """Put users into the tenant's directory, all with the same ``fields``."""
    for user_id in user_ids:
        user = User(tenant, user_id, user_id.title(), None, created_at="", updated_at="", **fields)
        hired = Transaction()
        hired.put(state(), user.to_item())
        hired.commit()


def employ_with_mail(*user_ids: str, tenant: str = "acme", **fields: Any) -> None:
    """Put users into the directory who are in the lists of their groups and can be mailed to."""
    for user_id in user_ids:
        email = f"{user_id}@example.com"
        user = User(tenant, user_id, user_id.title(), email, created_at="", updated_at="", **fields)
        hired = Transaction()
        hired.put(state(), user.to_item())
        for pk, sk in user.memberships():
            hired.put(state(), {"PK": pk, "SK": sk, "userId": user_id})
        hired.commit()
