"""Fields that exclude each other, or that a type of step cannot use; lists that are empty."""

from __future__ import annotations

from collections.abc import Iterator

from ..paths import Path
from ..steps import (
    CATCHABLE_TYPES,
    RETRYABLE_TYPES,
    ApprovalStep,
    EndStep,
    TaskStep,
    TransformStep,
    WaitStep,
)
from ..walk import output_variable
from .subject import Finding, Placed, Subject

__all__ = ["check"]


def check(subject: Subject) -> Iterator[Finding]:
    """Yield `exactly-one`, `not-for-this-type`, `*-not-allowed`, `end-in-branch`, `no-steps`."""
    for steps in subject.lists:
        if not steps.steps:
            what = {"top": "The definition", "branch": f'Branch "{steps.branch}"', "map": "The map"}
            yield Finding(
                "no-steps", steps.path, f"{what[steps.kind]} has no steps.", "Add at least one."
            )
    for placed in subject.steps:
        yield from _one_of_two(placed)
        yield from _unused(placed)
        yield from _errors(placed)
        if isinstance(placed.step, EndStep) and not placed.steps.is_top:
            yield Finding(
                "end-in-branch",
                placed.id_path,
                f'"{placed.step.id}" ends the run, which only the top level can.',
                "Let the branch run to its last step, or lead to join; set a variable in it and "
                "choose the end after the join.",
            )


def _one_of_two(placed: Placed) -> Iterator[Finding]:
    step, config_path = placed.step, (*placed.path, "config")
    if isinstance(step, TransformStep):
        fields = {"set": step.config.set, "expression": step.config.expression}
    elif isinstance(step, WaitStep):
        fields = {"duration": step.config.duration, "until": step.config.until}
    else:
        return
    given = [name for name, value in fields.items() if value is not None]
    if len(given) != 1:
        first, second = fields
        found = "both" if given else "neither"
        path: Path = (*config_path, given[1]) if given else config_path
        yield Finding(
            "exactly-one",
            path,
            f'"{step.id}" has {found} of `{first}` and `{second}`.',
            f"Give it either `{first}` or `{second}`.",
            at_key=bool(given),
        )


def _unused(placed: Placed) -> Iterator[Finding]:
    step = placed.step
    if step.next is not None and step.type in ("condition", "end"):
        hint = (
            "Use `otherwise`." if step.type == "condition" else "An end leads nowhere; remove it."
        )
        yield _not_for(placed, "next", hint)
    if step.next is not None and isinstance(step, ApprovalStep | TaskStep):
        outcomes = step.config.outcomes.values()
        if all(outcome.next is not None for outcome in outcomes):
            message = f'Every outcome of "{step.id}" says where it leads; its `next` is never used.'
            path = (*placed.path, "next")
            yield Finding("not-for-this-type", path, message, "Remove `next`.", at_key=True)
    if step.output is not None and output_variable(step) is None:
        is_set = isinstance(step, TransformStep)
        hint = "The names in `set` are its results." if is_set else "It has no result; remove it."
        yield _not_for(placed, "output", hint)


def _not_for(placed: Placed, field: str, hint: str) -> Finding:
    step = placed.step
    article = "An" if step.type[0] in "aeiou" else "A"
    message = f'{article} {step.type} has no use for `{field}`, which "{step.id}" sets.'
    return Finding("not-for-this-type", (*placed.path, field), message, hint, at_key=True)


def _errors(placed: Placed) -> Iterator[Finding]:
    step = placed.step
    if step.retry is not None and step.type not in RETRYABLE_TYPES:
        hint = (
            "Put `retry` on the steps inside it."
            if step.type in ("parallel", "map")
            else "It would give the same answer again; remove `retry`."
            if step.type in CATCHABLE_TYPES
            else "Remove `retry`."
        )
        message = f'"{step.id}" has a `retry`, and a step of type {step.type} cannot be retried.'
        yield Finding("retry-not-allowed", (*placed.path, "retry"), message, hint, at_key=True)
    if step.on_error is not None and step.type not in CATCHABLE_TYPES:
        message = f'"{step.id}" has an `onError`, and a step of type {step.type} cannot fail.'
        hint = "Give people an outcome for it." if step.type != "end" else "Remove `onError`."
        path = (*placed.path, "onError")
        yield Finding("on-error-not-allowed", path, message, hint, at_key=True)
