"""Writes the goldens anew: `python -m tests.golden.regenerate`.

Look at what changed before committing it: a golden is what was promised.  Refuses to run in CI,
where a golden that does not fit is an error, not an occasion.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

# Modules of this package whose `produced()` yields every golden file and what belongs in it.
SUITES = ("machines", "checks")


def suites() -> Iterator[Callable[[], Iterator[tuple[Path, str]]]]:
    """Yield the producer of each suite."""
    for name in SUITES:
        yield importlib.import_module(f"tests.golden.{name}").produced


def main() -> int:
    """Write every golden that differs; return the exit code."""
    if os.environ.get("CI"):
        print("Goldens are not regenerated in CI.", file=sys.stderr)
        return 2
    changed = 0
    for produced in suites():
        for path, text in produced():
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8", newline="\n")
                print(f"wrote {path}")
                changed += 1
    print(f"{changed} goldens changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
