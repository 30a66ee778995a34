"""When a state that calls a function tries again."""

from __future__ import annotations

from pydantic import JsonValue

from .ir import Tries

__all__ = ["retries"]

# What passes by itself: the Lambda service's errors, as its developer guide lists them for Step
# Functions; a function that ran out of time or memory; and what step functions raise when a
# repetition can help.  Every step function may be called again with the same payload.
_PASSING = (
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.Unknown",
    "Sandbox.Timedout",
    "TransientFailure",
)
_DAY = 86_400


def retries(tries: Tries | None, *, child: bool = False) -> list[JsonValue]:
    """Return a state's `Retry`: always the base, and before it what the definition asks for.

    `child` says that the step runs another definition, whose failure counts as the step's own.
    """
    base: dict[str, JsonValue] = {
        "ErrorEquals": list(_PASSING),
        "IntervalSeconds": 1,
        "MaxAttempts": 6,
        "BackoffRate": 2.0,
        "JitterStrategy": "FULL",
    }
    if tries is None:
        return [base]
    own: dict[str, JsonValue] = {
        "ErrorEquals": ["StepFailed", "ChildFailed"] if child else ["StepFailed"],
        "IntervalSeconds": tries.seconds,
        "MaxAttempts": tries.attempts,
        "BackoffRate": tries.backoff,
        # Growing delays stop at a day, or where they began if that is longer.
        "MaxDelaySeconds": max(_DAY, tries.seconds + 1),
    }
    return [own, base]
