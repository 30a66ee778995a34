"""Write the pinned requirement files from their `.in` files: `make lock`.

pip itself resolves, as a dry run, so nothing is installed and no other tool is needed. The largest
set is resolved first and constrains the others: a package has one version everywhere, tests
included.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "requirements"
# Largest first. The last two live apart from everything else, so they need not fit the others.
LOCKS = {
    "dev.in": SOURCES / "dev.txt",
    "local.in": SOURCES / "local.txt",
    "runtime.in": ROOT / "layers" / "dependencies" / "requirements.txt",
    "sam.in": SOURCES / "sam.txt",
    "lambda-image.in": SOURCES / "lambda-image.txt",
}
ISOLATED = {"sam.in", "lambda-image.in"}


def resolve(source: Path, constraints: Path | None) -> list[str]:
    """Return the sorted `name==version` pins that pip would install for a requirement file."""
    command = [
        sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet",
        "--only-binary=:all:", "--report", "-", "--requirement", str(source),
    ]  # fmt: skip
    if constraints is not None:
        command += ["--constraint", str(constraints)]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    pins = {
        _normal(each["metadata"]["name"]): each["metadata"]["version"] for each in report["install"]
    }
    return [f"{name}=={version}" for name, version in sorted(pins.items())]


def _normal(name: str) -> str:
    # PEP 503, so that two spellings of a name are one package.
    return re.sub(r"[-_.]+", "-", name).lower()


def write(target: Path, source: str, pins: Iterable[str]) -> None:
    """Write one lock file under a heading that says where it comes from."""
    heading = f"# Written by `make lock` from requirements/{source}.\n"
    target.write_text(heading + "\n".join(pins) + "\n", encoding="utf-8")


def main() -> None:
    """Resolve and write every lock file."""
    constraints: Path | None = None
    for source, target in LOCKS.items():
        pins = resolve(SOURCES / source, None if source in ISOLATED else constraints)
        write(target, source, pins)
        constraints = constraints or target
        sys.stdout.write(f"{target.relative_to(ROOT)}: {len(pins)} packages\n")


if __name__ == "__main__":
    main()
