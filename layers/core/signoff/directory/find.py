"""Finding people in the directory; every read is consistent."""

from collections.abc import Iterable

from signoff.directory.user import User, subject_key, user_key
from signoff.storage.store import state


def find_user(tenant: str, user_id: str) -> User | None:
    """The user with this id, removed ones too, or None."""
    if not user_id:
        return None
    item = state().get(user_key(tenant, user_id))
    return User.from_item(item) if item else None


def find_users(tenant: str, user_ids: Iterable[str]) -> dict[str, User]:
    """Those of ``user_ids`` that are in the directory, by id; one read per hundred."""
    wanted = [user_key(tenant, each) for each in dict.fromkeys(user_ids) if each]
    items = state().get_many(wanted)
    return {item["userId"]: User.from_item(item) for item in items.values()}


def find_subject(subject: str) -> User | None:
    """The user whose access tokens carry ``subject``, or None; two reads."""
    pointer = state().get(subject_key(subject))
    return find_user(pointer["tenant"], pointer["userId"]) if pointer else None
