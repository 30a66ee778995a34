"""Loops that nothing leaves, and loops that nothing slows down."""

from __future__ import annotations

from collections.abc import Iterator

from ..steps import HUMAN_TYPES, Step
from ..walk import StepList, inner_lists, nested_lists
from .graph import Graph
from .subject import Finding, Subject, quoted

__all__ = ["check"]

# Each of these takes as long as a person, a clock or another run takes.
_SLOW_TYPES = HUMAN_TYPES | {"wait", "workflow"}


def check(subject: Subject) -> Iterator[Finding]:
    """Yield `endless-loop` and `busy-loop`."""
    for steps in subject.lists:
        graph = Graph(steps)
        reachable, leaving = graph.reachable(), graph.leaving()
        # Where nothing leaves the list at all, `no-way-to-end` has said so.
        groups = graph.cycles() if 0 in leaving else []
        for group in groups:
            if reachable.issuperset(group) and leaving.isdisjoint(group):
                yield _endless(steps, group)
        slow = frozenset(i for i, step in enumerate(steps.steps) if _is_slow(step))
        for group in graph.cycles(without=slow):
            if reachable.issuperset(group) and leaving.issuperset(group):
                yield _busy(steps, group)


def _is_slow(step: Step) -> bool:
    """Say whether a step waits for something, itself or in the lists it holds."""
    if step.type in _SLOW_TYPES:
        return True
    inside = [list_ for inner in inner_lists(step, ()) for list_ in (inner, *nested_lists(inner))]
    return any(each.type in _SLOW_TYPES for steps in inside for each in steps.steps)


def _ids(steps: StepList, group: list[int]) -> str:
    return quoted([steps.steps[index].id for index in group[:10]])


def _endless(steps: StepList, group: list[int]) -> Finding:
    many = len(group) > 1
    message = (
        f"{_ids(steps, group)} lead to each other and nowhere else."
        if many
        else f"{_ids(steps, group)} leads to itself and nowhere else."
    )
    hint = "Let an outcome, a condition or an error lead out of the loop."
    return Finding("endless-loop", (*steps.step_path(group[0]), "id"), message, hint)


def _busy(steps: StepList, group: list[int]) -> Finding:
    message = f"The loop over {_ids(steps, group)} waits for nobody and nothing."
    hint = "Each round costs state transitions; put a wait into it, and count the rounds."
    return Finding("busy-loop", (*steps.step_path(group[0]), "id"), message, hint)
