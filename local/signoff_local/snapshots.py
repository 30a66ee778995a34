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
import logging
import os
import shutil
import signal
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from signoff_local import emulator

log = logging.getLogger("signoff.snapshots")

SECONDS = 2.0
"""Pause between two snapshots: what a crash may lose, apart from the time that writing takes."""

LOAD = 5
"""The pause is at least this many times the time of the last snapshot, to leave the machine
alone.
"""

BOUND_SECONDS = 60.0
"""After this long the writing copy is stuck and is killed; the previous image stays."""

KEPT = 2
"""Images on disk, the current one included."""


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
            pause = max(SECONDS, LOAD * took)
            log.debug("snapshot in %.0f ms", took * 1000)

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
        """In the copy: all services into `image`, then make it the current one."""
        root = logging.getLogger()
        root.handlers[:] = [_Raise(level=logging.ERROR)]
        root.setLevel(logging.ERROR)
        for name in ("persistence", "ministack"):
            logging.getLogger(name).handlers.clear()
        persistence = emulator.module("core.persistence")
        persistence.STATE_DIR = str(image)
        emulator.module("services.lambda_svc").CODE_BLOB_DIR = str(image / "lambda-blobs")
        image.mkdir()
        persistence.save_all(emulator.module("app")._build_persistence_save_dict())
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


class _Raise(logging.Handler):
    """In the copy: an error that the emulator only logs makes the snapshot fail."""

    def emit(self, record: logging.LogRecord) -> None:
        raise OSError(record.getMessage())
