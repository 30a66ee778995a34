"""scripts/with_docker.sh: which engine a command gets, and what is said where none can run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.sam import ROOT

SCRIPT = ROOT / "scripts" / "with_docker.sh"
CANNOT_RUN = 77

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the script, in a checkout that has nothing else, with some commands being fakes."""
    copied = tmp_path / "scripts" / SCRIPT.name
    copied.parent.mkdir()
    copied.write_bytes(SCRIPT.read_bytes())

    def runner(fakes: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
        for name, line in fakes.items():
            fake = tmp_path / name
            fake.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
            fake.chmod(0o755)
        path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["bash", copied, *command],
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )

    return runner


def test_an_engine_that_is_there_is_used(run: Run) -> None:
    done = run({"docker": "exit 0"}, "sh", "-c", "echo engine $SIGNOFF_ENGINE; exit 5")
    assert done.stdout == "engine host\n"
    assert done.returncode == 5


def test_without_an_engine_and_without_root_it_says_so_and_runs_nothing(run: Run) -> None:
    done = run({"docker": "exit 1", "id": "echo 1000"}, "echo", "ran")
    assert done.returncode == CANNOT_RUN
    assert done.stdout == ""
    assert "No Docker engine can run here" in done.stderr


def test_where_no_packages_can_be_fetched_it_says_so_and_runs_nothing(run: Run) -> None:
    tools = dict.fromkeys(("dpkg", "unshare", "nsenter", "setsid"), "exit 0")
    fakes = {"docker": "exit 1", "id": "echo 0", "apt-get": "echo no network; exit 100"}
    done = run(tools | fakes, "echo", "ran")
    assert done.returncode == CANNOT_RUN
    assert "no network" in done.stderr
    assert "ran" not in done.stdout.split()
