"""Run sessions of pytest side by side, and show what each of them said when it ends.

usage: side_by_side.py NAME ARGUMENT... [-- NAME ARGUMENT...]... -- [COMMON-ARGUMENT...]

Each session gets its own arguments and the common ones. The last gives way to the others, so that
what waits for a stack waits hardly longer than by itself. What a session says goes to a file; every
half a minute a line tells how far each is.

Exit status: 0 if each session passed or had none of the tests that were asked for; 1 if one failed
or none had any; 130 after Ctrl-C, which ends all of them, each putting away what it had started.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

TOLD_SECONDS = 30  # from one line of progress to the next
LOOK_SECONDS = 0.2
LEAVE_SECONDS = 90  # what putting away a local stack may take
NO_TESTS = 5  # pytest's status when it collected none
INTERRUPTED = 130
PERCENT = re.compile(rb"\[ *(\d+)%\]")


class Session:
    """One pytest, writing to a file."""

    def __init__(self, name: str, arguments: list[str], log: Path, *, polite: bool) -> None:
        self.name = name
        self.shown = False
        self._log = log
        self._began = time.monotonic()
        with log.open("wb") as output:
            # In a group of its own, so that Ctrl-C comes to us and each session hears of it once:
            # a second time would end it amid its putting away.
            self._process = subprocess.Popen(
                [
                    *(["nice", "-n", "5"] if polite else []),
                    sys.executable,
                    "-m",
                    "pytest",
                    *arguments,
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )

    @property
    def status(self) -> int | None:
        """The exit status; None while it runs."""
        return self._process.poll()

    def progress(self) -> str:
        """How far it is, by pytest's own word."""
        if self.shown:
            return f"{self.name}: done"
        said = PERCENT.findall(self._log.read_bytes())
        return f"{self.name}: {int(said[-1]) if said else 0} %"

    def show(self) -> None:
        """Print all that it said."""
        self.shown = True
        print(f"\n=== {self.name} ({time.monotonic() - self._began:.0f} s)", flush=True)
        with self._log.open("rb") as said:
            shutil.copyfileobj(said, sys.stdout.buffer)
        sys.stdout.flush()

    def interrupt(self) -> None:
        """Ask it to end, as Ctrl-C does."""
        if self.status is None:
            self._process.send_signal(signal.SIGINT)

    def leave(self, deadline: float) -> None:
        """Wait until it has ended, but not beyond ``deadline`` (of time.monotonic)."""
        try:
            self._process.wait(max(deadline - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def described(arguments: list[str]) -> list[tuple[str, list[str]]]:
    """Name and whole arguments of each session that the command line describes."""
    parts: list[list[str]] = [[]]
    for each in arguments:
        if each == "--":
            parts.append([])
        else:
            parts[-1].append(each)
    *sessions, common = parts
    if not sessions or not all(sessions):
        raise SystemExit(__doc__)
    return [(name, [*own, *common]) for name, *own in sessions]


def run(sessions: list[Session]) -> int:
    """Wait for all of them, showing each when it ends; answers the exit status."""
    began = time.monotonic()
    next_line = began + TOLD_SECONDS
    while not all(each.shown for each in sessions):
        for each in sessions:
            if not each.shown and each.status is not None:
                each.show()
        if time.monotonic() >= next_line:
            next_line += TOLD_SECONDS
            seconds = time.monotonic() - began
            print(f"{seconds:5.0f} s  {', '.join(s.progress() for s in sessions)}", flush=True)
        time.sleep(LOOK_SECONDS)
    statuses = {each.status for each in sessions}
    return 0 if 0 in statuses and statuses <= {0, NO_TESTS} else 1


def end(sessions: list[Session]) -> None:
    """End what runs, showing what it said until then; another Ctrl-C ends it at once."""
    deadline = time.monotonic() + LEAVE_SECONDS
    for each in sessions:
        each.interrupt()
    for each in sessions:
        try:
            each.leave(deadline)
        except KeyboardInterrupt:
            deadline = 0
            each.leave(deadline)
        if not each.shown:
            each.show()


def interrupted(*_: Any) -> None:
    """Whatever ends us ends us as Ctrl-C does."""
    raise KeyboardInterrupt


def main() -> int:
    """Run what the command line says."""
    sessions: list[Session] = []
    wanted = described(sys.argv[1:])
    # SIGINT too: a shell's background jobs, and theirs, are born deaf to it.
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, interrupted)
    with tempfile.TemporaryDirectory(prefix="signoff-tests.") as folder:
        try:
            for number, (name, arguments) in enumerate(wanted):
                log = Path(folder) / f"{number}.log"
                sessions.append(Session(name, arguments, log, polite=number == len(wanted) - 1))
            return run(sessions)
        except KeyboardInterrupt:
            end(sessions)
            return INTERRUPTED


if __name__ == "__main__":
    raise SystemExit(main())
