"""When a delivery that failed is tried again (docs/adr/0016).

The schedule is the one that Standard Webhooks 1.0 recommends ("Deliverability and reliability").
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Seconds from one attempt to the next.
DELAYS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
ATTEMPTS = len(DELAYS) + 1
JITTER = 0.1
# A receiver that asks for more time gets this much.
LONGEST_RETRY_AFTER_SECONDS = 86_400


def next_delay(attempts: int, chance: float, asked: float | None = None) -> float | None:
    """Seconds until the next attempt after ``attempts`` (from 1) that failed; None: give up.

    ``chance`` (0 to 1) spreads those that failed together over a tenth to both sides. What the
    receiver ``asked`` for (``retry_after``) is waited for where it is longer.
    """
    if attempts > len(DELAYS):
        return None
    planned = DELAYS[attempts - 1] * (1 - JITTER + 2 * JITTER * chance)
    if asked is None or asked <= planned:
        return planned
    # Nobody comes before the time that was asked for, nor all of them in the same second.
    return asked * (1 + JITTER * chance)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that an answer's ``Retry-After`` asks for, 24 h at most; None for none that is good.

    RFC 9110, section 10.2.3: a number of seconds, or a date. ``headers`` have lower-case names.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        seconds = float(value[:12])
    else:
        moment = _date(value)
        if moment is None:
            return None
        seconds = (moment - now).total_seconds()
    return min(max(seconds, 0.0), float(LONGEST_RETRY_AFTER_SECONDS))


def whole_seconds(delay: float) -> int:
    """A delay as SQS takes it; never early."""
    return math.ceil(delay)


def _date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
