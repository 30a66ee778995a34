"""API keys: made once, shown once, kept as a hash, revoked for good.

Items of the state table, written in one transaction: ``KEY#<hash>`` / ``KEY`` for each secret of
the key, which authentication reads, and ``T#<tenant>#KEYS`` / ``<key id>``, which lists are made
of. A secret is 256 random bits, so a plain SHA-256 cannot be searched and needs no salt. A key has
one secret, and for some time after a rotation the one before as well (``key_changes``).
"""

import hashlib
import re
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, overload

from signoff import clock
from signoff.clock import timestamp
from signoff.errors import Invalid, NotFound
from signoff.identity.addresses import parse_addresses
from signoff.identity.key_use import last_uses, use_key
from signoff.identity.principal import Caller
from signoff.identity.scopes import check_grant, parse_scopes
from signoff.identity.settings import KEY_CREATED, record, sortable_id
from signoff.limits import COMMAND_KEPT_SECONDS
from signoff.pagination import Slice
from signoff.storage.listing import listed
from signoff.storage.store import state
from signoff.storage.table import Key
from signoff.storage.transaction import ConditionFailed, Contended, Transaction, absent
from signoff.storage.values import Item

PREFIX = "wf_"
MAX_NAME = 100

_SECRET_BYTES = 32  # 43 characters of URL-safe base64
_SECRET = re.compile(r"wf_[A-Za-z0-9_-]{43}")
_KEY_ID = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True)
class ApiKey:
    """A key as everybody may see it; the secret is not in here and cannot be had again.

    ``allowed`` are the networks that it may be used from, none meaning everywhere. After a rotation
    ``previous`` is the hash of the secret before, which is good until ``previous_until``; its own
    item has ``secret_until`` instead. ``used_at`` is known where it was asked for. ``version``
    counts the changes.
    """

    key_id: str
    tenant: str
    name: str
    scopes: tuple[str, ...]
    created_at: str
    created_by: str | None
    expires_at: str | None
    revoked_at: str | None
    digest: str
    allowed: tuple[str, ...] = ()
    rotated_at: str | None = None
    previous: str | None = None
    previous_until: str | None = None
    secret_until: str | None = None
    used_at: str | None = None
    version: int = 1

    def is_expired(self, moment: datetime | None = None) -> bool:
        """Whether the key's time is over at ``moment`` (default: now)."""
        return is_past(self.expires_at, moment)

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
            "allowed": list(self.allowed),
            "rotatedAt": self.rotated_at,
            "previous": self.previous,
            "previousUntil": self.previous_until,
            "secretUntil": self.secret_until,
            "version": self.version,
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
            allowed=tuple(item.get("allowed", ())),
            rotated_at=item.get("rotatedAt"),
            previous=item.get("previous"),
            previous_until=item.get("previousUntil"),
            secret_until=item.get("secretUntil"),
            version=item.get("version", 1),
        )


def is_past(end: str | None, moment: datetime | None = None) -> bool:
    """Whether ``end`` (RFC 3339; None: never) has come at ``moment`` (default: now)."""
    return end is not None and datetime.fromisoformat(end) <= (moment or clock.now())


