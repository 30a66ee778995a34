"""API keys: made once, shown once, kept as a hash, revoked for good.

Two items of the state table per key, written in one transaction: ``KEY#<hash>`` / ``KEY``, which
authentication reads with one GetItem, and ``T#<tenant>#KEYS`` / ``<key id>``, which lists are made
of. A key is 256 random bits, so a plain SHA-256 cannot be searched and needs no salt.
"""

import hashlib
import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, overload

from signoff import clock
from signoff.clock import timestamp
from signoff.errors import Busy, Invalid, NotFound
from signoff.identity.principal import Caller
from signoff.identity.scopes import check_grant, parse_scopes
from signoff.identity.settings import KEY_CREATED, KEY_REVOKED, record, sortable_id
from signoff.pagination import Slice
from signoff.storage.listing import listed
from signoff.storage.store import state
from signoff.storage.table import Key
from signoff.storage.transaction import Condition, ConditionFailed, Contended, Transaction, absent
from signoff.storage.values import Item

PREFIX = "wf_"
MAX_NAME = 100

_SECRET_BYTES = 32  # 43 characters of URL-safe base64
_SECRET = re.compile(r"wf_[A-Za-z0-9_-]{43}")
_KEY_ID = re.compile(r"[0-9a-f-]{36}")
_NOT_REVOKED = Condition("attribute_exists(PK) AND attribute_not_exists(revokedAt)")
_ATTEMPTS = 3
_COMMAND_SECONDS = 24 * 3600  # as long as an Idempotency-Key is kept


@dataclass(frozen=True)
class ApiKey:
    """A key as everybody may see it; the secret is not in here and cannot be had again."""

    key_id: str
    tenant: str
    name: str
    scopes: tuple[str, ...]
    created_at: str
    created_by: str | None
    expires_at: str | None
    revoked_at: str | None
    digest: str

    def is_expired(self, moment: datetime | None = None) -> bool:
        """Whether the key's time is over at ``moment`` (default: now)."""
        if self.expires_at is None:
            return False
        return datetime.fromisoformat(self.expires_at) <= (moment or clock.now())

    def to_item(self, key: Key) -> Item:
        """The key as it is stored under ``key``; both of its items hold the same."""
        return {
            "PK": key[0],
            "SK": key[1],
            "keyId": self.key_id,
            "tenant": self.tenant,
            "name": self.name,
            "scopes": list(self.scopes),
            "createdAt": self.created_at,
            "createdBy": self.created_by,
            "expiresAt": self.expires_at,
            "revokedAt": self.revoked_at,
            "digest": self.digest,
        }

    @staticmethod
    def from_item(item: Item) -> "ApiKey":
        """What ``to_item`` wrote."""
        return ApiKey(
            key_id=item["keyId"],
            tenant=item["tenant"],
            name=item["name"],
            scopes=tuple(item["scopes"]),
            created_at=item["createdAt"],
            created_by=item.get("createdBy"),
            expires_at=item.get("expiresAt"),
            revoked_at=item.get("revokedAt"),
            digest=item["digest"],
        )


def digest_of(secret: str) -> str:
    """The SHA-256, in hex, that stands for a secret everywhere."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_wellformed(secret: str) -> bool:
    """Whether ``secret`` can be a key at all; what cannot is not looked up."""
    return _SECRET.fullmatch(secret) is not None


def check_key(name: str, scopes: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """A key's name and scopes as they are stored. Raises Invalid."""
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise Invalid(f"A key's name has 1 to {MAX_NAME} characters", field="name")
    return name, parse_scopes(scopes)


@overload
def create_key(
    tenant: str, name: str, scopes: Iterable[str], *, expires_at: str | None = None, by: None = None
) -> tuple[ApiKey, str]: ...


@overload
def create_key(
    tenant: str, name: str, scopes: Iterable[str], *, expires_at: str | None = None, by: Caller
) -> tuple[ApiKey, str | None]: ...


