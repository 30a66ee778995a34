"""What every figure is given: its counts, a place to say how far it is, and a local stack."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from bench.client import Client
from signoff_local import lifecycle, process
from signoff_local.home import Home

SAY_SECONDS = 2.0
"""Between two lines about one thing."""


class Bench:
    """One run of the benchmark. As a context it ends what it started and forgets what it made."""

    def __init__(self, *, quick: bool) -> None:
        self.quick = quick
        self._home: Home | None = None
        self._client: Client | None = None
        self._said = 0.0

    def __enter__(self) -> Bench:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    def count(self, full: int, quick: int) -> int:
        """``full``, or ``quick`` where only a quick look was asked for."""
        return quick if self.quick else full

    def say(self, line: str) -> None:
        """Tell how far the figure is; every line is shown."""
        self._said = time.monotonic()
        print(f"    {line}", file=sys.stderr, flush=True)

    def progress(self, done: int, of: int, what: str) -> None:
        """Tell it now and then, for loops that go fast; may be called by any thread."""
        self.now_and_then(f"{done:,} of {of:,} {what}")

    def now_and_then(self, line: str) -> None:
        """Tell a line if the last one is a while ago."""
        if time.monotonic() - self._said > SAY_SECONDS:
            self.say(line)

    def stack(self) -> Client:
        """The API of a local stack of the benchmark's own, started when it is first asked for."""
        if self._client is None:
            folder = Path(tempfile.mkdtemp(prefix="signoff-bench-"))
            # A free port, so that it stands in nobody's way, and the same one after a restart.
            os.environ["SIGNOFF_PORT"] = str(process.free_port(None))
            self._home = Home(folder)
            self._client = Client(self._up())
        return self._client

    def down(self) -> None:
        """Stop the stack gracefully; its state is kept."""
        if self._home is not None:
            lifecycle.down(self._home, self.say)

    def up(self) -> Client:
        """Start the stack again; its keys and its address are as before."""
        before, after = self.stack().settings, self._up()
        if before != after:
            raise RuntimeError("the stack came back with another address or other keys")
        self._client = Client(after)  # the old connections lead to a process that is gone
        return self._client

    def stop(self) -> None:
        """Stop the stack, if there is one, and forget it."""
        if self._home is not None:
            lifecycle.reset(self._home)
            shutil.rmtree(self._home.path, ignore_errors=True)
        self._home = self._client = None

    def _up(self) -> dict[str, Any]:
        assert self._home is not None
        return lifecycle.up(self._home, self.say).stack
