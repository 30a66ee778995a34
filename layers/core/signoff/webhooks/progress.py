"""What a delivery becomes: pure steps from one state of its row to the next.

======================  ==========================================  ==========
from                    when                                        to
======================  ==========================================  ==========
PENDING, PARKED         an attempt was answered 2xx                 DELIVERED
PENDING, PARKED         an attempt failed, and another is due       PENDING
PENDING, PARKED         the last attempt failed                     FAILED
PENDING                 its subscription is failing or disabled     PARKED
PARKED                  its subscription is well again              PENDING
DELIVERED, FAILED, …    somebody wants it replayed                  PENDING
======================  ==========================================  ==========
"""

from dataclasses import replace

from signoff.clock import later
from signoff.webhooks.delivery import Attempt, Delivery, kept_until
from signoff.webhooks.messages import LONGEST_DELAY_SECONDS

# What is due later than a message can wait is found by the sweep, which runs each minute.
_AHEAD_SECONDS = 60


def delivered(row: Delivery, attempt: Attempt) -> Delivery:
    """It has arrived."""
    return replace(
        _tried(row, attempt), status="DELIVERED", due_at=None, look_at=None, ended_at=attempt.at
    )


def given_up(row: Delivery, attempt: Attempt) -> Delivery:
    """It has failed for the last time."""
    return replace(
        _tried(row, attempt), status="FAILED", due_at=None, look_at=None, ended_at=attempt.at
    )


def put_off(row: Delivery, attempt: Attempt, due_at: str, delay: float) -> Delivery:
    """It has failed and is tried again at ``due_at``, which is ``delay`` seconds from now."""
    look_at = later(due_at, -_AHEAD_SECONDS) if delay > LONGEST_DELAY_SECONDS else None
    return replace(_tried(row, attempt), status="PENDING", due_at=due_at, look_at=look_at)


def parked(row: Delivery, attempt: Attempt | None = None) -> Delivery:
    """It waits until its subscription is well, or enabled, again."""
    held = _tried(row, attempt) if attempt else replace(row, version=row.version + 1)
    return replace(held, status="PARKED", due_at=None, look_at=None)


def released(row: Delivery, at: str) -> Delivery:
    """It is due now, and goes on where it stood in its schedule.

    It may have been parked for long, and must not expire on its way.
    """
    return replace(
        row,
        status="PENDING",
        due_at=at,
        look_at=None,
        expires_at=max(row.expires_at, kept_until(at)),
        version=row.version + 1,
    )


def replayed(row: Delivery, at: str) -> Delivery:
    """It is due now, as if it were new; what was tried stays to be seen."""
    return replace(released(row, at), attempts=0, replays=row.replays + 1, ended_at=None)


def _tried(row: Delivery, attempt: Attempt) -> Delivery:
    return replace(
        row,
        attempts=row.attempts + 1,
        tried=(*row.tried, attempt),
        version=row.version + 1,
    )
