"""What following an instance answers: its events, and where it stands."""

from typing import Annotated, Any

from pydantic import Field

from signoff.contracts.approvals.models import InstanceStatus
from signoff.contracts.wire import Answer


class InstanceEvent(Answer):
    """Something that happened to an instance, as a webhook tells it.

    The `id` is the same there; `sequence` counts up from 1 within the instance, without a gap.
    """

    id: Annotated[str, Field(examples=["evt_0f0b2a525d1c5c0e9d4f6d1f6f0f4a11"])]
    type: Annotated[str, Field(examples=["workflow.task.assigned"])]
    created_at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    tenant_id: Annotated[str, Field(json_schema_extra={"format": "uuid"})]
    tenant_slug: str
    sequence: int
    data: Annotated[dict[str, Any], Field(description="By type")]


class InstanceStanding(Answer):
    """Where the instance stood when its events were read."""

    status: InstanceStatus
    outcome: Annotated[str | None, Field(description="How it ended")]
    error: Annotated[
        dict[str, Any] | None,
        Field(description="Why it cannot go on by itself; an operator can retry it"),
    ]
    ended: Annotated[
        bool,
        Field(
            description="It has ended, and all that has happened to it was shown: the time to stop "
            "following it"
        ),
    ]
