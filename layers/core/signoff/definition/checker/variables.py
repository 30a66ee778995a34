"""Variables that are read where no path has set them."""

from __future__ import annotations

from collections.abc import Iterator

from ..expressions import FORBIDDEN_VARIABLES, Use
from ..fields import close_match
from ..model import BUILT_IN_VARIABLES
from ..paths import Path
from ..steps import EndStep, MapStep
from ..walk import StepList, exits, sets
from .subject import Finding, Subject, quoted
from .texts import CompiledText

__all__ = ["check"]

_ERROR = "error"
_READS = ("name", "variable")
Known = frozenset[str]


def check(subject: Subject) -> Iterator[Finding]:
    """Yield `unset-variable`: no path to the place that reads a variable sets it.

    A variable that some paths set and others do not is fine: an expression can ask `$exists`.
    """
    known = _known_everywhere(subject)
    at_end = _known_at_the_end(subject, known)
    for text in subject.texts:
        if text.expression is None:
            continue
        if text.steps is None:
            have: Known | None = at_end
        else:
            have = known.get(text.steps.step_path(text.index))
        if have is None:
            # No path leads there, which is a problem of its own.
            continue
        # The first place of each name is enough.
        reads = {use.word: use for use in reversed(text.expression.uses) if use.kind in _READS}
        for word, use in reversed(reads.items()):
            if word not in have and word not in FORBIDDEN_VARIABLES:
                yield _unset(text, use, have, subject)


def _known_everywhere(subject: Subject) -> dict[Path, Known]:
    """Return, for each step that can be reached, what may be set when it begins."""
    known: dict[Path, Known] = {}
    for steps in subject.lists:
        if steps.is_top:
            entry: Known | None = frozenset(subject.start_variables)
        else:
            # Outer lists come before inner ones, so the step that holds this list is done.
            entry = known.get(_owner_path(steps))
        if entry is None or not steps.steps:
            continue
        if isinstance(steps.owner, MapStep):
            entry = entry | {steps.owner.config.as_, "index"}
        for index, have in _known_in_list(steps, entry).items():
            known[steps.step_path(index)] = have
    return known


def _owner_path(steps: StepList) -> Path:
    # A branch is at …, "config", "branches", 0, "steps"; a map's list at …, "config", "steps".
    return steps.path[:-4] if steps.kind == "branch" else steps.path[:-2]


def _known_in_list(steps: StepList, entry: Known) -> dict[int, Known]:
    """Follow the paths until nothing is added any more: each round adds a name or ends it."""
    known: dict[int, Known] = {0: entry}
    waiting = [0]
    while waiting:
        index = waiting.pop()
        step = steps.steps[index]
        for way in exits(step, index, steps):
            target = steps.index_of(way.target)
            if target is None:
                continue
            added = (_ERROR,) if way.kind == "error" else sets(step)
            before = known.get(target)
            after = (before or frozenset()) | known[index] | frozenset(added)
            if after != before:
                known[target] = after
                waiting.append(target)
    return known


def _known_at_the_end(subject: Subject, known: dict[Path, Known]) -> Known:
    """Return what may be set when the run ends, by any of its ends."""
    found: Known = frozenset(subject.start_variables)
    for placed in subject.steps:
        have = known.get(placed.path)
        if have is None or not placed.steps.is_top:
            continue
        ways = exits(placed.step, placed.index, placed.steps)
        falls_off = any(placed.steps.index_of(way.target) is None for way in ways)
        if isinstance(placed.step, EndStep) or falls_off:
            found |= have | frozenset(sets(placed.step))
    return found


def _unset(text: CompiledText, use: Use, have: Known, subject: Subject) -> Finding:
    setters = [placed.step.id for placed in subject.steps if use.word in sets(placed.step)]
    near = close_match(use.word, sorted(have))
    if setters:
        hint = f"Only {quoted(setters[:5])} sets it, and no path leads from there to here."
    elif near is not None:
        hint = f'Did you mean "{near}"?'
    elif use.word == _ERROR:
        hint = "It is set where an `onError` leads to."
    else:
        hint = "Declare it in `parameters` or `startForm`, or set it in a step before this one."
        mine = sorted(have.difference(BUILT_IN_VARIABLES))
        if mine:
            hint += f" Known here: {', '.join(mine[:20])}."
    message = f'No path has set "{use.word}" by the time it is read.'
    return Finding("unset-variable", text.path, message, hint, character=use.offset, text=text.text)
