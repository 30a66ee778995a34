"""What a tenant takes: the types and the size of files."""

from collections.abc import Sequence
from dataclasses import dataclass

from signoff.documents.content import LARGEST
from signoff.documents.inspect import Inspected
from signoff.documents.kinds import DEFAULT_TYPES, known_types
from signoff.errors import FileTooLarge, FileTypeNotSupported, Invalid
from signoff.identity.principal import Caller
from signoff.identity.settings import SETTINGS_CHANGED, record
from signoff.storage.repeating import until_committed
from signoff.storage.store import state
from signoff.storage.table import Key
from signoff.storage.transaction import Transaction, absent, unchanged

MAX_TYPES = 100
DEFAULT_BYTES = 100 * 1024**2


@dataclass(frozen=True)
class DocumentSettings:
    """Media types, and the most bytes of one file. ``revision`` counts the changes."""

    types: tuple[str, ...] = DEFAULT_TYPES
    max_bytes: int = DEFAULT_BYTES
    revision: int = 0

    def check(self, found: Inspected) -> None:
        """Raise Invalid, FileTooLarge or FileTypeNotSupported for content that is not taken."""
        if found.size == 0:
            raise Invalid("The file is empty", field="file")
        self.check_size(found.size)
        if found.type not in self.types:
            if found.foreign_text:
                raise FileTypeNotSupported(
                    "The content seems to be text that is not UTF-8; please convert it to UTF-8",
                    field="file",
                )
            raise FileTypeNotSupported(
                f"The content is {found.type}, which is not among the types that are taken",
                field="file",
            )

    def check_size(self, size: int, field: str = "file") -> None:
        """Raise FileTooLarge for more bytes than are taken."""
        if size > self.max_bytes:
            raise FileTooLarge(f"A file has at most {self.max_bytes:,} bytes here", field=field)


def read_settings(tenant: str) -> DocumentSettings:
    """The tenant's settings, or what holds unless told; one consistent read."""
    item = state().get(_key(tenant))
    if item is None:
        return DocumentSettings()
    return DocumentSettings(tuple(item["types"]), item["maxBytes"], item["version"])


def change_settings(caller: Caller, types: Sequence[str], max_bytes: int) -> DocumentSettings:
    """Set both, with an entry in the settings' history. Raises Invalid."""
    chosen = tuple(dict.fromkeys(types))
    unknown = [each for each in chosen if each not in known_types()]
    if not chosen or len(chosen) > MAX_TYPES:
        raise Invalid(f"types has 1 to {MAX_TYPES} media types", field="types")
    if unknown:
        raise Invalid(f"No content is ever found to be {unknown[0][:100]}", field="types")
    if not 1 <= max_bytes <= LARGEST:
        raise Invalid(f"maxBytes is from 1 to {LARGEST:,}", field="maxBytes")

    def change() -> DocumentSettings:
        former = read_settings(caller.tenant)
        changed = DocumentSettings(chosen, max_bytes, former.revision + 1)
        if (former.types, former.max_bytes) == (chosen, max_bytes):
            return former
        partition, sort = _key(caller.tenant)
        transaction = Transaction()
        transaction.put(
            state(),
            {
                "PK": partition,
                "SK": sort,
                "types": list(chosen),
                "maxBytes": max_bytes,
                "version": changed.revision,
            },
            unchanged(former.revision) if former.revision else absent(),
        )
        detail = {"settings": "documents", "from": _told(former), "to": _told(changed)}
        record(transaction, caller.tenant, SETTINGS_CHANGED, detail, caller)
        transaction.commit()
        return changed

    return until_committed(change, "The setting")


def _told(settings: DocumentSettings) -> dict[str, object]:
    return {"types": list(settings.types), "maxBytes": settings.max_bytes}


def _key(tenant: str) -> Key:
    return f"T#{tenant}", "SETTINGS#documents"
