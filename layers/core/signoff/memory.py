"""What a container remembers: the most recently used values, each for a limited time."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Remembered(Generic[T]):
    """A value and the moment (monotonic clock, seconds) from which it is no longer believed."""

    value: T
    until: float


class Memory(Generic[T]):
    """At most ``limit`` values, each for ``seconds`` from when it was kept."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._entries: OrderedDict[str, Remembered[T]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, name: str) -> Remembered[T] | None:
        """What is remembered under ``name``, None if nothing is or its time is over."""
        entry = self._entries.get(name)
        if entry is None:
            return None
        if entry.until <= time.monotonic():
            del self._entries[name]
            return None
        self._entries.move_to_end(name)
        return entry

    def keep(self, name: str, value: T) -> None:
        """Remember ``value``; the least recently used goes where there is no room."""
        self._entries[name] = Remembered(value, time.monotonic() + self._seconds)
        self._entries.move_to_end(name)
        while len(self._entries) > self._limit:
            self._entries.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
