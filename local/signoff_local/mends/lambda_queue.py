"""Invocations beyond what this machine can run wait, in lanes that cannot block each other.

AWS runs a thousand invocations at once and then throttles.

Emulator: it starts a process for every concurrent invocation, or throttles. Two hundred calls of
the API are 200 Python processes at once; with a limit, most of them are 429.

Here they wait. What a waiting invocation may itself be waiting for must never be behind it in the
same queue: an API call waits until a state machine's step has written, and both make the stream's
worker run. So calls, steps and events each have a lane of their own, and a function called by a
function (which holds a place already) passes by. AWS behaves as if every lane were a thousand wide.

What calls addresses that users name has lanes of its own: each waits for strangers, up to ten
seconds, and must hold up nobody but others of its kind. Of a queue in such a lane no more batches
are received than there are places, since a message that waits here for its place is in flight and
comes nearer to its dead-letter queue. Calls that wait up to 20 s for the next event of a run have
a lane, too, or a few followers would leave no place to whoever makes that event.

To see it: tests/local/test_lambda_queue.py. To delete when: never, unless ministack queues.
"""

from __future__ import annotations

import contextlib
import contextvars
import os
import threading
from collections.abc import Iterator
from typing import Any

from signoff_local import emulator

RELIES_ON = {
    "services.lambda_svc:_execute_function": "3ceb16d6480a",
    "services.lambda_svc:_execute_function_dispatch": "f62cd259213e",
    "services.lambda_svc:invoke_async_with_retry": "289fe4d3cbd4",
    "services.lambda_svc:_run_sqs_batch": "f9bf630aabf3",
    "services.lambda_svc:_sqs_esm_concurrency": "d3e9d1e865aa",
    "services.lambda_svc:_throttle_response": "647221d5b077",
    "services.stepfunctions:_call_lambda": "25830369b126",
}

LANES = {
    "call": 32,  # the API: many calls only wait
    "follow": 8,  # calls that wait for somebody else's
    "step": 16,  # state machines
    "event": 8,  # queues and streams
    "delivery": 4,  # webhooks, of receivers that answer in time
    "slow": 3,  # webhooks, of those that do not
    "message": 3,  # mails and Slack
    "integration": 4,  # steps of definitions that call others
}
"""Places of each lane.

SIGNOFF_LANES="call=8,step=4" changes them, for a small machine or a test.
"""

OUTWARD = {
    "Deliveries": "delivery",
    "SlowDeliveries": "slow",
    "Messages": "message",
    "CallIntegration": "integration",
}
"""Lanes of what calls strangers, by the queue's or the step's name in the template."""

WAITING = {"FollowInstance": "follow"}
"""Lanes of calls that wait for other calls, by the function's name in the template."""

WAIT_SECONDS = 60.0
"""Then the invocation is throttled, as AWS does at its limit."""

_lane: contextvars.ContextVar[str] = contextvars.ContextVar("signoff_lane", default="call")
_places: dict[str, threading.BoundedSemaphore] = {}


def sizes(changed: str) -> dict[str, int]:
    """LANES with what SIGNOFF_LANES changes. Raises ValueError for anything but `name=number`."""
    given = dict(part.split("=", 1) for part in filter(None, changed.split(",")))
    if not set(given) <= set(LANES):
        raise ValueError(f"SIGNOFF_LANES knows {', '.join(LANES)}")
    return {**LANES, **{name: max(1, int(size)) for name, size in given.items()}}


def lane_of(physical: str, otherwise: str) -> str:
    """The lane of a queue or function by its name in the stack or its ARN."""
    names = f"{physical.rpartition(':')[2]}-"
    own = OUTWARD | WAITING
    return next((lane for name, lane in own.items() if f"-{name}-" in names), otherwise)


@contextlib.contextmanager
def lane(name: str) -> Iterator[None]:
    """Invocations made inside belong to that lane."""
    token = _lane.set(name)
    try:
        yield
    finally:
        _lane.reset(token)


def apply() -> None:
    """Gate the executor of processes; mark what comes from state machines, queues and streams."""
    sizes_here = sizes(os.environ.get("SIGNOFF_LANES", ""))
    for name, size in sizes_here.items():
        _places[name] = threading.BoundedSemaphore(size)
    service = emulator.module("services.lambda_svc")
    states = emulator.module("services.stepfunctions")
    run, call = service._execute_function_warm, states._call_lambda
    batch, asynchronous = service._run_sqs_batch, service.invoke_async_with_retry
    concurrency = service._sqs_esm_concurrency

    def execute(func: Any, event: Any, request_id: str) -> Any:
        if (service._invoke_depth.get() or 0) > 1:
            return run(func, event, request_id)
        name = (func.get("config") or func).get("FunctionName", "")
        place = _places[lane_of(name, _lane.get())]
        if not place.acquire(timeout=WAIT_SECONDS):
            reason = "ConcurrentInvocationLimitExceeded"
            return service._throttle_response(reason, "Rate Exceeded: this machine is too busy")
        try:
            return run(func, event, request_id)
        finally:
            place.release()

    def call_lambda(reference: str, *arguments: Any) -> Any:
        with lane(lane_of(reference, "step")):
            return call(reference, *arguments)

    def run_sqs_batch(mapping: dict[str, Any], *arguments: Any) -> Any:
        with lane(lane_of(mapping["EventSourceArn"], "event")):
            return batch(mapping, *arguments)

    def sqs_concurrency(mapping: dict[str, Any], *arguments: Any) -> int:
        theirs: int = concurrency(mapping, *arguments)
        of_its_own = lane_of(mapping["EventSourceArn"], "")
        return min(theirs, sizes_here[of_its_own]) if of_its_own else theirs

    def invoke_async(*arguments: Any) -> Any:
        with lane("event"):  # the thread it starts inherits this
            return asynchronous(*arguments)

    service._execute_function_warm = execute
    states._call_lambda = call_lambda
    service._run_sqs_batch = run_sqs_batch
    service._sqs_esm_concurrency = sqs_concurrency
    service.invoke_async_with_retry = invoke_async
