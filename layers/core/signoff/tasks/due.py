"""When a task is due, when it is amber, and what it is by now.

Design section 3: the clock runs from the opening of the task, and the task is amber from ``warn``
percent (80) of its time on. ``SLA_TIME_SCALE`` shortens every such time, so that on a stack of
one's own two days pass in seconds; it is 1 everywhere else.
"""

import os
from datetime import datetime
from typing import Any, Literal, Protocol

from signoff.clock import timestamp
from signoff.definition.times import (
    SHORTEST_DUE_SECONDS,
    add_duration,
    is_duration,
    parse_timestamp,
)
from signoff.errors import StepFailed

SlaStatus = Literal["ok", "warning", "breached"]


class Dated(Protocol):
    """A task, or what a list shows of it."""

    @property
    def due_at(self) -> str | None: ...
    @property
    def warn_at(self) -> str | None: ...


def sla_status(task: Dated, now: str) -> SlaStatus | None:
    """Where ``task`` stands at the timestamp ``now``; None without a deadline."""
    if task.due_at is None:
        return None
    if now >= task.due_at:
        return "breached"
    return "warning" if task.warn_at is not None and now >= task.warn_at else "ok"


def deadline_of(spec: dict[str, Any], opened_at: str) -> tuple[str | None, str | None]:
    """``(due_at, warn_at)`` of a task that opens at ``opened_at``; None where there is none.

    ``spec`` is the step's evaluated configuration. A date that has passed is a deadline that is
    over: there is nothing to warn of. Raises StepFailed for what is no duration and no date, and
    for a duration under a minute.
    """
    sla = spec.get("sla")
    if not sla:
        return None, None
    opened = datetime.fromisoformat(opened_at)
    due = _due(sla["due"], opened)
    if due <= opened:
        return timestamp(due), None
    time = (due - opened) * time_scale()
    return timestamp(opened + time), timestamp(opened + time * sla["warn"] / 100)


def later_than(moment: str, text: str) -> str:
    """The timestamp a duration behind ``moment``, in the stack's time."""
    begin = datetime.fromisoformat(moment)
    return timestamp(begin + (add_duration(begin, text) - begin) * time_scale())


def time_scale() -> float:
    """What the times of deadlines are multiplied by (template parameter SlaTimeScale)."""
    return float(os.environ.get("SLA_TIME_SCALE", "1"))


def _due(given: Any, opened: datetime) -> datetime:
    if not isinstance(given, str):
        raise StepFailed("the deadline is neither a duration nor a timestamp")
    try:
        due = add_duration(opened, given) if is_duration(given) else parse_timestamp(given)
    except (ValueError, OverflowError):
        message = f"the deadline {given[:100]!r} is neither a duration nor a timestamp"
        raise StepFailed(message) from None
    if is_duration(given) and (due - opened).total_seconds() < SHORTEST_DUE_SECONDS:
        raise StepFailed(f"the deadline {given[:100]!r} is under a minute")
    return due
