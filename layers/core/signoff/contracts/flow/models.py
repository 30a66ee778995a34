"""Requests and answers of the Flow API, field by field as its page has them.

Unknown fields of a request are ignored. Types are strict: ``"1"`` is not 1.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from signoff.contracts.wire import Answer, DecisionData, Sent
from signoff.limits import COMMENT_CHARACTERS, DOCUMENT_REF_CHARACTERS

MAX_KEY_LENGTH = 256
MAX_OUTCOME_LENGTH = 64

FlowRunStatus = Literal["RUNNING", "COMPLETED", "FAILED", "CANCELLED"]
TaskRunStatus = Literal["PENDING", "CLAIMED", "COMPLETED", "CANCELLED"]


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("unfit", "documentRef must not be blank")
    return text


class SubmitDocumentRequest(Sent):
    """What is submitted, and for which approval."""

    definition_key: Annotated[
        str,
        Field(
            max_length=MAX_KEY_LENGTH,
            description="Key of the definition to start; its UUID is taken too",
            examples=["document-approval"],
        ),
    ]
    document_ref: Annotated[
        str,
        Field(
            max_length=DOCUMENT_REF_CHARACTERS,
            description="Reference/identifier of the document",
            json_schema_extra={"pattern": r"\S"},
            examples=["contract-2026-118.pdf"],
        ),
        AfterValidator(_not_blank),
    ]


class DecisionRequest(Sent):
    """A decision on a task that the caller owns."""

    outcome: Annotated[
        str,
        Field(
            max_length=MAX_OUTCOME_LENGTH,
            description="One of the outcomes of the task's state, such as APPROVE and REJECT, "
            "or SUBMIT for a document sent back for rework",
            examples=["APPROVE"],
        ),
    ]
    comment: (
        Annotated[str, Field(max_length=COMMENT_CHARACTERS, examples=["Looks good"])] | None
    ) = None
    data: (
        Annotated[
            DecisionData,
            Field(description="What was filled into the task's form, where it has one"),
        ]
        | None
    ) = None


class TaskSummary(Answer):
    """A task as worklists and flows show it."""

    task_id: Annotated[str, Field(json_schema_extra={"format": "uuid"})]
    flow_id: Annotated[str, Field(json_schema_extra={"format": "uuid"})]
    state_name: str
    candidate_group_id: Annotated[
        str,
        Field(
            description="The group asked; of several, the first that the caller holds. "
            "For a task put to one named person, that person's id"
        ),
    ]
    status: TaskRunStatus
    owner_id: str | None = None


class FlowStatus(Answer):
    """Where a flow is. Of parallel branches, ``currentState`` is the first open one."""

    flow_id: Annotated[str, Field(json_schema_extra={"format": "uuid"})]
    definition_key: str
    current_state: str
    status: FlowRunStatus
    terminal_outcome: str | None
    pending_tasks: Annotated[
        list[TaskSummary], Field(description="Tasks still to be done, claimed ones included")
    ]


class AuditEntry(Answer):
    """Something that happened to a flow."""

    type: Annotated[
        str,
        Field(
            description="FLOW_STARTED, TASK_CREATED, TASK_CLAIMED, TASK_RELEASED, "
            "DECISION_RECORDED, STATE_TRANSITIONED, FLOW_COMPLETED and others",
            examples=["TASK_CLAIMED"],
        ),
    ]
    actor_id: str | None
    occurred_at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    detail: dict[str, Any]


class FlowStatusWithHistory(FlowStatus):
    """Where a flow is and what happened to it, oldest first."""

    history: list[AuditEntry]


class FlowSummary(Answer):
    """A flow in the list of those that the caller submitted."""

    flow_id: Annotated[str, Field(json_schema_extra={"format": "uuid"})]
    definition_key: str
    current_state: str
    status: FlowRunStatus
    terminal_outcome: str | None
    document_ref: str
    submitter_id: str
    updated_at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
