"""Entries of an audit as the admin API shows them."""

from typing import Annotated

from pydantic import Field, JsonValue

from signoff.audit.entry import AuditEntry as Found
from signoff.contracts.admin.models import Shown


class AuditEntry(Shown):
    """Who did what to what, and when."""

    id: str
    at: str
    type: Annotated[str, Field(examples=["task.decided", "key.created"])]
    actor: Annotated[
        str | None, Field(description="The person; null where the engine acted by itself")
    ]
    via: Annotated[
        str | None,
        Field(
            description="Id of the API key that was used, or `link` for the link of a mail; null "
            "for a person's token"
        ),
    ]
    subject_type: Annotated[str, Field(examples=["run", "key", "definition"])]
    subject: Annotated[
        str | None, Field(description="Id of the run or thing; null for the tenant as a whole")
    ]
    detail: dict[str, JsonValue]


def audit_entry(entry: Found) -> AuditEntry:
    """The entry, whole."""
    return AuditEntry(
        id=entry.id,
        at=entry.at,
        type=entry.type,
        actor=entry.actor,
        via=entry.via,
        subject_type=entry.subject_type,
        subject=entry.subject,
        detail=entry.detail,
    )
