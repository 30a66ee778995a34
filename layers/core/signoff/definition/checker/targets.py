"""Steps that lead to steps that do not exist, or into and out of branches."""

from __future__ import annotations

from collections.abc import Iterator

from ..fields import close_match
from ..walk import IMPLICIT_END, JOIN, Exit, StepList, exits
from .subject import Finding, Placed, Subject

__all__ = ["check", "is_known", "meant"]


def check(subject: Subject) -> Iterator[Finding]:
    """Yield `unknown-target`, `outcome-leads-nowhere` and `jump-across-branches`."""
    home = {placed.step.id: placed.steps for placed in subject.steps}
    for placed in subject.steps:
        for way in exits(placed.step, placed.index, placed.steps):
            # What falls through is right by itself, and a target is named at one place only.
            if way.explicit and not is_known(way, placed.steps):
                yield _finding(way, placed, home)


def is_known(way: Exit, steps: StepList) -> bool:
    """Say whether a way out leads to a step of the list, to its join or to its implicit end."""
    return way.target == steps.exit_target or steps.index_of(way.target) is not None


def meant(way: Exit, steps: StepList) -> str | None:
    """Return the step of the list that an unknown target is probably a slip of."""
    return close_match(way.target, [*(step.id for step in steps.steps), steps.exit_target])


def _finding(way: Exit, placed: Placed, home: dict[str, StepList]) -> Finding:
    step, target = placed.step, way.target
    where = home.get(target)
    if where is not None:
        inside, outside = _places(where), _places(placed.steps)
        message = f'"{step.id}" is {outside} and leads to "{target}", which is {inside}.'
        hint = "A branch is left through its join only; lead to join, and go on from there."
        if placed.steps.is_top:
            hint = "A branch is entered from its beginning only; lead to the step that holds it."
        return Finding("jump-across-branches", way.path, message, hint)
    if way.kind == "outcome" and way.path[-2:] == (way.label, "next"):
        code = "outcome-leads-nowhere"
        message = f'{way.label} of "{step.id}" leads to "{target}", and there is no such step.'
    else:
        code = "unknown-target"
        message = f'"{step.id}" leads to "{target}", and there is no such step.'
    return Finding(code, way.path, message, _hint(way, placed))


def _places(steps: StepList) -> str:
    if steps.is_top:
        return "at the top level"
    owner = steps.owner.id if steps.owner is not None else ""
    return f'in branch "{steps.branch}"' if steps.kind == "branch" else f'in the map "{owner}"'


def _hint(way: Exit, placed: Placed) -> str:
    if way.target == JOIN:
        return "Only a branch or a map has a join; name a step."
    if way.target == IMPLICIT_END:
        return "The run ends at the top level only; lead to join."
    near = meant(way, placed.steps)
    if near is not None:
        return f'Did you mean "{near}"?'
    return "Steps here are " + ", ".join(step.id for step in placed.steps.steps[:20]) + "."
