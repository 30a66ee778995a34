"""Requests and answers of the Approvals API, as its page has them and where it is silent as
docs/approvals-api.md says.

Unknown fields of a request are ignored. Types are strict: ``"1"`` is not 1.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue
from pydantic.alias_generators import to_camel

from signoff.contracts.wire import Answer, DecisionData, Sent
from signoff.limits import COMMENT_CHARACTERS, URGENCY_CHARACTERS

InstanceStatus = Literal["Running", "Completed", "Rejected", "Cancelled"]
ApprovalTaskStatus = Literal["Pending", "Completed", "Cancelled"]
SlaStatus = Literal["ok", "warning", "breached"]

_ID = {"examples": ["wi_3c650bc5176742b39ba3cca43614d3ac"]}
_TIME = {"format": "date-time"}

Name = Annotated[str, Field(min_length=1, max_length=256)]
Comment = Annotated[str, Field(max_length=COMMENT_CHARACTERS)]
InstanceId = Annotated[
    str, Field(description="`wi_` and the hexadecimal digits of the run's UUID", **_ID)
]
TemplateId = Annotated[str, Field(examples=["wt_invoice_approval"])]
Moment = Annotated[str, Field(json_schema_extra=_TIME)]


class StartContext(BaseModel):
    """What the starter tells the workflow; every field becomes a variable of the run."""

    model_config = ConfigDict(
        strict=True, defer_build=True, alias_generator=to_camel, extra="allow"
    )
    __pydantic_extra__: dict[str, JsonValue]

    submitted_by: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=256,
            description="The initiator. A key needs `actors:assert` to name one; beside a user's "
            "token it must be that user. Absent, the caller is",
        ),
    ] = None
    urgency: Annotated[
        str | None, Field(max_length=URGENCY_CHARACTERS, examples=["normal", "urgent"])
    ] = None
    comment: Comment | None = None


class StartWorkflowRequest(Sent):
    """Which template is to be started, on which document."""

    template_id: Annotated[
        Name, Field(description="`wt_<key>`; the definition's key or UUID is taken too")
    ]
    document_id: Annotated[str, Field(max_length=64, json_schema_extra={"format": "uuid"})]
    context: StartContext | None = None


class AdvanceRequest(Sent):
    """What one person does with their open task in the instance."""

    action: Annotated[
        str,
        Field(
            min_length=1,
            max_length=64,
            description="`approve`, `reject`, `requestChanges`, `delegate`, any outcome of the "
            "node, or `cancel` by the initiator",
            examples=["approve"],
        ),
    ]
    actor_user_id: Annotated[
        Name,
        Field(description="Who acts. A key needs `actors:assert`; a user's token is its own user"),
    ]
    comment: Annotated[
        Comment | None, Field(description="Required for `reject` and `requestChanges`")
    ] = None
    delegate_to_user_id: Annotated[
        Name | None, Field(description="Who gets the task, for `delegate`")
    ] = None
    data: (
        Annotated[
            DecisionData,
            Field(description="What was filled into the node's form, where it has one"),
        ]
        | None
    ) = None


class CommentRequest(Sent):
    """A comment without a decision."""

    actor_user_id: Annotated[Name, Field(description="Who comments; as in an advance")]
    comment: Annotated[str, Field(min_length=1, max_length=COMMENT_CHARACTERS)]


class Instance(Answer):
    """Where a workflow instance stands. Of parallel nodes the first open one is shown."""

    instance_id: InstanceId
    template_id: TemplateId
    status: InstanceStatus
    current_node_id: str
    current_approvers: Annotated[
        list[str], Field(description="Users whose decision the node waits for")
    ]
    current_groups: Annotated[list[str], Field(description="Groups of which any member may decide")]
    sla_deadline: Moment | None
    error: Annotated[
        dict[str, Any] | None,
        Field(description="Why it cannot go on by itself; an operator can retry it"),
    ]


class WorkflowTask(Answer):
    """A piece of work for an approver."""

    task_id: Annotated[str, Field(json_schema_extra={"format": "uuid"})]
    instance_id: InstanceId
    template_id: TemplateId
    node_id: str
    node_name: str
    document_id: str | None
    assignee_id: str | None
    candidate_groups: list[str]
    status: ApprovalTaskStatus
    urgency: str | None
    assigned_at: Moment
    sla_deadline: Moment | None
    sla_status: Annotated[
        SlaStatus | None,
        Field(description="Null without a deadline; of a decided task, as it was decided"),
    ]


class InstanceTask(WorkflowTask):
    """A task as its instance shows it, with what came of it."""

    outcome: str | None
    comment: str | None
    completed_at: Moment | None
    former_assignee_ids: Annotated[
        list[str],
        Field(description="Who had it before: by delegation, reassignment or absence"),
    ]


class InstanceEntry(Answer):
    """Something that happened to an instance."""

    id: Annotated[str, Field(json_schema_extra={"format": "uuid"})]
    type: Annotated[str, Field(examples=["workflow.task.completed"])]
    at: Moment
    actor_user_id: str | None
    key_id: Annotated[
        str | None,
        Field(description="The API key that spoke for the actor; `link` for the link of a mail"),
    ]
    detail: dict[str, Any]


class InstanceDetail(Instance):
    """An instance with its tasks and its history, oldest first."""

    outcome: str | None
    document_id: str | None
    document_version: Annotated[
        int | None,
        Field(
            description="The version that it is about, whatever was uploaded since; null for one "
            "that was not started on a document of this API"
        ),
    ]
    submitted_by: str
    context: dict[str, Any]
    started_at: Moment
    completed_at: Moment | None
    previous_instance_id: Annotated[
        str | None, Field(description="The rejected instance that this one takes up again")
    ]
    tasks: list[InstanceTask]
    history: list[InstanceEntry]
