"""API keys as the admin API takes and shows them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from signoff.contracts.admin.models import LEFT_OUT, Sent, Shown
from signoff.errors import Invalid
from signoff.identity.addresses import MAX_ADDRESSES
from signoff.identity.key_changes import DEFAULT_OVERLAP, MAX_OVERLAP, Edit
from signoff.identity.keys import MAX_NAME, ApiKey, is_past

Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME, examples=["ERP Integration"])]
Scopes = Annotated[
    list[Annotated[str, Field(max_length=64)]],
    Field(min_length=1, max_length=50, examples=[["flows:read", "tasks:read"]]),
]
Addresses = Annotated[
    list[Annotated[str, Field(max_length=64)]],
    Field(
        max_length=MAX_ADDRESSES,
        description="Networks that the key may be used from, IPv4 or IPv6 in CIDR notation; "
        "none means everywhere",
        examples=[["203.0.113.0/24", "2001:db8::/32"]],
    ),
]


class CreateKeyRequest(Sent):
    """A key that is to be made. docs/identity.md lists the scopes."""

    name: Name
    scopes: Scopes
    expires_at: Annotated[
        str | None,
        Field(max_length=64, description="RFC 3339 with an offset; absent means never"),
    ] = None
    ip_allow_list: Addresses = Field(default_factory=list)


class EditKeyRequest(Sent):
    """What shall be different; a field that is left out stays as it is."""

    name: Name = LEFT_OUT
    scopes: Scopes = LEFT_OUT
    expires_at: Annotated[
        str | None,
        Field(max_length=64, description="RFC 3339 with an offset; null means never"),
    ] = None
    ip_allow_list: Addresses = LEFT_OUT

    def as_edit(self) -> Edit:
        """The same as the service takes it. Raises Invalid for an empty one."""
        if not self.model_fields_set:
            raise Invalid("Nothing is to be changed")
        expiry = (self.expires_at,) if "expires_at" in self.model_fields_set else None
        return Edit(self.name, self.scopes, self.ip_allow_list, expiry)


class RotateKeyRequest(Sent):
    """How long the secret that is replaced stays good."""

    overlap_seconds: Annotated[int, Field(ge=0, le=MAX_OVERLAP)] = DEFAULT_OVERLAP


class Key(Shown):
    """A key without its secret."""

    id: str
    name: str
    scopes: list[str]
    status: Literal["ACTIVE", "EXPIRED", "REVOKED"]
    created_at: str
    created_by: str | None
    expires_at: str | None
    revoked_at: str | None
    ip_allow_list: list[str]
    last_used_at: Annotated[str | None, Field(description="To about two minutes")]
    rotated_at: str | None
    former_secret_until: Annotated[
        str | None, Field(description="Until when the secret before the last rotation is good")
    ]


class CreatedKey(Key):
    """A key with a new secret, which nobody can read again, whatever Idempotency-Key they send."""

    secret: Annotated[
        str | None,
        Field(description="The bearer string; null where the request is a repetition"),
    ]


def shown_key(key: ApiKey) -> Key:
    """The key as lists show it."""
    return Key(**_fields(key))


def created_key(key: ApiKey, secret: str | None) -> CreatedKey:
    """The key as its maker sees it, once; without the secret where it was made before."""
    return CreatedKey(**_fields(key), secret=secret)


def _fields(key: ApiKey) -> dict[str, Any]:
    status = "REVOKED" if key.revoked_at else "EXPIRED" if key.is_expired() else "ACTIVE"
    return {
        "id": key.key_id,
        "name": key.name,
        "scopes": list(key.scopes),
        "status": status,
        "created_at": key.created_at,
        "created_by": key.created_by,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "ip_allow_list": list(key.allowed),
        "last_used_at": key.used_at,
        "rotated_at": key.rotated_at,
        "former_secret_until": None if is_past(key.previous_until) else key.previous_until,
    }
