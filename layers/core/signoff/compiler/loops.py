"""Which steps of a list can come again."""

from __future__ import annotations

from ..definition.walk import StepList, exits

__all__ = ["looping"]


def looping(steps: StepList) -> frozenset[str]:
    """Return the ids of the steps that some way leads back to, within their own list."""
    onward = {
        step.id: {way.target for way in exits(step, index, steps)}
        for index, step in enumerate(steps.steps)
    }
    return frozenset(step for step in onward if step in _reached(onward, onward[step]))


def _reached(onward: dict[str, set[str]], start: set[str]) -> set[str]:
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        step = waiting.pop()
        if step in onward and step not in seen:
            seen.add(step)
            waiting.extend(onward[step])
    return seen
