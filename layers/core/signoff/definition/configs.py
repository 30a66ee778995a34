"""The `config` of each step type, but for those that hold steps themselves (see `steps`)."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, JsonValue, Tag

from .base import (
    DefinitionKey,
    Flag,
    Form,
    Label,
    Model,
    Number,
    OutcomeName,
    Target,
    Template,
    VariableName,
    Whole,
)

__all__ = [
    "ApprovalConfig",
    "Approvers",
    "Candidates",
    "ConditionBranch",
    "ConditionConfig",
    "EmailConfig",
    "EndConfig",
    "IntegrationConfig",
    "ManagerRule",
    "NotifyConfig",
    "OpenConfig",
    "Outcome",
    "People",
    "Quorum",
    "Retry",
    "Sla",
    "SlaAction",
    "SlackConfig",
    "TaskConfig",
    "TransformConfig",
    "WaitConfig",
    "WebhookConfig",
    "WorkflowConfig",
]


def _kind(value: Any) -> str:
    """Name the member of a union by the value's kind, so that an error concerns one member.

    The names are in angle brackets: no key of a definition can be mistaken for one.
    """
    if isinstance(value, dict | Model):
        return "<mapping>"
    return "<number>" if isinstance(value, int) else "<text>"


# How many equal decisions close an approval: one, everyone, or a number of them.
_Word = Annotated[Literal["any", "all"], Tag("<text>")]
_Count = Annotated[Whole, Field(ge=1, le=500), Tag("<number>")]
Quorum = Annotated[_Word | _Count, Discriminator(_kind)]


class Retry(Model):
    """How an automatic step is tried again: `interval` is an ISO 8601 duration."""

    attempts: Annotated[Whole, Field(ge=1, le=20)] = 3
    interval: str = "PT5S"
    backoff: Annotated[Number, Field(ge=1, le=10)] = 2.0


class Candidates(Model):
    """Who may act.  An entry is an id, or a template or expression that yields one."""

    users: Annotated[tuple[Template, ...], Field(max_length=500)] = ()
    # A pool's task is in the list of each of its groups, and is written in one transaction.
    groups: Annotated[tuple[Template, ...], Field(max_length=20)] = ()


class ManagerRule(Model):
    """The manager of `of` (default: the initiator), `levels` up: 2 is the manager's manager."""

    of: Template | None = None
    levels: Annotated[Whole, Field(ge=1, le=20)] = 1


class Approvers(Candidates):
    """Who may act, named or found in the directory: by role, as a manager, as a head."""

    roles: Annotated[tuple[Template, ...], Field(max_length=20)] = ()
    manager: ManagerRule | None = None
    department_head: Template | None = None

    @property
    def found(self) -> tuple[str, ...]:
        """Return the fields that the directory answers, as files name them."""
        there = (bool(self.roles), self.manager is not None, self.department_head is not None)
        names = ("roles", "manager", "departmentHead")
        return tuple(name for name, used in zip(names, there, strict=True) if used)


# Candidates, or an expression that yields a list of user ids or an object `{users, groups}`.
People = Annotated[
    Annotated[Candidates, Tag("<mapping>")] | Annotated[Template, Tag("<text>")],
    Discriminator(_kind),
]

# Approvers, or an expression that yields a list of user ids or an object with their fields.
Asked = Annotated[
    Annotated[Approvers, Tag("<mapping>")] | Annotated[Template, Tag("<text>")],
    Discriminator(_kind),
]


class Outcome(Model):
    """One way a human step can end, and where it leads (default: the step's own `next`)."""

    next: Target | None = None
    comment: Literal["optional", "required"] = "optional"
    label: Label | None = None


class SlaAction(Model):
    """What happens when a task is late: one thing told to somebody, or one thing done.

    `after` is an ISO 8601 duration from the breach; without it the action is taken at once.
    """

    action: Literal[
        "remind", "notifyManager", "notifyAdmin", "notify", "reassign", "decide", "goTo"
    ]
    after: str | None = None
    to: People | None = None
    outcome: OutcomeName | None = None
    step: Target | None = None
    message: Template | None = None