def digest_of(secret: str) -> str:
    """The SHA-256, in hex, that stands for a secret everywhere."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """A secret that nobody has had."""
    return PREFIX + secrets.token_urlsafe(_SECRET_BYTES)


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
    tenant: str,
    name: str,
    scopes: Iterable[str],
    *,
    expires_at: str | None = None,
    allowed: Iterable[str] = (),
    by: None = None,
) -> tuple[ApiKey, str]: ...


@overload
def create_key(
    tenant: str,
    name: str,
    scopes: Iterable[str],
    *,
    expires_at: str | None = None,
    allowed: Iterable[str] = (),
    by: Caller,
) -> tuple[ApiKey, str | None]: ...


def create_key(
    tenant: str,
    name: str,
    scopes: Iterable[str],
    *,
    expires_at: str | None = None,
    allowed: Iterable[str] = (),
    by: Caller | None = None,
) -> tuple[ApiKey, str | None]:
    """Make a key for ``tenant``; answers it and its secret, which nobody can read again.

    A command repeated under one Idempotency-Key finds the key that it made, and no secret.

    ``expires_at`` is RFC 3339 with an offset and in the future, ``allowed`` are networks in CIDR
    notation. ``by`` is None only for what is done with IAM credentials. Raises Invalid, and
    Forbidden where ``by`` grants an admin scope that it does not hold.
    """
    name, granted = check_key(name, scopes)
    if by:
        check_grant(by.principal.scopes, granted)
    command = by.command_id if by else None
    if command and (made := made_by(tenant, command)):
        return made, None
    secret = new_secret()
    key = ApiKey(
        key_id=sortable_id(),
        tenant=tenant,
        name=name,
        scopes=granted,
        created_at=timestamp(),
        created_by=by.actor.id if by else None,
        expires_at=future(expires_at) if expires_at is not None else None,
        revoked_at=None,
        digest=digest_of(secret),
        allowed=parse_addresses(allowed),
    )
    transaction = Transaction()
    transaction.put(state(), key.to_item(lookup_key(key.digest)), absent())
    transaction.put(state(), key.to_item(list_key(tenant, key.key_id)), absent())
    record(transaction, tenant, KEY_CREATED, detail_of(key), by)
    if command:
        transaction.put(state(), command_marker(tenant, command, key.key_id), absent())
    try:
        transaction.commit()
    except (ConditionFailed, Contended):
        # The same command, at the same time, in another container.
        made = made_by(tenant, command) if command else None
        if made is None:
            raise
        return made, None
    return key, secret


def find_by_digest(digest: str) -> ApiKey | None:
    """The key behind a secret's hash, revoked and expired ones too, and when it was used last.

    One consistent read of both.
    """
    wanted, used = lookup_key(digest), use_key(digest)
    found = state().get_many([wanted, used])
    if wanted not in found:
        return None
    return replace(ApiKey.from_item(found[wanted]), used_at=found.get(used, {}).get("usedAt"))


def find_key(tenant: str, key_id: str) -> ApiKey:
    """The tenant's key of that id; two reads. Raises NotFound."""
    return with_use([read_key(tenant, key_id)])[0]


def read_key(tenant: str, key_id: str) -> ApiKey:
    """The same without its last use; one consistent read. Raises NotFound."""
    item = state().get(list_key(tenant, key_id)) if _KEY_ID.fullmatch(key_id) else None
    if item is None:
        raise NotFound("Key not found")
    return ApiKey.from_item(item)


def list_keys(tenant: str, *, limit: int, cursor: str | None = None) -> Slice[ApiKey]:
    """The tenant's keys, newest first, revoked ones too, with their last use.

    One query, and one read per fifty keys.
    """
    found = listed(_list_partition(tenant), limit=limit, cursor=cursor, newest_first=True)
    keys = found.map(ApiKey.from_item)
    return Slice(with_use(keys.items), keys.cursor)


def with_use(keys: list[ApiKey]) -> list[ApiKey]:
    """The keys with the moment at which either of their secrets was used last."""
    used = last_uses(digest for key in keys for digest in (key.digest, key.previous) if digest)
    moments = [
        max((used[each] for each in (key.digest, key.previous) if each in used), default=None)
        for key in keys
    ]
    return [replace(key, used_at=moment) for key, moment in zip(keys, moments, strict=True)]


def future(expires_at: str) -> str:
    """A moment that is still to come, as it is stored. Raises Invalid."""
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


def detail_of(key: ApiKey) -> dict[str, Any]:
    """What an entry of the settings history says of a key."""
    return {
        "keyId": key.key_id,
        "name": key.name,
        "scopes": list(key.scopes),
        "expiresAt": key.expires_at,
        "allowed": list(key.allowed),
    }


def made_by(tenant: str, command: str) -> ApiKey | None:
    """The key that ``command`` made when it was sent before."""
    marker = state().get(_command_key(tenant, command))
    return read_key(tenant, marker["keyId"]) if marker else None


def command_marker(tenant: str, command: str, key_id: str) -> Item:
    """The item that remembers which key ``command`` made or gave a new secret."""
    pk, sk = _command_key(tenant, command)
    expires = int(time.time()) + COMMAND_KEPT_SECONDS
    return {"PK": pk, "SK": sk, "keyId": key_id, "expiresAt": expires}


def _command_key(tenant: str, command: str) -> Key:
    # Its own item, because the keys' ids are the order of their list.
    return (f"T#{tenant}#KEYCOMMAND#{command}", "KEY")


def lookup_key(digest: str) -> Key:
    """Where authentication finds the key of a secret's hash."""
    return (f"KEY#{digest}", "KEY")


def _list_partition(tenant: str) -> str:
    return f"T#{tenant}#KEYS"


def list_key(tenant: str, key_id: str) -> Key:
    """Where the tenant's list has the key."""
    return (_list_partition(tenant), key_id)
