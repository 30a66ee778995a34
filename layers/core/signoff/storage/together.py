"""The same for several things at once, where each waits for somebody else."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def at_once(function: Callable[[T], R], things: Sequence[T], *, most: int = 8) -> list[R]:
    """What ``function`` makes of each of ``things``, in their order, ``most`` at a time.

    One alone takes no thread. What a call raises is raised when all have ended.
    """
    if len(things) < 2:
        return [function(each) for each in things]
    with ThreadPoolExecutor(min(most, len(things))) as threads:
        return list(threads.map(function, things))
