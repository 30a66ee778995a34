"""Steps that no path leads to, and lists that no path leads out of."""

from __future__ import annotations

from collections.abc import Iterator

from ..walk import StepList, exits
from .graph import Graph
from .subject import Finding, Subject
from .targets import is_known, meant

__all__ = ["check"]


def check(subject: Subject) -> Iterator[Finding]:
    """Yield `unreachable-step` and `no-way-to-end`."""
    for steps in subject.lists:
        graph = Graph(steps)
        reachable = graph.reachable()
        misspelt = _misspelt(steps)
        for index, step in enumerate(steps.steps):
            if index not in reachable and step.id not in misspelt:
                message = f'No path leads to "{step.id}".'
                hint = "Lead to it with `next`, an outcome or a condition, or remove it."
                yield Finding("unreachable-step", (*steps.step_path(index), "id"), message, hint)
        if steps.steps and 0 not in graph.leaving():
            yield _no_end(steps)


def _misspelt(steps: StepList) -> set[str]:
    """Return the steps that an unknown target probably means: that is one problem, not two."""
    return {
        near
        for index, step in enumerate(steps.steps)
        for way in exits(step, index, steps)
        if not is_known(way, steps) and (near := meant(way, steps)) is not None
    }


def _no_end(steps: StepList) -> Finding:
    goal = "an end" if steps.is_top else "the join"
    return Finding(
        "no-way-to-end",
        (*steps.step_path(0), "id"),
        f'No path from "{steps.steps[0].id}" leads to {goal}.',
        "Let one of its loops be left by an outcome, a condition or an error.",
    )
