"""Parallel branches that set one variable: at the join, one of them would be lost."""

from __future__ import annotations

from collections.abc import Iterator

from ..paths import Path
from ..steps import ParallelStep, TransformStep
from ..walk import StepList, inner_lists, output_variable, sets
from .subject import Finding, Placed, Subject

__all__ = ["check"]


def check(subject: Subject) -> Iterator[Finding]:
    """Yield `branches-set-same-name`."""
    for placed in subject.steps:
        if isinstance(placed.step, ParallelStep):
            yield from _collisions(placed)


def _collisions(placed: Placed) -> Iterator[Finding]:
    step = placed.step
    first: dict[str, str] = {}
    for steps in inner_lists(step, placed.path, placed.steps):
        label = f'branch "{steps.branch}"'
        mine: set[str] = set()
        for name, path in _set_in(steps):
            if name in mine:
                continue
            mine.add(name)
            if name in first:
                message = f'{label.capitalize()} sets "{name}", and so does {first[name]}.'
                hint = "Their variables meet at the join; give one of them another name."
                yield _collision(path, message, hint)
            elif name == output_variable(step):
                message = f'{label.capitalize()} sets "{name}", the output of "{step.id}" itself.'
                hint = "Choose another name, or set another `output`."
                yield _collision(path, message, hint)
        for name in mine:
            first.setdefault(name, label)


def _collision(path: Path, message: str, hint: str) -> Finding:
    return Finding("branches-set-same-name", path, message, hint, at_key=path[-2] == "set")


def _set_in(steps: StepList) -> Iterator[tuple[str, Path]]:
    """Yield the variables that a branch sets with the place that says so."""
    for index, step in enumerate(steps.steps):
        path = steps.step_path(index)
        inner = inner_lists(step, path, steps) if isinstance(step, ParallelStep) else ()
        for each in inner:
            yield from _set_in(each)
        own = {name for each in inner for name, _ in _set_in(each)}
        for name in sets(step):
            if name not in own or name == output_variable(step):
                yield name, _place(step, name, path)


def _place(step: object, name: str, path: Path) -> Path:
    if isinstance(step, TransformStep) and step.config.set is not None:
        return (*path, "config", "set", name)
    return (*path, "output") if getattr(step, "output", None) else (*path, "id")
