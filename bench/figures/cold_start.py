"""How long a cold start is: importing each handler in a fresh process, beside a naive one.

The process sees what a function sees in Lambda: ``functions/``, the core layer, and a folder with
the packages of the dependencies layer alone, since pydantic asks every installed package whether it
is a plugin and a development environment has ten times as many. Bytecode is there, as it is in the
layer. Rounds go through all handlers and the naive one in random order, so that whatever else the
machine does falls on all alike; processor time is given beside, which it touches less.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from importlib.metadata import distribution
from pathlib import Path

from bench.bench import Bench
from bench.figure import Value, median
from bench.machine import ROOT

TITLE = "Cold start per function: importing its handler, beside the naive eager import"
MEASURED_ON = "fresh Python processes with the packages of the dependencies layer; median"

AIM = 0.6
NAIVE = "bench.naive_handler"
SECONDS = 60

PROBE = """
import json, sys, time
sys.path[:] = json.loads(sys.argv[1]) + sys.path
wall, cpu = time.perf_counter(), time.process_time()
__import__(sys.argv[2])
print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu]))
"""

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_LAMBDA_FUNCTION_NAME": "signoff",
    "STATE_TABLE": "state",
    "HISTORY_TABLE": "history",
    "EVENT_BUS": "bus",
    "STACK_NAME": "signoff",
    "LOG_LEVEL": "INFO",
    "POWERTOOLS_SERVICE_NAME": "signoff",
    "POWERTOOLS_METRICS_NAMESPACE": "Signoff",
}


def measure(bench: Bench) -> list[Value]:
    """The naive import, then for each function how much of that its own takes."""
    rounds, modules = bench.count(10, 3), [NAIVE, *handlers()]
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in modules}
    with tempfile.TemporaryDirectory(prefix="signoff-bench-") as folder:
        path = search_path(Path(folder))
        for name in modules:
            probe(path, name)  # writes the bytecode that is missing
        order = random.Random(2)
        for number in range(rounds):
            for name in order.sample(modules, len(modules)):
                samples[name].append(probe(path, name))
            bench.say(f"{number + 1} of {rounds} rounds through {len(modules)} modules")
    wall = {name: median([sample[0] for sample in taken]) for name, taken in samples.items()}
    cpu = {name: median([sample[1] for sample in taken]) for name, taken in samples.items()}
    return [_naive(wall[NAIVE], cpu[NAIVE], rounds)] + [
        _beside(name, wall, cpu) for name in modules if name != NAIVE
    ]


def handlers() -> list[str]:
    """Every handler's module: endpoints first, then what nobody waits for."""
    folder = ROOT / "functions"
    return [
        ".".join(path.relative_to(folder).with_suffix("").parts)
        for part in ("api", "steps", "workers", "operations")
        for path in sorted((folder / part).rglob("*.py"))
        if path.name != "__init__.py"
    ]


def search_path(folder: Path) -> list[str]:
    """Where a function's process looks for modules; ``folder`` receives the dependencies."""
    pins = (ROOT / "layers" / "dependencies" / "requirements.txt").read_text("utf-8").splitlines()
    for name in [pin.partition("==")[0] for pin in pins if "==" in pin]:
        found = distribution(name)
        for part in {file.parts[0] for file in found.files or () if file.parts[0] != ".."}:
            link = folder / part
            if part != "__pycache__" and not link.exists():
                link.symlink_to(Path(str(found.locate_file(part))))
    # The root holds the naive handler; it comes last, so nothing else is found there.
    return [str(ROOT / "functions"), str(ROOT / "layers" / "core"), str(folder), str(ROOT)]


def probe(path: list[str], module: str) -> tuple[float, float]:
    """Wall and processor seconds of importing ``module`` in a process of its own."""
    done = subprocess.run(
        # -S and -E: nothing of this environment's site-packages, nothing of this shell.
        [sys.executable, "-S", "-E", "-c", PROBE, json.dumps(path), module],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env={"PATH": os.environ.get("PATH", os.defpath), **ENVIRONMENT},
        cwd=path[2],
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} cannot be imported:\n{done.stderr[-2000:]}")
    wall, cpu = json.loads(done.stdout.splitlines()[-1])
    return wall, cpu


def _naive(wall: float, cpu: float, rounds: int) -> Value:
    more = {"cpu": f"{cpu * 1000:.0f} ms", "samples": rounds}
    return Value("naive eager import", round(wall * 1000), "ms", more=more)


def _beside(name: str, wall: dict[str, float], cpu: dict[str, float]) -> Value:
    ratio = wall[name] / wall[NAIVE]
    endpoint = name.startswith("api.")
    return Value(
        name,
        round(ratio, 2),
        "of naive",
        f"≤ {AIM}" if endpoint else "",
        round(ratio, 2) <= AIM if endpoint else None,
        more={
            "wall": f"{wall[name] * 1000:.0f} ms",
            "cpu": f"{cpu[name] * 1000:.0f} ms",
            "cpu ratio": round(cpu[name] / cpu[NAIVE], 2),
        },
    )