def create_key(
    tenant: str,
    name: str,
    scopes: Iterable[str],
    *,
    expires_at: str | None = None,
    by: Caller | None = None,
) -> tuple[ApiKey, str | None]:
    """Make a key for ``tenant``; answers it and its secret, which nobody can read again.

    A command repeated under one Idempotency-Key finds the key that it made, and no secret.

    ``expires_at`` is RFC 3339 with an offset and in the future. ``by`` is None only for what is
    done with IAM credentials. Raises Invalid, and Forbidden where ``by`` grants an admin scope
    that it does not hold.
    """
    name, granted = check_key(name, scopes)
    if by:
        check_grant(by.principal.scopes, granted)
    command = by.command_id if by else None
    if command and (made := _made_by(tenant, command)):
        return made, None
    secret = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    key = ApiKey(
        key_id=sortable_id(),
        tenant=tenant,
        name=name,
        scopes=granted,
        created_at=timestamp(),
        created_by=by.actor.id if by else None,
        expires_at=_future(expires_at) if expires_at is not None else None,
        revoked_at=None,
        digest=digest_of(secret),
    )
    transaction = Transaction()
    transaction.put(state(), key.to_item(_lookup_key(key.digest)), absent())
    transaction.put(state(), key.to_item(_list_key(tenant, key.key_id)), absent())
    record(transaction, tenant, KEY_CREATED, _detail(key), by)
    if command:
        pk, sk = _command_key(tenant, command)
        expires = int(time.time()) + _COMMAND_SECONDS
        marker = {"PK": pk, "SK": sk, "keyId": key.key_id, "expiresAt": expires}
        transaction.put(state(), marker, absent())
    try:
        transaction.commit()
    except (ConditionFailed, Contended):
        # The same command, at the same time, in another container.
        made = _made_by(tenant, command) if command else None
        if made is None:
            raise
        return made, None
    return key, secret


def find_by_digest(digest: str) -> ApiKey | None:
    """The key behind a hash, revoked and expired ones too; one consistent read."""
    item = state().get(_lookup_key(digest))
    return ApiKey.from_item(item) if item else None


def list_keys(tenant: str, *, limit: int, cursor: str | None = None) -> Slice[ApiKey]:
    """The tenant's keys, newest first, revoked ones too; one query."""
    found = listed(_list_partition(tenant), limit=limit, cursor=cursor, newest_first=True)
    return found.map(ApiKey.from_item)


def revoke_key(tenant: str, key_id: str, *, by: Caller | None = None) -> ApiKey:
    """Revoke a key, for good. Repeating it changes nothing and answers the same.

    Containers that know the key stop believing it within 60 s (``authenticate``). Raises NotFound.
    """
    if not _KEY_ID.fullmatch(key_id):
        raise NotFound("Key not found")
    for _ in range(_ATTEMPTS):
        item = state().get(_list_key(tenant, key_id))
        if item is None:
            raise NotFound("Key not found")
        key = ApiKey.from_item(item)
        if key.revoked_at is not None:
            return key
        moment = {"revokedAt": timestamp()}
        transaction = Transaction()
        for each in (_lookup_key(key.digest), _list_key(tenant, key_id)):
            transaction.update(state(), each, set_=moment, condition=_NOT_REVOKED)
        record(transaction, tenant, KEY_REVOKED, _detail(key), by)
        try:
            transaction.commit()
        except (ConditionFailed, Contended):
            continue  # somebody revokes it as well: what they wrote is the answer
        return ApiKey.from_item(item | moment)
    raise Busy("The key is being changed by others; try again")


def _future(expires_at: str) -> str:
    try:
        moment = datetime.fromisoformat(expires_at)
        if moment.tzinfo is None:
            raise ValueError("without an offset")
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(
            "expiresAt is a date and time with an offset, such as 2027-01-31T00:00:00Z",
            field="expiresAt",
        ) from error
    if moment <= clock.now():
        raise Invalid("expiresAt is in the past", field="expiresAt")
    return timestamp(moment)


def _detail(key: ApiKey) -> dict[str, Any]:
    return {
        "keyId": key.key_id,
        "name": key.name,
        "scopes": list(key.scopes),
        "expiresAt": key.expires_at,
    }


def _made_by(tenant: str, command: str) -> ApiKey | None:
    """The key that ``command`` made when it was sent before."""
    marker = state().get(_command_key(tenant, command))
    item = state().get(_list_key(tenant, marker["keyId"])) if marker else None
    return ApiKey.from_item(item) if item else None


def _command_key(tenant: str, command: str) -> Key:
    # Its own item, because the keys' ids are the order of their list.
    return (f"T#{tenant}#KEYCOMMAND#{command}", "KEY")


def _lookup_key(digest: str) -> Key:
    return (f"KEY#{digest}", "KEY")


def _list_partition(tenant: str) -> str:
    return f"T#{tenant}#KEYS"


def _list_key(tenant: str, key_id: str) -> Key:
    return (_list_partition(tenant), key_id)
