"""What it takes to know who calls: a key and a person's token, in a new container and later."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable
from contextlib import redirect_stdout

import pytest

from bench.bench import Bench
from bench.figure import Value, at_most, exactly, median, milliseconds
from bench.figures.aws_calls import short
from signoff.entrypoints import observability
from signoff.identity import authenticate
from signoff.identity.principal import Principal
from tests.support.stack import Stack, running_stack
from tests.support.tokens import Pool, open_pool, put_user

TITLE = "Authentication: calls to AWS, and the time of it beside them"
MEASURED_ON = "this process: the real code over moto, every botocore call counted"

ADDRESS = "203.0.113.7"


def measure(bench: Bench) -> list[Value]:
    """Cold and cached, for a key and for a token."""
    observability.logger.setLevel(logging.CRITICAL)
    rounds = bench.count(200, 30)
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        redirect_stdout(io.StringIO()),
        running_stack() as stack,
    ):
        pool = open_pool(monkeypatch)
        subject = put_user(stack.tenant, "ann", roles=("approver",))
        key = _bearer(stack.key)
        token = _bearer(pool.token(subject))
        return [
            *_of("key", stack, key, rounds, pool, cold_calls=3),
            *_of("token", stack, token, rounds, pool, cold_calls=2),
        ]


def _of(
    what: str,
    stack: Stack,
    who: Callable[[], Principal],
    rounds: int,
    pool: Pool,
    *,
    cold_calls: int,
) -> list[Value]:
    authenticate.forget_all()
    pool.fetches.clear()
    with stack.world.faults.watching() as watched:
        who()
    cold = [short(call) for call in watched.seen]
    fetched = {"keys of the pool fetched": len(pool.fetches)} if what == "token" else {}
    with stack.world.faults.watching() as watched:
        who()
    cached = list(watched.seen)
    times = {"cold": [_timed(who, cold=True) for _ in range(rounds)]}
    times["cached"] = [_timed(who, cold=False) for _ in range(rounds)]
    return [
        at_most(f"{what}, cold", len(cold), cold_calls, "calls", calls=" ".join(cold), **fetched),
        exactly(f"{what}, cached", len(cached), 0, "calls"),
        *(
            milliseconds(f"{what}, {how}, median", median(samples), rounds=rounds)
            for how, samples in times.items()
        ),
    ]


def _bearer(credential: str) -> Callable[[], Principal]:
    return lambda: authenticate.authenticate(f"Bearer {credential}", None, ADDRESS)


def _timed(who: Callable[[], Principal], *, cold: bool) -> float:
    if cold:
        authenticate.forget_all()
    began = time.perf_counter()
    who()
    return time.perf_counter() - began
