"""Durations and timestamps that do not parse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ..paths import Path
from ..steps import WaitStep
from ..structure_words import shown
from ..times import add_duration, parse_duration, parse_timestamp
from .subject import Finding, Placed, Subject

__all__ = ["check"]

_MAX_INTERVAL = 86_400
_SOME_DAY = datetime(2024, 1, 1, tzinfo=UTC)


def check(subject: Subject) -> Iterator[Finding]:
    """Yield `bad-duration` and `bad-timestamp`, for what is written out and not computed."""
    for placed in subject.steps:
        yield from _retry(placed)
    for text in subject.texts:
        step = text.steps.steps[text.index] if text.steps is not None else None
        is_literal = text.expression is None and text.error is None
        if is_literal and isinstance(step, WaitStep):
            yield from _wait(text.path, text.text)


def _retry(placed: Placed) -> Iterator[Finding]:
    retry = placed.step.retry
    if retry is None:
        return
    path = (*placed.path, "retry", "interval")
    try:
        seconds = parse_duration(retry.interval)
    except ValueError:
        hint = "Write it as PT30S, PT5M or PT1H; months and years are too long."
        yield _bad_duration(path, retry.interval, hint)
        return
    if not 1 <= seconds <= _MAX_INTERVAL:
        message = f"The interval {shown(retry.interval)} is out of bounds."
        yield Finding("bad-duration", path, message, "It can be from PT1S to P1D.")


def _wait(path: Path, text: str) -> Iterator[Finding]:
    if path[-1] == "duration":
        try:
            add_duration(_SOME_DAY, text)
        except ValueError:
            hint = "Write it as PT30M, P3D or P1M, at most ten years; or as an expression."
            yield _bad_duration(path, text, hint)
    else:
        try:
            parse_timestamp(text)
        except ValueError:
            message = f"{shown(text)} is not a timestamp."
            hint = "Write it as 2030-01-31T09:00:00Z, with a zone; or as an expression."
            yield Finding("bad-timestamp", path, message, hint)


def _bad_duration(path: Path, text: str, hint: str) -> Finding:
    return Finding("bad-duration", path, f"{shown(text)} is not a duration.", hint)
