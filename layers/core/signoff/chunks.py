"""Many things, a few at a time: what a call of AWS takes at once is bounded."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def chunks(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """``things`` in their order, ``size`` at a time; the last ones may be fewer."""
    for start in range(0, len(things), size):
        yield things[start : start + size]
