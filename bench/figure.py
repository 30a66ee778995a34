"""What a figure is made of: values, what was promised of each, and what they were measured on."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Value:
    """One number of a figure.

    ``promised`` says what it should be and ``kept`` whether it is. Where ``binding``, a broken
    promise makes the whole run fail: counts bind; times and ratios depend on the machine, so they
    are only reported. ``more`` are numbers that belong to it.
    """

    label: str
    value: float | int | str
    unit: str = ""
    promised: str = ""
    kept: bool | None = None
    binding: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """In a word: what came of the promise; nothing where nothing was promised."""
        if self.kept is None:
            return ""
        if self.binding:
            return "holds" if self.kept else "FAILS"
        return "aim met" if self.kept else "aim missed"


@dataclass(frozen=True)
class Figure:
    """A measured figure. ``error`` says why it could not be measured; then it has failed."""

    name: str
    title: str
    measured_on: str
    seconds: float
    load: float
    values: list[Value]
    error: str | None = None

    @property
    def holds(self) -> bool:
        """Whether it was measured and every binding promise was kept."""
        return self.error is None and all(
            value.kept is not False for value in self.values if value.binding
        )


def exactly(label: str, value: int, wanted: int, unit: str = "", **more: Any) -> Value:
    """A count that must be ``wanted``."""
    return Value(label, value, unit, f"= {wanted}", value == wanted, binding=True, more=more)


def at_most(label: str, value: int, most: int, unit: str = "", **more: Any) -> Value:
    """A count that must not be more than ``most``."""
    return Value(label, value, unit, f"≤ {most}", value <= most, binding=True, more=more)


def milliseconds(label: str, seconds: float, **more: Any) -> Value:
    """A time, only reported."""
    return Value(label, round(seconds * 1000, 1), "ms", more=more)


def median(samples: Sequence[float]) -> float:
    """The middle sample; 0 for none."""
    return statistics.median(samples) if samples else 0.0


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that at least ``percent`` of all do not exceed; 0 for none."""
    ordered = sorted(samples)
    if not ordered:
        return 0.0
    place = -(-len(ordered) * percent // 100)  # rounded up
    return ordered[max(0, int(place) - 1)]
