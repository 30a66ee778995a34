"""Lets independent tools judge the machines that the compiler emits.

`python scripts/check_machines.py` compiles every definition of `tests/golden/compile` and
`statemachines`, and its resume twin, and gives them to statelint (PyPI) and asl-validator (npm; it
needs `npm ci` first).  Exit status: 0 clean, 1 complaints, 2 a checker is missing.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from statelint.config import Config
from statelint.linter import Linter

from signoff.compiler import compile_definition, compile_resume, substitute
from signoff.compiler.machine import FUNCTIONS
from signoff.definition.checker import checked
from signoff.definition.loader import load_bytes

ROOT = Path(__file__).resolve().parents[1]
VALIDATOR = ROOT / "node_modules" / ".bin" / "asl-validator"
ARNS = {
    name: f"arn:aws:lambda:eu-central-1:123456789012:function:signoff-{name}" for name in FUNCTIONS
}

# What statelint 3.1 says and Amazon States Language does not: (pattern, why it is no problem).
FALSE_ALARMS = (
    # In JSONata, `Timestamp` may be an expression (states-language.net, "Wait State").  statelint
    # knows that of other fields, but not of this one.
    (r'\.Timestamp is "\{% .* %\}" but should be an RFC3339 timestamp$', "JSONata Timestamp"),
)


def machines() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every machine, as it would be published."""
    sources = [*(ROOT / "tests/golden/compile").glob("*.yaml"), *ROOT.glob("statemachines/*.yaml")]
    for source in sorted(sources):
        definition, _ = checked(load_bytes(source.read_bytes(), source.name))
        for suffix, machine in (
            ("", compile_definition(definition, 1)),
            (".resume", compile_resume(definition, 1)),
        ):
            yield f"{source.stem}{suffix}", substitute(machine.to_json(), ARNS)


def statelint(text: str) -> list[str]:
    """Return statelint's complaints about a machine, without its known false alarms."""
    return [
        str(problem)
        for problem in Linter.validate(text, Config())
        if not any(re.search(pattern, str(problem)) for pattern, _ in FALSE_ALARMS)
    ]


def asl_validator(folder: Path) -> list[str]:
    """Return asl-validator's complaints about the machines in a folder."""
    paths = [part for path in sorted(folder.iterdir()) for part in ("--json-path", str(path))]
    found = subprocess.run(
        [str(VALIDATOR), *paths], capture_output=True, text=True, check=False, cwd=folder
    )
    if found.returncode == 0:
        return []
    return [line for line in (found.stdout + found.stderr).splitlines() if "is valid" not in line]


def too_large(text: str) -> list[str]:
    """Return what is beyond the quotas of Step Functions, which neither checker knows."""
    found = [
        f"the name {name!r} is longer than 80 characters"
        for name in _names(json.loads(text))
        if len(name) > 80
    ]
    if len(text.encode()) > 1_048_576:
        found.append("the machine is larger than 1 MiB")
    return found


def _names(container: dict[str, Any]) -> Iterator[str]:
    for name, state in container["States"].items():
        yield name
        for inner in (*state.get("Branches", ()), state.get("ItemProcessor")):
            if inner is not None:
                yield from _names(inner)


def main() -> int:
    """Check every machine with every checker; return the exit status."""
    if not VALIDATOR.exists() or shutil.which("node") is None:
        print("asl-validator is missing: it needs Node.js and `npm ci`.", file=sys.stderr)
        return 2
    complaints: list[str] = []
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, text in machines():
            count += 1
            complaints += [f"{name}: statelint: {each}" for each in statelint(text)]
            complaints += [f"{name}: {each}" for each in too_large(text)]
            (Path(folder) / f"{name}.asl.json").write_text(text, encoding="utf-8")
        complaints += [f"asl-validator: {each}" for each in asl_validator(Path(folder))]
    print("\n".join([*complaints, f"{count} machines, {len(complaints)} complaints"]))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
