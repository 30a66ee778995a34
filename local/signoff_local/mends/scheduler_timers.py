"""A one-off schedule fires when its time has come.

AWS: EventBridge Scheduler fires within a minute of the time (user guide, "Schedule types"), mostly
within a second or two.

Emulator: it looks every ten seconds, which is nothing to a reminder in two days and everything to
somebody who watches two days pass in twenty seconds.

Here it looks twice a second. Each look goes through every schedule, so it is followed by a pause of
at least nine times what it took: thousands of schedules slow the timers down and not the stack.

To see it: tests/local/test_scheduler.py. To delete when: ministack fires by the second.
"""

from __future__ import annotations

import time
from typing import Any

from signoff_local import emulator

RELIES_ON = {
    "services.scheduler:_ticker_loop": "51e1b1334023",
    "services.scheduler:_tick_schedules": "0ece514e9120",
    "services.scheduler:start_scheduler": "04a12e5e9f1e",
}

SHORTEST_PAUSE = 0.5
LONGEST_PAUSE = 10.0
"""What it is without this mend."""
PAUSES = 9
"""Times as long as the look before it."""


def apply() -> None:
    """Replace the loop, before its thread starts."""
    emulator.module("services.scheduler")._ticker_loop = look_for_ever


def look_for_ever() -> None:
    """Look for schedules that are due, for as long as the emulator runs."""
    scheduler = emulator.module("services.scheduler")
    while True:
        time.sleep(look(scheduler))


def look(scheduler: Any) -> float:
    """Fire what is due; answers the seconds until the next look."""
    began = time.monotonic()
    try:
        scheduler._tick_schedules()
    except Exception:  # the next look finds the rest
        scheduler.logger.exception("a look at the schedules failed")
    return min(max(SHORTEST_PAUSE, PAUSES * (time.monotonic() - began)), LONGEST_PAUSE)
