"""What each step function is told about its step: the `spec` of its payload, as values."""

from __future__ import annotations

from math import ceil
from typing import cast

from ..definition.configs import (
    ApprovalConfig,
    Approvers,
    Candidates,
    Sla,
    SlaAction,
    SlackConfig,
    TaskConfig,
    WebhookConfig,
)
from ..definition.steps import (
    IntegrationStep,
    MapStep,
    NotifyStep,
    ParallelStep,
    StepBase,
    WaitStep,
    WorkflowStep,
)
from ..definition.times import parse_duration
from .ir import Tries
from .jsonata import listed
from .values import Code, Value, read

__all__ = [
    "candidates",
    "each",
    "human",
    "integration",
    "items",
    "notify",
    "parallel",
    "sla",
    "tries",
    "wait",
    "workflow",
]

# Seconds.  An execution lives no longer, so that no state of it waits longer.
_YEAR = 31_536_000


def human(config: ApprovalConfig | TaskConfig) -> dict[str, Value]:
    """Return what `open_tasks` is told, but for the outcomes, which the routes know."""
    approval = config if isinstance(config, ApprovalConfig) else None
    spec: dict[str, Value] = {
        "mode": config.mode,
        "order": approval.order if approval else "parallel",
        "candidates": candidates(config.candidates),
        "quorum": {
            name: approval.quorum_of(name) if approval else "any" for name in config.outcomes
        },
        # A form is data through and through: what looks like a template in it is none.
        "form": cast("Value", config.form),
        "fourEyes": config.four_eyes,
    }
    return spec | {"sla": sla(config.sla)} if config.sla is not None else spec


def sla(config: Sla) -> Value:
    """Return when a task is due and what happens then.  What is left out is not there."""
    return {
        "due": read(config.due),
        "warn": config.warn,
        "onWarn": [_action(each) for each in config.on_warn],
        "onBreach": [_action(each) for each in config.on_breach],
    }


def _action(config: SlaAction) -> Value:
    told: dict[str, Value] = {
        "action": config.action,
        "after": config.after,
        "to": candidates(config.to),
        "outcome": config.outcome,
        "step": config.step,
        "message": read(config.message),
    }
    return {name: value for name, value in told.items() if value is not None}


def candidates(who: Candidates | str | None) -> Value:
    """Return who is meant: `{users, groups}`, or code that yields a list or that object.

    What the directory is to find (`roles`, `manager`, `departmentHead`) is there where it is used.
    """
    if who is None or isinstance(who, str):
        return read(who)
    told = {"users": read(list(who.users)), "groups": read(list(who.groups))}
    return told | _found(who) if isinstance(who, Approvers) else told


def _found(who: Approvers) -> dict[str, Value]:
    told: dict[str, Value] = {}
    if who.roles:
        told["roles"] = read(list(who.roles))
    if who.manager is not None:
        of = {} if who.manager.of is None else {"of": read(who.manager.of)}
        told["manager"] = {**of, "levels": who.manager.levels}
    if who.department_head is not None:
        told["departmentHead"] = read(who.department_head)
    return told


def notify(step: NotifyStep) -> Value:
    """Return what `notify` is told.  What the definition leaves out is null."""
    config = step.config
    return {
        "event": config.event or step.id,
        "to": candidates(config.to),
        "subject": read(config.subject),
        "message": read(config.message),
        "data": read(config.data),
    }


def integration(step: IntegrationStep) -> Value:
    """Return what `call_integration` is told.  What the definition leaves out is null."""
    config = step.config
    if isinstance(config, SlackConfig):
        return {
            "kind": config.kind,
            "webhookUrl": read(config.webhook_url),
            "channel": read(config.channel),
            "message": read(config.message),
        }
    if isinstance(config, WebhookConfig):
        return {
            "kind": config.kind,
            "url": read(config.url),
            "method": config.method,
            "headers": {name: read(value) for name, value in config.headers.items()},
            "body": read(config.body),
        }
    return {
        "kind": config.kind,
        "to": read(list(config.to)),
        "subject": read(config.subject),
        "message": read(config.message),
    }


def wait(step: WaitStep) -> Value:
    """Return what `enter_wait` is told: a duration or a timestamp."""
    config = step.config
    if config.duration is not None:
        return {"duration": read(config.duration)}
    return {"until": read(config.until)}


def workflow(step: WorkflowStep) -> Value:
    """Return what `start_child` is told."""
    config = step.config
    return {
        "definition": config.definition,
        "version": config.version,
        "retries": step.retry.attempts if step.retry else 0,
        "variables": {name: read(value) for name, value in config.variables.items()},
    }


def parallel(step: ParallelStep) -> Value:
    """Return what `enter_step` is told of a parallel step: its branches."""
    return {"branches": [branch.id for branch in step.config.branches]}


def items(step: MapStep) -> Code:
    """Return the code that yields the items of a map, always a list."""
    code = read(step.config.items)
    if not isinstance(code, Code):
        raise ValueError(f"{step.config.items!r} is not an expression")
    return Code(listed(code.source), code.names, total=True)


def each(step: MapStep) -> Value:
    """Return what `enter_step` is told of a map: how many items it has."""
    code = items(step)
    return {"items": Code(f"$count({code.source})", code.names, total=True)}


def tries(step: StepBase) -> Tries | None:
    """Return how a step is tried again after its own failure, None where it is not."""
    retry = step.retry
    if retry is None:
        return None
    seconds = min(max(ceil(parse_duration(retry.interval)), 1), _YEAR)
    return Tries(retry.attempts, seconds, retry.backoff)
