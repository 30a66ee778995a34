"""Changing an API key: editing it, giving it a new secret, revoking it.

Whoever changes a key must be able to grant what it holds, before and after; revoking asks for no
more than ``admin:keys``. Containers that know the key go on as before for up to 60 s
(``known_keys``).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from signoff import clock
from signoff.clock import timestamp
from signoff.errors import Conflict, Invalid
from signoff.identity.addresses import parse_addresses
from signoff.identity.keys import (
    ApiKey,
    check_key,
    command_marker,
    detail_of,
    digest_of,
    future,
    is_past,
    list_key,
    lookup_key,
    made_by,
    new_secret,
    read_key,
)
from signoff.identity.principal import Caller
from signoff.identity.scopes import check_grant
from signoff.identity.settings import KEY_CHANGED, KEY_REVOKED, KEY_ROTATED, record
from signoff.storage.repeating import until_committed
from signoff.storage.store import state
from signoff.storage.table import Key
from signoff.storage.transaction import Condition, Transaction, absent, unchanged
from signoff.storage.values import Item

DEFAULT_OVERLAP = 24 * 3600
MAX_OVERLAP = 7 * 24 * 3600

_WHAT = "The key"


@dataclass(frozen=True)
class Edit:
    """What shall be different; a field that is None stays, but for ``expiry``.

    ``expiry`` is None to leave it, ``(None,)`` for a key without an end, ``(moment,)`` for another.
    """

    name: str | None = None
    scopes: Iterable[str] | None = None
    allowed: Iterable[str] | None = None
    expiry: tuple[str | None] | None = None


def edit_key(tenant: str, key_id: str, edit: Edit, *, by: Caller) -> ApiKey:
    """Change a key's name, scopes, addresses or end. An edit that changes nothing writes nothing.

    Raises Invalid, NotFound, Conflict for a revoked key, and Forbidden where ``by`` could not
    grant what the key holds.
    """

    def changed(key: ApiKey) -> ApiKey:
        _check_power(by, key)
        name, scopes = check_key(
            key.name if edit.name is None else edit.name,
            key.scopes if edit.scopes is None else edit.scopes,
        )
        check_grant(by.principal.scopes, scopes)
        expires_at = key.expires_at
        if edit.expiry is not None:
            expires_at = future(edit.expiry[0]) if edit.expiry[0] is not None else None
        allowed = key.allowed if edit.allowed is None else parse_addresses(edit.allowed)
        return replace(key, name=name, scopes=scopes, expires_at=expires_at, allowed=allowed)

    def entry(before: ApiKey, after: ApiKey) -> dict[str, Any]:
        was, now = detail_of(before), detail_of(after)
        different = [name for name in now if was[name] != now[name]]
        return {
            "keyId": after.key_id,
            "name": after.name,
            "before": {name: was[name] for name in different},
            "after": {name: now[name] for name in different},
        }

    return until_committed(lambda: _change(tenant, key_id, changed, KEY_CHANGED, entry, by), _WHAT)


def rotate_key(
    tenant: str, key_id: str, *, overlap_seconds: int = DEFAULT_OVERLAP, by: Caller
) -> tuple[ApiKey, str | None]:
    """Give the key a new secret; the present one is good for ``overlap_seconds`` more.

    Answers the key and its secret, which nobody can read again: a repetition under one
    Idempotency-Key gets None. A secret that an earlier rotation left behind ends at once. Raises
    Invalid, NotFound, Conflict for a key that is revoked or over, and Forbidden where ``by``
    could not have made such a key.
    """
    if not 0 <= overlap_seconds <= MAX_OVERLAP:
        raise Invalid(f"overlapSeconds is 0 to {MAX_OVERLAP}", field="overlapSeconds")
    secret = new_secret()

    def changed(key: ApiKey) -> ApiKey:
        _check_power(by, key)
        if key.is_expired():
            raise Conflict("The API key has expired")
        now = clock.now()
        return replace(
            key,
            digest=digest_of(secret),
            rotated_at=timestamp(now),
            previous=key.digest,
            previous_until=timestamp(now + timedelta(seconds=overlap_seconds)),
        )

    def entry(_: ApiKey, after: ApiKey) -> dict[str, Any]:
        return {
            "keyId": after.key_id,
            "name": after.name,
            "overlapSeconds": overlap_seconds,
            "previousUntil": after.previous_until,
        }

    def rotate() -> tuple[ApiKey, str | None]:
        if by.command_id and (made := made_by(tenant, by.command_id)):
            return made, None
        return _change(tenant, key_id, changed, KEY_ROTATED, entry, by), secret

    return until_committed(rotate, _WHAT)


def revoke_key(tenant: str, key_id: str, *, by: Caller | None = None) -> ApiKey:
    """Revoke a key with all its secrets, for good; again, it changes nothing. Raises NotFound."""
    key = read_key(tenant, key_id)
    if key.revoked_at is not None:
        return key

    def changed(key: ApiKey) -> ApiKey:
        return replace(key, revoked_at=timestamp())

    def entry(_: ApiKey, after: ApiKey) -> dict[str, Any]:
        return detail_of(after)

    try:
        return until_committed(
            lambda: _change(tenant, key_id, changed, KEY_REVOKED, entry, by), _WHAT
        )
    except Conflict:
        return read_key(tenant, key_id)  # somebody else revoked it: what they wrote is the answer


def _change(
    tenant: str,
    key_id: str,
    changed: Callable[[ApiKey], ApiKey],
    kind: str,
    entry: Callable[[ApiKey, ApiKey], dict[str, Any]],
    by: Caller | None,
) -> ApiKey:
    """Write what ``changed`` makes of the key to all its items, with its entry.

    Raises ConditionFailed or Contended when somebody was faster; nothing is written then.
    """
    before = read_key(tenant, key_id)
    if before.revoked_at is not None:
        raise Conflict("The API key has been revoked")
    after = changed(before)
    if after == before:
        return before
    after = replace(after, version=before.version + 1)
    transaction = Transaction()
    listed = after.to_item(list_key(tenant, key_id))
    transaction.put(state(), listed, _as_read(before))
    for item in _lookups(before, after):
        transaction.put(state(), item)
    record(transaction, tenant, kind, entry(before, after), by)
    if by and by.command_id and kind == KEY_ROTATED:
        transaction.put(state(), command_marker(tenant, by.command_id, key_id), absent())
    transaction.commit()
    return after


def _as_read(key: ApiKey) -> Condition:
    condition = unchanged(key.version)
    if key.version == 1:  # keys made by the first release carry no version
        condition.expression = f"attribute_not_exists(#version) OR {condition.expression}"
    return condition


def _lookups(before: ApiKey, after: ApiKey) -> list[Item]:
    """The items of every secret that is good, and of the one that a rotation ends."""
    ends = {after.digest: after.secret_until}
    if after.previous is not None:
        ends[after.previous] = after.previous_until
    if before.previous is not None and before.previous not in ends:
        ends[before.previous] = (
            before.previous_until if is_past(before.previous_until) else after.rotated_at
        )
    return [_secret_item(after, digest, until) for digest, until in ends.items()]


def _secret_item(key: ApiKey, digest: str, until: str | None) -> Item:
    where: Key = lookup_key(digest)
    own = replace(key, digest=digest, secret_until=until, previous=None, previous_until=None)
    return own.to_item(where)


def _check_power(by: Caller, key: ApiKey) -> None:
    """A key's powers are not widened, and its secret is not had, by somebody who has less."""
    check_grant(by.principal.scopes, key.scopes)
