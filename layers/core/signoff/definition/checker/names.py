"""Ids, names, outcomes and variables that collide, or that Signoff needs itself."""

from __future__ import annotations

from collections.abc import Iterator

from ..model import BUILT_IN_VARIABLES
from ..paths import Path
from ..steps import ApprovalStep, EndStep, MapStep, ParallelStep, TaskStep, TransformStep
from ..walk import IMPLICIT_END, JOIN, StepList, exits, nested_lists, output_variable
from .subject import Finding, Placed, Subject

__all__ = ["check"]

# `error` is set by a failed step; the others are words of JSONata or of Step Functions.
_RESERVED = frozenset(
    {*BUILT_IN_VARIABLES, "error", "states", "true", "false", "null", "and", "or", "in", "function"}
)
_ITEM_INDEX = "index"


def check(subject: Subject) -> Iterator[Finding]:
    """Yield `duplicate-id`, `duplicate-name`, `duplicate-outcome` and `reserved-name`."""
    yield from _duplicate_ids(subject)
    yield from _duplicate_names(subject)
    for placed in subject.steps:
        yield from _duplicate_outcomes(placed)
        yield from _reserved_variables(placed)
        yield from _map_variables(placed)
    yield from _reserved_ids(subject)
    yield from _start_variables(subject)


def _duplicate_ids(subject: Subject) -> Iterator[Finding]:
    seen: set[str] = set()
    for placed in subject.steps:
        step = placed.step
        if step.id in seen:
            message = f'There is another step "{step.id}".'
            hint = "Ids are unique in the whole definition, in branches too."
            yield Finding("duplicate-id", placed.id_path, message, hint)
        seen.add(step.id)
        if isinstance(step, ParallelStep):
            branches: set[str] = set()
            for i, branch in enumerate(step.config.branches):
                if branch.id in branches:
                    path = (*placed.path, "config", "branches", i, "id")
                    message = f'"{step.id}" has another branch "{branch.id}".'
                    yield Finding("duplicate-id", path, message, "Give each branch its own id.")
                branches.add(branch.id)


def _duplicate_names(subject: Subject) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for placed in subject.steps:
        name = placed.step.name
        if name is None:
            continue
        first = seen.setdefault(name, placed.step.id)
        if first != placed.step.id:
            message = f'"{first}" and "{placed.step.id}" have the same name.'
            hint = "People cannot tell them apart in a list; name them differently."
            yield Finding("duplicate-name", (*placed.path, "name"), message, hint)


def _duplicate_outcomes(placed: Placed) -> Iterator[Finding]:
    step = placed.step
    if not isinstance(step, ApprovalStep | TaskStep):
        return
    seen: dict[str, str] = {}
    for outcome in step.config.outcomes:
        first = seen.setdefault(outcome.lower(), outcome)
        if first != outcome:
            path = (*placed.path, "config", "outcomes", outcome)
            message = f'"{outcome}" differs from "{first}" only in upper and lower case.'
            hint = "Outcomes are compared without regard to case; rename one."
            yield Finding("duplicate-outcome", path, message, hint, at_key=True)


def _reserved_variables(placed: Placed) -> Iterator[Finding]:
    step = placed.step
    if isinstance(step, TransformStep) and step.config.set is not None:
        for name in step.config.set:
            if name in _RESERVED:
                path = (*placed.path, "config", "set", name)
                yield _reserved(path, name, "Choose another name.", at_key=True)
        return
    output = output_variable(step)
    if output is None or output not in _RESERVED:
        return
    if step.output is not None:
        yield _reserved((*placed.path, "output"), output, "Choose another name.")
    else:
        hint = "The result of a step goes by its id: rename the step, or set its `output`."
        yield _reserved(placed.id_path, output, hint)


def _map_variables(placed: Placed) -> Iterator[Finding]:
    """Yield what is wrong with the variables that a map gives to its steps."""
    step = placed.step
    if not isinstance(step, MapStep):
        return
    own = step.config.as_
    if own in _RESERVED or own == _ITEM_INDEX:
        yield _reserved((*placed.path, "config", "as"), own, "Choose another name.")
    for steps in _inner(placed):
        for index, inner in enumerate(steps.steps):
            names = inner.config.set if isinstance(inner, TransformStep) else None
            for name in names or (output_variable(inner),):
                if name in (own, _ITEM_INDEX):
                    path: Path = (*steps.step_path(index), "id")
                    message = f'"{inner.id}" sets "{name}", which the map "{step.id}" sets.'
                    yield Finding("reserved-name", path, message, "Choose another name.")


def _inner(placed: Placed) -> Iterator[StepList]:
    for steps in nested_lists(placed.steps):
        if steps.path[: len(placed.path)] == placed.path:
            yield steps


def _reserved(path: Path, name: str, hint: str, at_key: bool = False) -> Finding:
    message = f'"{name}" cannot be set: Signoff gives this name a meaning of its own.'
    return Finding("reserved-name", path, message, hint, at_key)


def _reserved_ids(subject: Subject) -> Iterator[Finding]:
    falls_off = any(
        way.target == IMPLICIT_END and not way.explicit
        for placed in subject.steps
        if placed.steps.is_top
        for way in exits(placed.step, placed.index, placed.steps)
    )
    for placed in subject.steps:
        step = placed.step
        if step.id == JOIN:
            message = f'"{JOIN}" is where a branch ends; no step can have this id.'
            yield Finding("reserved-name", placed.id_path, message, "Choose another id.")
        elif step.id == IMPLICIT_END and not isinstance(step, EndStep):
            message = f'"{IMPLICIT_END}" is the id of an end; "{step.type}" is another type.'
            yield Finding("reserved-name", placed.id_path, message, "Choose another id.")
        elif step.id == IMPLICIT_END and falls_off:
            message = f'The last step runs into the implicit end, which is "{IMPLICIT_END}" too.'
            hint = f"Let the last step lead to {IMPLICIT_END}, or rename this one."
            yield Finding("reserved-name", placed.id_path, message, hint)


def _start_variables(subject: Subject) -> Iterator[Finding]:
    definition = subject.definition
    for field, schema in (
        ("parameters", definition.parameters),
        ("startForm", definition.start_form),
    ):
        properties = (schema or {}).get("properties")
        for name in properties if isinstance(properties, dict) else ():
            path = (field, "properties", name)
            if name in _RESERVED:
                yield _reserved(path, name, "Choose another name.", at_key=True)
            elif "`" in name or not name:
                message = f'No expression can name the variable "{name}".'
                yield Finding("reserved-name", path, message, "Choose another name.", at_key=True)
