"""``python -m bench.cost``: what a million of J1 cost at AWS's list prices.

One J1 (four API calls, bench/journey.py) runs in this process: the real handlers, the compiled
machine and the outbox worker over moto, in containers that are warm. Everything that AWS bills is
counted: state transitions, DynamoDB request units with the doubling of transactions and the writes
of indexes (bench/units.py), requests, invocations, events, bytes of logs. The counts are multiplied
by bench/prices.py.

What no count tells is assumed, and can be set: how long a function runs. Not in it is what does not
grow with the number of runs: the sweep each minute, alarms, metrics, storage.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

MILLION = 1_000_000
MEMORY_GB = 1.0
"""template.yaml, Globals: MemorySize 1024."""

START_MS = 8.0
"""Assumed: what a function computes in an invocation, calls to AWS apart."""

CALL_MS = 5.0
"""Assumed: one call to AWS, as its function sees it."""

SETTLE_MS = 150.0
"""Assumed: the bounded wait after a start or a decision, until the next state is recorded."""

LAMBDA_LOG_BYTES = 700
"""Assumed: what Lambda itself logs of an invocation (START, END and REPORT in JSON)."""

ACCESS_LOG_BYTES = 330
"""Assumed: a line of the API's access log (template.yaml, AccessLogSettings)."""

TRACED = 0.05
"""X-Ray's default rule, beyond the first request of each second."""

FACES = ("flow", "approvals")


@dataclass(frozen=True)
class Counted:
    """What one J1 used."""

    transitions: int
    states: tuple[str, ...]
    writes: dict[str, int]
    reads: dict[str, float]
    calls: dict[str, int]
    invocations: tuple[tuple[str, int], ...]
    requests: int
    waits: int
    events: int
    records: int
    logged: int
    answered: int

    def milliseconds(self, start: float, call: float, settle: float) -> float:
        """How long all functions run together, by what is assumed of each."""
        calls = sum(made for _, made in self.invocations)
        return len(self.invocations) * start + calls * call + self.waits * settle


@dataclass(frozen=True)
class Line:
    """One line of the bill: a quantity per J1 and dollars per million of them."""

    thing: str
    quantity: float
    dollars: float
    note: str = ""


def bill(
    counted: Counted,
    *,
    start_ms: float = START_MS,
    call_ms: float = CALL_MS,
    settle_ms: float = SETTLE_MS,
) -> list[Line]:
    """The bill of a million, dearest first."""
    from bench import prices

    invocations = len(counted.invocations)
    by_function = Counter(name for name, _ in counted.invocations)
    milliseconds = counted.milliseconds(start_ms, call_ms, settle_ms)
    logged = counted.logged + invocations * LAMBDA_LOG_BYTES + counted.requests * ACCESS_LOG_BYTES
    quantities: list[tuple[prices.Price, float, str]] = [
        (prices.TRANSITION, counted.transitions, " → ".join(counted.states)),
        (prices.WRITE, sum(counted.writes.values()), _listed(counted.writes)),
        (prices.READ, sum(counted.reads.values()), _listed(counted.reads)),
        (prices.STREAM, counted.records, ""),
        (prices.API_REQUEST, counted.requests, ""),
        (prices.INVOCATION, invocations, _listed(by_function)),
        (prices.COMPUTE, milliseconds / 1000 * MEMORY_GB, f"{milliseconds:,.0f} ms, assumed"),
        (prices.EVENT, counted.events, ""),
        (prices.LOG_BYTE, logged, f"{counted.logged:,} counted, the rest Lambda's and the API's"),
        (prices.TRACE, counted.requests * TRACED, "X-Ray's default sampling"),
        (prices.TRANSFER, counted.answered, "bodies of the answers"),
    ]
    lines = [
        Line(price.thing, quantity, price.of(quantity) * MILLION, note)
        for price, quantity, note in quantities
    ]
    return sorted(lines, key=lambda line: -line.dollars)


def count(face: str = "flow") -> Counted:
    """Run J1 once to warm up and once under the meter."""
    sys.path[:0] = [path for path in (str(ROOT / "functions"), str(ROOT)) if path not in sys.path]
    from tests.support.stack import running_stack

    with _quiet() as logs, running_stack() as stack:
        return _count(face, stack, logs)


