"""The step types.  `Step` is their union, told apart by `type`."""

from typing import Annotated, Literal

from pydantic import Field

from .base import Label, Model, StepId, Target, Template, VariableName, Whole
from .configs import (
    ApprovalConfig,
    ConditionConfig,
    EndConfig,
    IntegrationConfig,
    NotifyConfig,
    OpenConfig,
    Retry,
    TaskConfig,
    TransformConfig,
    WaitConfig,
    WorkflowConfig,
)

__all__ = [
    "CATCHABLE_TYPES",
    "HUMAN_TYPES",
    "NOT_BUILT_TYPES",
    "PASSING_TYPES",
    "RETRYABLE_TYPES",
    "STEP_TYPES",
    "ApprovalStep",
    "Branch",
    "ConditionStep",
    "EndStep",
    "ExtractStep",
    "IntegrationStep",
    "MapConfig",
    "MapStep",
    "NotifyStep",
    "ParallelConfig",
    "ParallelStep",
    "ParseStep",
    "Step",
    "StepBase",
    "TaskStep",
    "TransformStep",
    "WaitStep",
    "WorkflowStep",
]

HUMAN_TYPES = frozenset({"approval", "task"})
# Types that pass without a durable write: a run is never found standing at one.
PASSING_TYPES = frozenset({"condition", "transform", "end"})
# In the model, refused by the checker until they are built.
NOT_BUILT_TYPES = frozenset({"parse", "extract"})
# Steps whose own work calls something that may work the next time.
RETRYABLE_TYPES = frozenset({"notify", "wait", "workflow", "integration"}) | NOT_BUILT_TYPES
# Steps that can fail by themselves and may say where to go then (`onError`).
CATCHABLE_TYPES = RETRYABLE_TYPES | {"transform", "condition", "parallel", "map"}


class StepBase(Model):
    """What every step may say beside its `type` and `config`."""

    id: StepId
    name: Label | None = None
    next: Target | None = None
    output: VariableName | None = None
    retry: Retry | None = None
    on_error: Target | None = None


class ApprovalStep(StepBase):
    """People decide; see `ApprovalConfig`."""

    type: Literal["approval"]
    config: ApprovalConfig


class TaskStep(StepBase):
    """Somebody does something; see `TaskConfig`."""

    type: Literal["task"]
    config: TaskConfig


class ParseStep(StepBase):
    """Text of a document; in the model only."""

    type: Literal["parse"]
    config: OpenConfig = Field(default_factory=OpenConfig)


class ExtractStep(StepBase):
    """Fields of a document; in the model only."""

    type: Literal["extract"]
    config: OpenConfig = Field(default_factory=OpenConfig)


class TransformStep(StepBase):
    """Variables from variables; see `TransformConfig`."""

    type: Literal["transform"]
    config: TransformConfig


class ConditionStep(StepBase):
    """A choice; see `ConditionConfig`."""

    type: Literal["condition"]
    config: ConditionConfig


class IntegrationStep(StepBase):
    """A call to Slack, a webhook, or a mail; see `IntegrationConfig`."""

    type: Literal["integration"]
    config: IntegrationConfig


class NotifyStep(StepBase):
    """An event on the bus; see `NotifyConfig`."""

    type: Literal["notify"]
    config: NotifyConfig = Field(default_factory=NotifyConfig)


class WaitStep(StepBase):
    """Time passes; see `WaitConfig`."""

    type: Literal["wait"]
    config: WaitConfig


class WorkflowStep(StepBase):
    """A sub-workflow; see `WorkflowConfig`."""

    type: Literal["workflow"]
    config: WorkflowConfig


class EndStep(StepBase):
    """The run ends here; see `EndConfig`."""

    type: Literal["end"]
    config: EndConfig


class Branch(Model):
    """One branch of a `parallel` step: its own list of steps, joined with the others."""

    id: StepId
    name: Label | None = None
    steps: "tuple[Step, ...]"


class ParallelConfig(Model):
    """Branches that run at once.  Result: branch id → the variables set in it."""

    branches: Annotated[tuple[Branch, ...], Field(min_length=2, max_length=40)]


class ParallelStep(StepBase):
    """Several lists of steps at once; see `ParallelConfig`."""

    type: Literal["parallel"]
    config: ParallelConfig


class MapConfig(Model):
    """The same steps for each of the `items`.  Result: per item, the variables set for it."""

    items: Template
    as_: Annotated[VariableName, Field(alias="as")] = "item"
    steps: "tuple[Step, ...]"
    concurrency: Annotated[Whole, Field(ge=1, le=40)] = 40


class MapStep(StepBase):
    """A list of steps once per item; see `MapConfig`."""

    type: Literal["map"]
    config: MapConfig


Step = Annotated[
    ApprovalStep
    | TaskStep
    | ParseStep
    | ExtractStep
    | TransformStep
    | ConditionStep
    | IntegrationStep
    | NotifyStep
    | WaitStep
    | ParallelStep
    | MapStep
    | WorkflowStep
    | EndStep,
    Field(discriminator="type"),
]

STEP_TYPES = (
    "approval",
    "task",
    "parse",
    "extract",
    "transform",
    "condition",
    "integration",
    "notify",
    "wait",
    "parallel",
    "map",
    "workflow",
    "end",
)
