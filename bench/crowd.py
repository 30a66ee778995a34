"""Many clients at once: a thread each, every failure kept beside the results."""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bench.bench import Bench
from bench.client import Unexpected

T = TypeVar("T")
R = TypeVar("R")

FAILURES = (Unexpected, OSError, http.client.HTTPException, ValueError, LookupError)
"""What an action may fail with and be counted for; anything else is an error of the benchmark."""


@dataclass
class Outcome(Generic[R]):
    """What came of a crowd: results in no order, and what went wrong how often."""

    results: list[R] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def failed(self) -> int:
        """How many actions failed."""
        return self.problems.total()

    def attempt(self, act: Callable[[], R]) -> None:
        """Do it and keep what came of it."""
        try:
            result = act()
        except FAILURES as error:
            text = f"{type(error).__name__}: {error}"
            with self._lock:
                self.problems[text[:300]] += 1
        else:
            with self._lock:
                self.results.append(result)

    def done(self) -> int:
        """How many actions are over."""
        return len(self.results) + self.failed


def for_each(
    bench: Bench, items: Sequence[T], act: Callable[[T], R], *, clients: int, what: str
) -> Outcome[R]:
    """Do ``act`` to every item, ``clients`` at a time."""
    outcome: Outcome[R] = Outcome()

    def one(item: T) -> None:
        outcome.attempt(lambda: act(item))
        bench.progress(outcome.done(), len(items), what)

    with ThreadPoolExecutor(clients) as pool:
        for _ in pool.map(one, items):
            pass
    tell(bench, outcome)
    return outcome


def at_once(items: Iterable[T], act: Callable[[T], R]) -> Outcome[R]:
    """Do ``act`` to every item at the same moment, in a thread each."""
    listed = list(items)
    outcome: Outcome[R] = Outcome()
    gate = threading.Barrier(len(listed))

    def one(item: T) -> None:
        gate.wait(60)
        outcome.attempt(lambda: act(item))

    with ThreadPoolExecutor(len(listed)) as pool:
        for _ in pool.map(one, listed):
            pass
    return outcome


def tell(bench: Bench, outcome: Outcome[R]) -> None:
    """Show what went wrong, the most frequent first."""
    for problem, times in outcome.problems.most_common(5):
        bench.say(f"{times} times: {problem}")
