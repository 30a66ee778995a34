"""Deadlines that cannot be, and what they do that cannot be done.

An action is told to people, or it acts: it moves the task, decides it or moves the run.  A deadline
acts at most once, at the end of its list, since nothing is left to be late after that.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ..configs import Candidates, Sla, SlaAction
from ..fields import close_match
from ..paths import Path
from ..steps import PASSING_TYPES, ApprovalStep, TaskStep
from ..structure_words import shown
from ..times import SHORTEST_DUE_SECONDS, add_duration, is_duration, parse_timestamp
from ..walk import StepList
from .candidates import check_ids
from .subject import Finding, Placed, Subject, quoted
from .texts import CompiledText

__all__ = ["check"]

_ACTING = frozenset({"reassign", "decide", "goTo"})
# The field, of those that one action alone has, that each of them cannot do without.
_NEEDS = {"notify": "to", "reassign": "to", "decide": "outcome", "goTo": "step"}
_SOME_DAY = datetime(2024, 1, 1, tzinfo=UTC)
_DURATION_HINT = "Write it as PT30M, P3D or P1M, at most ten years."

Texts = dict[Path, CompiledText]


def check(subject: Subject) -> Iterator[Finding]:
    """Yield what is wrong with the `sla` of each step."""
    texts = {text.path: text for text in subject.texts}
    home = {placed.step.id: placed for placed in subject.steps}
    for placed in subject.steps:
        step = placed.step
        if isinstance(step, ApprovalStep | TaskStep) and step.config.sla is not None:
            sla, path = step.config.sla, (*placed.path, "config", "sla")
            yield from _due(texts.get((*path, "due")))
            yield from _order(sla, path)
            for i, action in enumerate(sla.on_warn):
                yield from _action(action, (*path, "onWarn", i), placed, home, texts)
            for i, action in enumerate(sla.on_breach):
                yield from _action(action, (*path, "onBreach", i), placed, home, texts)


def _due(text: CompiledText | None) -> Iterator[Finding]:
    """Yield what is wrong with a deadline that is written out."""
    if text is None or text.expression is not None or text.error is not None:
        return
    if not is_duration(text.text):
        try:
            parse_timestamp(text.text)
        except ValueError:
            message = f"{shown(text.text)} is neither a duration nor a timestamp."
            hint = "Write it as P2D or 2030-01-31T09:00:00Z; or as an expression."
            yield Finding("bad-duration", text.path, message, hint)
        return
    seconds = _seconds(text.text)
    if seconds is None:
        yield Finding("bad-duration", text.path, _no_duration(text.text), _DURATION_HINT)
    elif seconds < SHORTEST_DUE_SECONDS:
        message = f"A deadline of {shown(text.text)} is too short for anybody."
        yield Finding("bad-duration", text.path, message, "It can be from PT1M on.")


def _order(sla: Sla, path: Path) -> Iterator[Finding]:
    """Yield actions that stand where they make no sense."""

    def misplaced(at: Path, message: str, hint: str) -> Finding:
        return Finding("bad-sla-action", at, message, hint)

    for i, action in enumerate(sla.on_warn):
        here = (*path, "onWarn", i)
        if action.action in _ACTING:
            message = f"A task that is not late yet cannot be moved or decided by {action.action}."
            yield misplaced((*here, "action"), message, "Put it into `onBreach`.")
        if action.after is not None:
            message = "`after` counts from the breach, and this is before it."
            yield misplaced((*here, "after"), message, "Put it into `onBreach`, or leave it out.")
    latest = 0.0
    for i, action in enumerate(sla.on_breach):
        here = (*path, "onBreach", i)
        seconds = 0.0
        if action.after is not None:
            found = _seconds(action.after)
            if found is None:
                no_duration = _no_duration(action.after)
                yield Finding("bad-duration", (*here, "after"), no_duration, _DURATION_HINT)
            seconds = latest if found is None else found
        if seconds < latest:
            at = (*here, "after") if action.after is not None else here
            message = "This comes before the action that is listed above it."
            yield misplaced(at, message, "List the actions in the order of `after`.")
        latest = max(latest, seconds)
        if action.action in _ACTING and i + 1 < len(sla.on_breach):
            message = f"Nothing is late any more after {action.action}, and more is listed."
            yield misplaced((*here, "action"), message, "Put it last, and only one of its kind.")


def _action(
    action: SlaAction, path: Path, placed: Placed, home: dict[str, Placed], texts: Texts
) -> Iterator[Finding]:
    """Yield what one action lacks, has too much, or names wrongly."""
    needed = _NEEDS.get(action.action)
    for field in ("to", "outcome", "step"):
        value = getattr(action, field)
        if field == needed and value is None:
            message = f"{action.action} lacks `{field}`."
            yield Finding("bad-sla-action", path, message, f"Add `{field}`.")
        elif field != needed and value is not None:
            message = f"`{field}` has no meaning for {action.action}."
            yield Finding("bad-sla-action", (*path, field), message, "Remove it.", at_key=True)
    if action.to is not None and needed == "to":
        yield from _people(action, action.to, (*path, "to"), texts)
    if action.outcome is not None and needed == "outcome":
        yield from _outcome(action.outcome, placed, (*path, "outcome"))
    if action.step is not None and needed == "step":
        yield from _target(action.step, placed, home, (*path, "step"))


def _people(
    action: SlaAction, people: Candidates | str, path: Path, texts: Texts
) -> Iterator[Finding]:
    yield from check_ids(people, path, texts)
    if isinstance(people, str):
        return
    if not people.users and not people.groups:
        message = f"{action.action} names nobody."
        yield Finding("no-candidates", path, message, "Name users or groups.")
    elif action.action == "reassign" and (
        len(people.users) > 1 or (people.users and people.groups)
    ):
        message = "A task is handed to one user or to a pool of groups."
        yield Finding("wrong-candidates", path, message, "Name one user, or groups alone.")


def _outcome(outcome: str, placed: Placed, path: Path) -> Iterator[Finding]:
    step = placed.step
    outcomes = list(step.config.outcomes) if isinstance(step, ApprovalStep | TaskStep) else []
    if outcome not in outcomes:
        message = f'The deadline decides "{outcome}", which is no outcome of "{step.id}".'
        hint = f"Its outcomes are {quoted(outcomes)}."
        yield Finding("unknown-outcome", path, message, hint)


def _target(target: str, placed: Placed, home: dict[str, Placed], path: Path) -> Iterator[Finding]:
    """Yield a step that the run cannot be sent to: it has to stand there, at the top level."""
    there = home.get(target)
    if there is None:
        near = close_match(target, [step.id for step in _top(placed, home).steps])
        hint = f'Did you mean "{near}"?' if near else "Name a step of the top level."
        message = f'The deadline leads to "{target}", and there is no such step.'
        yield Finding("unknown-target", path, message, hint)
    elif not (placed.steps.is_top and there.steps.is_top):
        message = f'From "{placed.step.id}" to "{target}" is a jump into or out of a branch.'
        hint = "A deadline leads from one step of the top level to another; decide in a branch."
        yield Finding("jump-across-branches", path, message, hint)
    elif there.step.type in PASSING_TYPES:
        message = f'No run ever stands at "{target}", which is of type {there.step.type}.'
        hint = "Lead to a step that waits for somebody or something."
        yield Finding("bad-go-to", path, message, hint)


def _top(placed: Placed, home: dict[str, Placed]) -> StepList:
    return next((each.steps for each in home.values() if each.steps.is_top), placed.steps)


def _seconds(text: str) -> float | None:
    """Return how long a duration is in some month, None where the text is none."""
    try:
        return (add_duration(_SOME_DAY, text) - _SOME_DAY).total_seconds()
    except ValueError:
        return None


def _no_duration(text: str) -> str:
    return f"{shown(text)} is not a duration."