def _count(face: str, stack: Any, logs: io.StringIO) -> Counted:
    from bench import in_process
    from bench.meter import Meter

    in_process.make_bus()
    going = in_process.Journey(stack, face)
    going.go()
    before = stack.world.machines.running()
    assert before == [], f"the first journey is still running: {before}"
    meter = Meter()
    functions = stack.world.machines._functions
    for arn, handler in list(functions.items()):
        functions[arn] = meter.invoked(arn.rpartition(":")[2], handler)
    logs.truncate(0)
    with meter.running() as used:
        answers = going.go(meter.invoked)
        # The stream brings each transaction's entries to the outbox worker by themselves: at a
        # few runs a second nothing else is in the batch, which is the dearest that it can be.
        publish = meter.invoked("publish_events", _handler("workers.publish_events"))
        for batch in used.committed:
            left = publish(in_process.stream_event(batch), in_process.CONTEXT)
            assert left == {"batchItemFailures": []}, "the outbox worker did not publish"
    states = tuple(stack.world.machines.entered(f"{going.run_id}-1"))
    return Counted(
        transitions=len(states),
        states=states,
        writes=dict(used.writes),
        reads=dict(used.reads),
        calls=dict(used.calls),
        invocations=tuple(used.invocations),
        requests=len(answers),
        waits=going.waits,
        events=used.events,
        records=sum(map(len, used.committed)),
        logged=len(logs.getvalue().encode()),
        answered=sum(len(answer.text.encode()) for answer in answers),
    )


def _handler(module: str) -> Callable[..., Any]:
    handler: Callable[..., Any] = importlib.import_module(module).handler
    return handler


@contextmanager
def _quiet() -> Iterator[io.StringIO]:
    """What functions print and log goes into a text of its own, to be measured."""
    from signoff.entrypoints import observability

    written = io.StringIO()
    handlers = observability.logger.handlers
    streams = [getattr(handler, "stream", None) for handler in handlers]
    with redirect_stdout(written):
        for handler in handlers:
            if isinstance(handler, logging.StreamHandler):
                handler.setStream(written)
        try:
            yield written
        finally:
            for handler, stream in zip(handlers, streams, strict=True):
                if isinstance(handler, logging.StreamHandler) and stream is not None:
                    handler.setStream(stream)


def _listed(counts: Any) -> str:
    return ", ".join(f"{name} {number:g}" for name, number in sorted(counts.items()) if number)


def table(face: str, lines: list[Line]) -> str:
    """The bill as text."""
    from bench import prices

    total = sum(line.dollars for line in lines)
    width = max(len(line.thing) for line in lines)
    rows = [
        f"  {line.thing:<{width}}  {line.quantity:>9,.5g}  {line.dollars:>9.2f}  {line.note}"
        for line in lines
    ]
    return "\n".join(
        [
            f"A million of J1 through the {face.title()} API, at list prices",
            f"{prices.REGION}, looked up in {prices.LOOKED_UP}; US dollars",
            "",
            f"  {'':<{width}}  {'each':>9}  {'a million':>9}",
            *map(str.rstrip, rows),
            f"  {'in all':<{width}}  {'':>9}  {total:>9.2f}",
        ]
    )


def main(arguments: list[str] | None = None) -> int:
    """Count, calculate, print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.cost", description="What a million of J1 cost at list prices."
    )
    parser.add_argument("--face", choices=FACES, default="flow", help="whose API J1 goes through")
    parser.add_argument("--start-ms", type=float, default=START_MS, help="a function's own time")
    parser.add_argument("--call-ms", type=float, default=CALL_MS, help="time of a call to AWS")
    parser.add_argument("--settle-ms", type=float, default=SETTLE_MS, help="one bounded wait")
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")
    chosen = parser.parse_args(arguments)
    lines = bill(
        count(chosen.face),
        start_ms=chosen.start_ms,
        call_ms=chosen.call_ms,
        settle_ms=chosen.settle_ms,
    )
    if chosen.json:
        print(json.dumps([vars(line) for line in lines], indent=2, ensure_ascii=False))
    else:
        print(table(chosen.face, lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
