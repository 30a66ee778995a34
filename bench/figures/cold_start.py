"""How long a cold start is: importing each handler in a fresh process, beside a naive one.

The process sees what a function sees in Lambda. Its environment says that it is being initialised,
upon which ``storage/clients.py`` loads botocore and makes the client of DynamoDB, as every function
but one needs it; so the naive handler is charged with its own client, made by boto3. The packages
are those of the dependencies layer alone, cut as the layer is: pydantic asks every installed
package whether it is a plugin, and botocore looks through every service. Bytecode is there.

Rounds go through all handlers and the naive one in random order, so that whatever else the machine
does falls on all alike; processor time is given beside, which it touches less.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from bench.bench import Bench
from bench.figure import Value, median, milliseconds
from bench.machine import ROOT

TITLE = "Cold start per function: importing its handler, client included, beside a naive one"
MEASURED_ON = "fresh Python processes with the packages of the dependencies layer; median"

LAYER = ROOT / "layers" / "dependencies"

AIM = 0.6
NAIVE = "bench.naive_handler"
SECONDS = 60

WITHOUT_CLIENT = {"api.fallback.not_found"}
"""Handlers that never call AWS, and must not pay for it; any other is measured with its client."""

PROBE = """
import json, sys, time
sys.path[:] = json.loads(sys.argv[1]) + sys.path
wall, cpu = time.perf_counter(), time.process_time()
__import__(sys.argv[2])
imported = time.perf_counter() - wall
if "boto3" in sys.modules:
    sys.modules["boto3"].client("dynamodb")
ready, cpu = time.perf_counter() - wall, time.process_time() - cpu
clients = sys.modules.get("signoff.storage.clients")
made = "boto3" in sys.modules or bool(clients and clients.client.cache_info().currsize)
print(json.dumps([imported, ready, cpu, made]))
"""

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_LAMBDA_FUNCTION_NAME": "signoff",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "STATE_TABLE": "state",
    "HISTORY_TABLE": "history",
    "EVENT_BUS": "bus",
    "STACK_NAME": "signoff",
    "LOG_LEVEL": "INFO",
    "POWERTOOLS_SERVICE_NAME": "signoff",
    "POWERTOOLS_METRICS_NAMESPACE": "Signoff",
}


@dataclass(frozen=True)
class Start:
    """Seconds until imported, until there is a client too, and processor time of both."""

    imported: float
    ready: float
    cpu: float


def measure(bench: Bench) -> list[Value]:
    """The naive start, then for each function how much of that its own takes."""
    rounds, modules = bench.count(10, 3), [NAIVE, *handlers()]
    samples: dict[str, list[Start]] = {name: [] for name in modules}
    with tempfile.TemporaryDirectory(prefix="signoff-bench-") as folder:
        path = search_path(Path(folder))
        for name in modules:
            probe(path, name)  # writes the bytecode that is missing
        order = random.Random(2)
        for number in range(rounds):
            for name in order.sample(modules, len(modules)):
                samples[name].append(probe(path, name))
            bench.say(f"{number + 1} of {rounds} rounds through {len(modules)} modules")
    middle = {name: _median(taken) for name, taken in samples.items()}
    naive = middle.pop(NAIVE)
    return [
        milliseconds(
            "naive, with its client",
            naive.ready,
            cpu=f"{naive.cpu * 1000:.0f} ms",
            imported=f"{naive.imported * 1000:.0f} ms",
            samples=rounds,
        ),
        *(_beside(name, start, naive) for name, start in middle.items()),
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
    pins = (LAYER / "requirements.txt").read_text("utf-8").splitlines()
    for name in [pin.partition("==")[0] for pin in pins if "==" in pin]:
        found = distribution(name)
        for part in {file.parts[0] for file in found.files or () if file.parts[0] != ".."}:
            source = Path(str(found.locate_file(part)))
            if part == "botocore":
                _link_botocore(source, folder / part)
            elif part != "__pycache__" and not (folder / part).exists():
                (folder / part).symlink_to(source)
    # The root holds the naive handler; it comes last, so nothing else is found there.
    return [str(ROOT / "functions"), str(ROOT / "layers" / "core"), str(folder), str(ROOT)]


def _link_botocore(source: Path, target: Path) -> None:
    """botocore with the services that the layer keeps: it looks through all that are there."""
    kept = re.search(r"^services = (.+)$", (LAYER / "Makefile").read_text("utf-8"), re.MULTILINE)
    if kept is None:
        raise RuntimeError(f"{LAYER / 'Makefile'} does not say which services it keeps")
    services = kept[1].split()
    (target / "data").mkdir(parents=True)
    for each in source.iterdir():
        if each.name != "data":
            (target / each.name).symlink_to(each)
    for each in (source / "data").iterdir():
        if each.is_file() or each.name in services:
            (target / "data" / each.name).symlink_to(each)


def probe(path: list[str], module: str) -> Start:
    """A start of ``module`` in a process of its own. Raises RuntimeError if it does not import."""
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
    imported, ready, cpu, has_client = json.loads(done.stdout.splitlines()[-1])
    if has_client == (module in WITHOUT_CLIENT):
        says = "makes" if has_client else "does not make"
        raise RuntimeError(f"{module} {says} a client of AWS, against what this figure knows")
    return Start(imported, ready, cpu)


def _median(taken: list[Start]) -> Start:
    return Start(
        median([start.imported for start in taken]),
        median([start.ready for start in taken]),
        median([start.cpu for start in taken]),
    )


def _beside(name: str, start: Start, naive: Start) -> Value:
    ratio = round(start.ready / naive.ready, 2)
    endpoint = name.startswith("api.")
    return Value(
        name,
        ratio,
        "of naive",
        f"≤ {AIM}" if endpoint else "",
        ratio <= AIM if endpoint else None,
        more={
            "wall": f"{start.ready * 1000:.0f} ms",
            "cpu": f"{start.cpu * 1000:.0f} ms",
            "cpu ratio": f"{start.cpu / naive.cpu:.2f}",
            "by naive import alone": f"{start.ready / naive.imported:.2f}",
        },
    )
