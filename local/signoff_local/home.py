"""Everything that one local stack keeps on disk, under one folder."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REGION = "us-east-1"
ACCOUNT = "000000000000"
ACCESS_KEY = "test"
SECRET_KEY = "test"  # noqa: S105  the emulator's root, which only answers on this machine
STACK = "signoff"
"""Name of the CloudFormation stack."""


def repository() -> Path:
    """The checkout that this package was installed from (editable)."""
    return Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Home:
    """Paths of one stack. Two stacks with different homes do not touch each other."""

    path: Path

    @classmethod
    def chosen(cls) -> Home:
        """SIGNOFF_HOME, else `.signoff` in the checkout."""
        named = os.environ.get("SIGNOFF_HOME")
        return cls(Path(named).resolve() if named else repository() / ".signoff")

    @property
    def stack_file(self) -> Path:
        """stack.json: how to reach the stack and who may use it (mode 0600: it holds keys)."""
        return self.path / "stack.json"

    @property
    def process_file(self) -> Path:
        """process.json: the running emulator's pid, when it started, and its port."""
        return self.path / "process.json"

    @property
    def settings_file(self) -> Path:
        """settings.json: what outlives `down` (the port, the users' passwords)."""
        return self.path / "settings.json"

    @property
    def deployed_file(self) -> Path:
        """deployed.json: digest of what was deployed last, and its outputs."""
        return self.path / "deployed.json"

    @property
    def state(self) -> Path:
        """The emulator's snapshots."""
        return self.path / "state"

    @property
    def logs(self) -> Path:
        """Folder of the logs."""
        return self.path / "logs"

    @property
    def emulator_log(self) -> Path:
        """What the emulator says."""
        return self.logs / "emulator.log"

    @property
    def functions_log(self) -> Path:
        """What functions print, with the name of each."""
        return self.logs / "functions.log"

    @property
    def boot_log(self) -> Path:
        """Standard output and error of the emulator's process: empty unless it crashed."""
        return self.logs / "boot.log"

    def make(self) -> None:
        """Create the folder, readable for nobody else."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.logs.mkdir(exist_ok=True)


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a file of ours; None if there is none or it was cut short by a crash."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return found if isinstance(found, dict) else None


def write_json(path: Path, value: dict[str, Any], mode: int = 0o600) -> None:
    """Replace a file of ours at once: a reader sees the old object or the new one."""
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2)
        file.write("\n")
    draft.replace(path)
