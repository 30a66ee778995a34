"""How long a test has patience, and requests that are to come too late."""

from __future__ import annotations

from signoff.outbound.client import Reply, send
from tests.support.receiver import Receiver

# A whole test's patience; what is asserted is what came of it, never how long it took.
SHORT = 0.3


def late(here: Receiver) -> Reply:
    """A request whose head comes in time and no more; a busy machine gets more of it."""
    for seconds in (SHORT, 2.0, 20.0):
        reply = send(here.url, seconds=seconds)
        if reply.answer:
            break
    return reply
