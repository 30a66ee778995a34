"""The tenant's settings as the admin API takes and shows them."""

from typing import Annotated

from pydantic import Field

from signoff.contracts.admin.models import Sent, Shown
from signoff.documents.content import LARGEST
from signoff.documents.kinds import DEFAULT_TYPES
from signoff.documents.settings import DEFAULT_BYTES, MAX_TYPES, DocumentSettings

MaxBytes = Annotated[
    int,
    Field(ge=1, le=LARGEST, description="The most bytes of one file", examples=[DEFAULT_BYTES]),
]


class DocumentSettingsRequest(Sent):
    """Which files are taken: the types that content may be found to have, and the largest."""

    types: Annotated[
        list[Annotated[str, Field(max_length=200)]],
        Field(min_length=1, max_length=MAX_TYPES, examples=[list(DEFAULT_TYPES)]),
    ]
    max_bytes: MaxBytes


class ShownDocumentSettings(Shown):
    """Which files are taken."""

    types: list[str]
    max_bytes: int


def shown_settings(settings: DocumentSettings) -> ShownDocumentSettings:
    """The settings that hold."""
    return ShownDocumentSettings(types=list(settings.types), max_bytes=settings.max_bytes)
