"""What has to happen once after the emulator's state was read back, before it serves."""

from __future__ import annotations

from collections.abc import Callable

after: list[Callable[[], None]] = []
"""Called in order when all services are restored; mends add to it."""


def restored() -> None:
    """Call them all."""
    for act in after:
        act()
