"""A bounded wait for something that others do, by looking again and again.

DynamoDB tells nobody who asks, so whoever waits for a run polls it, with pauses that grow from
50 ms to 400 (design section 2). What is read in each look is the caller's, and should be small.
"""

import time
from collections.abc import Callable

from signoff.deadline import at_most
from signoff.limits import LONGEST_WAIT_SECONDS

_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 0.4
_GROWTH = 1.5


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Whether ``done`` came true within ``seconds``, and within what the endpoint has left.

    The first look is after the first pause: who waits has just looked.
    """
    until = time.monotonic() + at_most(min(seconds, LONGEST_WAIT_SECONDS))
    pause = _FIRST_PAUSE
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(pause, left))
        if done():
            return True
        pause = min(pause * _GROWTH, _LONGEST_PAUSE)
    return False
