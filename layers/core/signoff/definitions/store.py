"""Reading published definitions. What cannot change is remembered by the container."""

import re
from functools import lru_cache

from signoff.definitions.head import (
    HEAD_PREFIX,
    DefinitionHead,
    PublishedVersion,
    definitions_partition,
    head_key,
    pointer_key,
    version_key,
)
from signoff.errors import NotFound
from signoff.pagination import Slice
from signoff.storage.listing import listed
from signoff.storage.store import state

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

MAX_VERSION = 999_999  # six digits of the sort key

__all__ = [
    "DefinitionHead",
    "PublishedVersion",
    "find_definition",
    "is_uuid",
    "list_definitions",
    "read_definition",
    "read_version",
]


def is_uuid(text: str) -> bool:
    """Whether ``text`` is written as a UUID; no definition's key is."""
    return _UUID.fullmatch(text) is not None


def find_definition(tenant: str, key_or_uuid: str) -> DefinitionHead | None:
    """The definition of that key or UUID, or None.

    One consistent read; by UUID one more, the first time that a container is asked for it.
    """
    key = key_or_uuid
    if is_uuid(key_or_uuid):
        pointed = _key_of(tenant, key_or_uuid.lower())
        if pointed is None:
            return None
        key = pointed
    elif not _KEY.fullmatch(key):
        return None
    item = state().get(head_key(tenant, key))
    return DefinitionHead.from_item(item) if item else None


def read_definition(tenant: str, key_or_uuid: str) -> DefinitionHead:
    """Like ``find_definition``; raises NotFound where there is none."""
    head = find_definition(tenant, key_or_uuid)
    if head is None:
        raise NotFound(f"Definition '{key_or_uuid[:100]}' not found", field="definition")
    return head


def read_version(tenant: str, definition_id: str, version: int) -> PublishedVersion:
    """A version of a definition; read once per container. Raises NotFound."""
    if not 1 <= version <= MAX_VERSION:
        raise NotFound(f"The definition has no version {version}", field="version")
    return _read_version(tenant, definition_id, version)


def list_definitions(
    tenant: str, *, limit: int, cursor: str | None = None
) -> Slice[DefinitionHead]:
    """The tenant's definitions in the order of their keys; one query."""
    found = listed(definitions_partition(tenant), prefix=HEAD_PREFIX, limit=limit, cursor=cursor)
    return found.map(DefinitionHead.from_item)


def forget_versions() -> None:
    """Empty the container's memory of versions and of the keys behind UUIDs."""
    _read_version.cache_clear()
    _remembered_key.cache_clear()


# Both caches hold what is written once: a miss raises and is not remembered.
@lru_cache(maxsize=64)
def _read_version(tenant: str, definition_id: str, version: int) -> PublishedVersion:
    item = state().get(version_key(tenant, definition_id, version))
    if item is None:
        raise NotFound(f"The definition has no version {version}", field="version")
    return PublishedVersion.from_item(item)


def _key_of(tenant: str, definition_id: str) -> str | None:
    try:
        return _remembered_key(tenant, definition_id)
    except LookupError:
        return None


@lru_cache(maxsize=1024)
def _remembered_key(tenant: str, definition_id: str) -> str:
    item = state().get(pointer_key(tenant, definition_id))
    if item is None:
        raise LookupError(definition_id)
    return str(item["key"])
