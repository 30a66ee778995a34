"""The local stack's interpreter takes every construct the same way as ours."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from .whole_runs import whole_runs


def test_the_local_stack_runs_the_goldens_alike() -> None:
    # A process of its own: the emulator's modules are changed for good when they are mended.
    found = subprocess.run(
        [sys.executable, "-m", "tests.golden.on_emulator"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    report = json.loads(found.stdout.splitlines()[-1])
    assert report == {"ran": [name for name, _, _ in whole_runs()], "different": []}
