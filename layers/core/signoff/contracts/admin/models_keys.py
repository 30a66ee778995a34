"""API keys as the admin API takes and shows them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from signoff.contracts.admin.models import Sent, Shown
from signoff.identity.keys import MAX_NAME, ApiKey


class CreateKeyRequest(Sent):
    """A key that is to be made. docs/identity.md lists the scopes."""

    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME, examples=["ERP Integration"])]
    scopes: Annotated[
        list[Annotated[str, Field(max_length=64)]],
        Field(min_length=1, max_length=50, examples=[["flows:read", "tasks:read"]]),
    ]
    expires_at: Annotated[
        str | None,
        Field(max_length=64, description="RFC 3339 with an offset; absent means never"),
    ] = None


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


class CreatedKey(Key):
    """A new key; nobody can read its secret again, not even under the same Idempotency-Key."""

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
    }
