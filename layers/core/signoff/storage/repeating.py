"""Repeating what lost a race: read again, decide again, write again (design rule 4)."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from signoff.deadline import at_most
from signoff.errors import Busy
from signoff.storage.transaction import ConditionFailed, Contended

T = TypeVar("T")

CONFLICT_SECONDS = 20.0
_LONGEST_PAUSE = 0.4
# A pause is spread over up to this many times what the attempt took: where many queue for one
# server, an attempt takes long because of them, and fewer at a time get further.
_SPREAD = 6


def until_committed(
    command: Callable[[], T], what: str = "The run", *, seconds: float = CONFLICT_SECONDS
) -> T:
    """Run ``command`` (read, decide, commit) until no other writer was in its way.

    Each repetition reads again, so a command that lost a race gets its proper answer. Pauses have
    full jitter and follow how slow the attempts are. Raises Busy, which says that ``what`` is being
    changed by many, when ``seconds`` have passed; nothing has changed then.
    """
    deadline = time.monotonic() + at_most(seconds)
    longest = 0.01
    while True:
        begun = time.monotonic()
        try:
            return command()
        except (ConditionFailed, Contended) as error:
            failed = time.monotonic()
            if failed > deadline:
                raise Busy(f"{what} is being changed by many at once; try again") from error
        spread = min(max(longest, _SPREAD * (failed - begun)), deadline - failed)
        time.sleep(random.uniform(0, spread))  # noqa: S311 - spreads writers, guards nothing
        longest = min(longest * 2, _LONGEST_PAUSE)
