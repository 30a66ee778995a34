"""``python -m bench``: measure, print a table, write JSON; exit code 1 if a count does not hold."""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType, ModuleType

from bench import machine, report
from bench.bench import Bench
from bench.figure import Figure
from bench.figures import NAMES

DEFAULT_JSON = machine.ROOT / ".signoff" / "bench.json"


def main(arguments: list[str] | None = None) -> int:
    """Measure the figures that were asked for, or all."""
    chosen = _parse(arguments)
    if chosen.list:
        for name in NAMES:
            print(f"{name:<20} {_load(name).TITLE}")
        return 0
    # `functions/` is where the handlers are imported from, as in Lambda.
    sys.path.insert(0, str(machine.ROOT / "functions"))
    signal.signal(signal.SIGTERM, _stop)
    began = datetime.now(UTC)
    figures: list[Figure] = []
    with Bench(quick=chosen.quick) as bench:
        for name in [each for each in NAMES if not chosen.figures or each in chosen.figures]:
            figures.append(_measure(name, bench))
            content = report.document(figures, quick=chosen.quick, began=began)
            report.write(chosen.json, content)  # what is measured is kept, whatever comes
    print(report.table(content))
    print(f"\nWritten to {chosen.json}")
    return 0 if content["holds"] else 1


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure Signoff on this machine. docs/benchmarks.md says what is measured.",
    )
    parser.add_argument(
        "figures", nargs="*", metavar="FIGURE", help="which ones (--list names them); default: all"
    )
    parser.add_argument("--list", action="store_true", help="list the figures and do nothing")
    parser.add_argument("--quick", action="store_true", help="smaller counts, for a quick look")
    parser.add_argument(
        "--json", type=Path, default=DEFAULT_JSON, help="where to write (default: %(default)s)"
    )
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.figures) - set(NAMES)
    if unknown:
        parser.error(f"no such figure: {', '.join(sorted(unknown))} (see --list)")
    return chosen


def _load(name: str) -> ModuleType:
    return importlib.import_module(f"bench.figures.{name}")


def _measure(name: str, bench: Bench) -> Figure:
    module = _load(name)
    print(f"{name}: {module.TITLE}", file=sys.stderr, flush=True)
    load, began, error, values = machine.load(), time.monotonic(), None, []
    try:
        values = module.measure(bench)
    except Exception as failure:  # noqa: BLE001 - the other figures are worth having
        traceback.print_exc()
        error = f"{type(failure).__name__}: {failure}"[:500]
    took = time.monotonic() - began
    return Figure(name, module.TITLE, module.MEASURED_ON, took, load, values, error)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Let SIGTERM unwind as Ctrl-C does, so that the stack is stopped."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
