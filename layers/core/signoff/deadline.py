"""How long the work at hand may still take.

An endpoint sets it from what Lambda leaves it; whatever repeats or waits inside stays within it, so
that a command that has committed also gets to answer. Where nothing is set there is no limit but
each loop's own.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_until: ContextVar[float | None] = ContextVar("until", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let the work inside end ``seconds`` from now."""
    token = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def at_most(seconds: float) -> float:
    """``seconds``, or what is left if that is less; never below 0."""
    until = _until.get()
    return seconds if until is None else max(0.0, min(seconds, until - time.monotonic()))