class Sla(Model):
    """When a task is due: an ISO 8601 duration from its opening, a timestamp, or an expression.

    `warn` is the percentage of that time after which it is amber.
    """

    due: Template
    warn: Annotated[Whole, Field(ge=1, le=99)] = 80
    on_warn: Annotated[tuple[SlaAction, ...], Field(max_length=10)] = ()
    on_breach: Annotated[tuple[SlaAction, ...], Field(max_length=10)] = ()


class HumanConfig(Model):
    """What an approval and a task share."""

    mode: Literal["pool", "direct"] = "pool"
    candidates: Asked
    form: Form | None = None
    four_eyes: Flag = False
    sla: Sla | None = None


class ApprovalConfig(HumanConfig):
    """People are asked and decide; equal decisions count until one outcome has its quorum."""

    order: Literal["parallel", "serial"] = "parallel"
    quorum: Annotated[
        _Word | _Count | Annotated[dict[OutcomeName, Quorum], Tag("<mapping>")],
        Discriminator(_kind),
    ] = "any"
    otherwise: Target | None = None
    outcomes: Annotated[dict[OutcomeName, Outcome], Field(min_length=1, max_length=20)]

    def quorum_of(self, outcome: str) -> Literal["any", "all"] | int:
        """Return how many decisions for `outcome` close the step; `any` where it names none."""
        if isinstance(self.quorum, dict):
            return self.quorum.get(outcome, "any")
        return self.quorum


class TaskConfig(HumanConfig):
    """One person does one piece of work, usually a form to fill."""

    outcomes: Annotated[dict[OutcomeName, Outcome], Field(min_length=1, max_length=20)] = Field(
        default_factory=lambda: {"complete": Outcome()}
    )


class TransformConfig(Model):
    """Variables computed from variables: exactly one of `set` and `expression`."""

    set: dict[VariableName, JsonValue] | None = None
    expression: Template | None = None


class ConditionBranch(Model):
    """The first branch whose `when` is true is taken."""

    when: Template
    next: Target


class ConditionConfig(Model):
    """A choice by expression; `otherwise` is taken where no branch is."""

    branches: Annotated[tuple[ConditionBranch, ...], Field(min_length=1, max_length=100)]
    otherwise: Target


class NotifyConfig(Model):
    """An event on the bus, named `event` (default: the step's id)."""

    event: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    to: People | None = None
    subject: Template | None = None
    message: Template | None = None
    data: JsonValue = None


class SlackConfig(Model):
    """A message to an incoming webhook of Slack; `channel` where the webhook lets one choose."""

    kind: Literal["slack"]
    webhook_url: Template
    channel: Template | None = None
    message: Template


class WebhookConfig(Model):
    """A request to a URL.  A `body` that is no text is sent as JSON."""

    kind: Literal["webhook"]
    url: Template
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    headers: Annotated[dict[str, Template], Field(max_length=30)] = Field(default_factory=dict)
    body: JsonValue = None


class EmailConfig(Model):
    """A mail to addresses.  An entry of `to` may be an expression that yields several."""

    kind: Literal["email"]
    to: Annotated[tuple[Template, ...], Field(min_length=1, max_length=50)]
    subject: Template
    message: Template


IntegrationConfig = Annotated[
    SlackConfig | WebhookConfig | EmailConfig, Field(discriminator="kind")
]


class WaitConfig(Model):
    """Exactly one of an ISO 8601 duration and an RFC 3339 timestamp; both may be expressions."""

    duration: Template | None = None
    until: Template | None = None


class WorkflowConfig(Model):
    """A run of another definition; without `version` the newest one when the step starts."""

    definition: DefinitionKey
    version: Annotated[Whole, Field(ge=1)] | None = None
    variables: dict[str, JsonValue] = Field(default_factory=dict)


class EndConfig(Model):
    """How the run ends."""

    outcome: OutcomeName
    result: Template | None = None


class OpenConfig(Model):
    """The config of a step type that is in the model and not built yet: anything."""

    model_config = ConfigDict(extra="allow")
