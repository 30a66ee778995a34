"""The emulator's state on disk: one consistent image at a time, taken every few seconds.

The emulator itself writes its services one after another, on a graceful stop only, from a process
that goes on changing them. We fork instead: the copy of the process holds all services as they were
at one moment between two requests, and writes them while the original goes on. Each image is a
folder of its own, and `current` changes from one to the next by a rename, so that a crash at any
moment leaves a whole image.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import json
import logging
import os
import shutil
import signal
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from signoff_local import emulator

log = logging.getLogger("signoff.snapshots")

SECONDS = 2.0
"""Pause between two snapshots: what a crash may lose, apart from the time that writing takes."""

SLOW_SECONDS = 5.0
"""A snapshot that takes longer is worth a line in the log: a crash would lose so much."""

BOUND_SECONDS = 60.0
"""After this long the writing copy is stuck and is killed; the previous image stays."""

UNUSED = ("ec2", "elasticache", "iot")
"""Services that are never empty because the emulator fills them, and that nothing of ours uses."""

KEPT = 2
"""Images on disk, the current one included."""


def is_empty(state: Any) -> bool:
    """Whether a service's state holds nothing that was made: only empty stores and counters.

    Such a service is not written, so that its module need not be imported at the next start: the
    emulator has sixty, and CloudFormation imports them all.
    """
    if isinstance(state, dict):
        return all(map(is_empty, state.values()))
    if hasattr(state, "_data"):  # the emulator's stores by account, whose len() sees one account
        return not state._data
    return isinstance(state, bool | int | float) or not state


class Snapshots:
    """Writes and reads the images under one folder."""

    def __init__(self, folder: Path, before: Callable[[], None] = lambda: None) -> None:
        self.folder = folder
        self.touched = False
        """Set by whoever may have changed something; an untouched emulator is not written again."""
        self._before = before

    @property
    def current(self) -> Path:
        """Where the emulator loads from (a link; absent before the first snapshot)."""
        return self.folder / "current"

    async def run(self) -> None:
        """Take snapshots until cancelled."""
        pause = SECONDS
        while True:
            await asyncio.sleep(pause)
            if not self.touched:
                continue
            self.touched = False
            started = time.monotonic()
            pid = self._fork()
            done = await asyncio.to_thread(self._wait, pid)
            took = time.monotonic() - started
            if not done:
                self.touched = True
            pause = max(SECONDS, took)  # at most half of one processor goes into snapshots
            if took > SLOW_SECONDS:
                log.warning("a snapshot took %.1f s", took)

    def take(self) -> None:
        """Take one snapshot now and wait for it. Raises OSError if it could not be written."""
        if not self._wait(self._fork()):
            raise OSError(f"the state could not be saved in {self.folder}")

    def _fork(self) -> int:
        """The pid of a copy of this process that writes itself down and leaves.

        To be called on the thread that serves requests: between two of them no write is half done.
        """
        self._before()
        self.folder.mkdir(parents=True, exist_ok=True)
        image = self.folder / f"image-{time.time_ns()}"
        with warnings.catch_warnings():
            # 3.12 warns that a copy of a process with threads may meet a lock nobody will release.
            # What runs in the copy takes none, and _wait bounds it.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid:
            return pid
        status = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.closerange(3, 65536)  # the port must be free as soon as the original is gone
            self._write(image)
            status = 0
        except BaseException:  # noqa: BLE001  nobody above this frame is left to see it
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(status)

    def _write(self, image: Path) -> None:
        """In the copy: all services into `image`, then make it the current one.

        What ministack's `save_all` does, three times as fast: nothing changes in this process any
        more, so that services need not copy what they hand out; and a file is encoded in one go.
        """
        logging.disable()
        vars(copy)["deepcopy"] = lambda thing, _=None: thing
        persistence = emulator.module("core.persistence")
        emulator.module("services.lambda_svc").CODE_BLOB_DIR = str(image / "lambda-blobs")
        image.mkdir()
        for key, get_state in emulator.module("app")._build_persistence_save_dict().items():
            state = None if key in UNUSED else get_state()
            if state is None or is_empty(state):
                continue
            version = persistence._state_format_version(key)
            wrapped = {"__ministack_format__": version, "payload": state}
            text = json.dumps(wrapped, default=persistence._json_default)
            (image / f"{key}.json").write_text(text, "utf-8")
        if self.current.is_symlink() and self.current.readlink().name > image.name:
            return  # a later snapshot was faster
        link = self.folder / f"next-{os.getpid()}"
        link.symlink_to(image.name)
        link.replace(self.current)
        for old in sorted(self.folder.glob("image-*"))[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)

    def _wait(self, pid: int) -> bool:
        deadline = time.monotonic() + BOUND_SECONDS
        while time.monotonic() < deadline:
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                if status:
                    log.error("a snapshot failed (status %s); the previous one stays", status)
                return status == 0
            time.sleep(0.01)
        log.error("a snapshot took over %s s and was given up", BOUND_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return False
