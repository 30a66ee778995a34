"""What the figures were measured on: machine, Python, versions, commit, and how busy it was."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

PACKAGES = (
    "ministack",
    "moto",
    "botocore",
    "boto3",
    "pydantic",
    "aws-lambda-powertools",
)
"""Those whose version can change a figure."""


def machine() -> dict[str, Any]:
    """The machine, as far as it decides how fast anything is."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": _memory(),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def versions() -> dict[str, str | None]:
    """Versions of the packages that matter; None for one that is not installed."""
    return {name: _version(name) for name in PACKAGES}


def commit() -> dict[str, Any]:
    """The commit, and whether the checkout had changes that are not in it."""
    changed = _git("status", "--porcelain", "--untracked-files=no")
    return {"id": _git("rev-parse", "HEAD"), "changed": None if changed is None else bool(changed)}


def load() -> float:
    """Processes that wanted to run, on average of the last minute; above ``cores`` it is busy."""
    return round(os.getloadavg()[0], 2)


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        for line in listed.read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> float:
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return round(pages * size / 1024**3, 1)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(ROOT), *arguments],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
