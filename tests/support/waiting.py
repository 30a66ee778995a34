"""Waiting for what happens by itself, and doing many things at once; both bounded."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

# Generous: nothing here is measured, and a machine may be busy with other things.
PATIENCE = 60.0
_PAUSE = 0.05


def until(probe: Callable[[], T], seconds: float = PATIENCE) -> T:
    """The first truthy answer of ``probe``; fails with its last one after ``seconds``."""
    deadline = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s; the last was {found!r}"
        time.sleep(_PAUSE)


def at_once(*calls: Callable[[], T]) -> list[T]:
    """What the calls return, begun at the same moment, each on a thread of its own."""
    start = threading.Barrier(len(calls))

    def call(each: Callable[[], T]) -> T:
        start.wait(PATIENCE)
        return each()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


def in_crowd(do: Callable[[T], R], each: Iterable[T], people: int = 32) -> Sequence[R]:
    """``do`` for each, by that many people at a time; answers in the order of ``each``."""
    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(do, each))


def is_in_order(values: Sequence[Any]) -> bool:
    """Whether they go up, or stay."""
    return all(first <= second for first, second in pairwise(values))
