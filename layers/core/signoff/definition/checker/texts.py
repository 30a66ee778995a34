"""Every text of a definition that may be a template or an expression, and what it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from ..configs import Approvers, Candidates, EmailConfig, Sla, SlackConfig, WebhookConfig
from ..expressions import Expression, ExpressionError, compile_text
from ..model import Definition
from ..paths import Path
from ..steps import (
    ApprovalStep,
    ConditionStep,
    EndStep,
    IntegrationStep,
    MapStep,
    NotifyStep,
    Step,
    TaskStep,
    TransformStep,
    WaitStep,
    WorkflowStep,
)
from ..walk import StepList

__all__ = ["CompiledText", "texts_of_definition"]

# Path, text, and whether plain text makes no sense there.
_Text = tuple[Path, str, bool]


@dataclass(frozen=True)
class CompiledText:
    """A text at a path, evaluated when the step at `index` of `steps` begins.

    `steps` is None for the definition's own `result`, evaluated at the end of the run.
    `expression` is None for literal text and for what does not compile, which has an `error`.
    """

    path: Path
    text: str
    needs_expression: bool
    steps: StepList | None
    index: int
    expression: Expression | None
    error: ExpressionError | None


def texts_of_definition(
    definition: Definition, lists: tuple[StepList, ...]
) -> Iterator[CompiledText]:
    """Yield every such text of a definition, compiled."""
    if definition.result is not None:
        yield _compiled(("result",), definition.result, False, None, 0)
    for steps in lists:
        for index, step in enumerate(steps.steps):
            for path, text, needs in _texts(step, (*steps.step_path(index), "config")):
                yield _compiled(path, text, needs, steps, index)


def _compiled(
    path: Path, text: str, needs: bool, steps: StepList | None, index: int
) -> CompiledText:
    try:
        return CompiledText(path, text, needs, steps, index, compile_text(text), None)
    except ExpressionError as error:
        return CompiledText(path, text, needs, steps, index, None, error)


def _texts(step: Step, path: Path) -> Iterator[_Text]:
    """Yield the texts of one step's config, which is at `path`."""
    match step:
        case ApprovalStep() | TaskStep():
            yield from _people((*path, "candidates"), step.config.candidates)
            if step.config.sla is not None:
                yield from _sla((*path, "sla"), step.config.sla)
        case TransformStep():
            for name, value in (step.config.set or {}).items():
                yield from _strings((*path, "set", name), value)
            yield from _optional((*path, "expression"), step.config.expression, True)
        case ConditionStep():
            for i, branch in enumerate(step.config.branches):
                yield (*path, "branches", i, "when"), branch.when, True
        case NotifyStep():
            yield from _people((*path, "to"), step.config.to)
            yield from _optional((*path, "subject"), step.config.subject)
            yield from _optional((*path, "message"), step.config.message)
            yield from _strings((*path, "data"), step.config.data)
        case IntegrationStep():
            yield from _integration(path, step.config)
        case WaitStep():
            yield from _optional((*path, "duration"), step.config.duration)
            yield from _optional((*path, "until"), step.config.until)
        case MapStep():
            yield (*path, "items"), step.config.items, True
        case WorkflowStep():
            yield from _strings((*path, "variables"), step.config.variables)
        case EndStep():
            yield from _optional((*path, "result"), step.config.result)
        case _:
            # A parallel step has no texts of its own; what is not built is refused as it is.
            return


def _integration(path: Path, config: SlackConfig | WebhookConfig | EmailConfig) -> Iterator[_Text]:
    match config:
        case SlackConfig():
            yield (*path, "webhookUrl"), config.webhook_url, False
            yield from _optional((*path, "channel"), config.channel)
            yield (*path, "message"), config.message, False
        case WebhookConfig():
            yield (*path, "url"), config.url, False
            for name, value in config.headers.items():
                yield (*path, "headers", name), value, False
            yield from _strings((*path, "body"), config.body)
        case EmailConfig():
            for i, address in enumerate(config.to):
                yield (*path, "to", i), address, False
            yield (*path, "subject"), config.subject, False
            yield (*path, "message"), config.message, False


def _optional(path: Path, text: str | None, needs: bool = False) -> Iterator[_Text]:
    if text is not None:
        yield path, text, needs


def _people(path: Path, people: Candidates | str | None) -> Iterator[_Text]:
    if isinstance(people, str):
        yield path, people, True
    elif people is not None:
        for i, user in enumerate(people.users):
            yield (*path, "users", i), user, False
        for i, group in enumerate(people.groups):
            yield (*path, "groups", i), group, False
        if isinstance(people, Approvers):
            yield from _found(path, people)


def _found(path: Path, people: Approvers) -> Iterator[_Text]:
    """Yield what the directory is asked for."""
    for i, role in enumerate(people.roles):
        yield (*path, "roles", i), role, False
    if people.manager is not None:
        yield from _optional((*path, "manager", "of"), people.manager.of)
    yield from _optional((*path, "departmentHead"), people.department_head)


def _sla(path: Path, sla: Sla) -> Iterator[_Text]:
    yield (*path, "due"), sla.due, False
    for field, actions in (("onWarn", sla.on_warn), ("onBreach", sla.on_breach)):
        for i, action in enumerate(actions):
            yield from _people((*path, field, i, "to"), action.to)
            yield from _optional((*path, field, i, "message"), action.message)


def _strings(path: Path, value: JsonValue) -> Iterator[_Text]:
    """Yield the strings inside a JSON value, which is at most as deep as the reader allows."""
    if isinstance(value, str):
        yield path, value, False
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _strings((*path, i), item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings((*path, key), item)
