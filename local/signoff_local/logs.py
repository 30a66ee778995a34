"""The logs of the local stack: what the emulator says and what functions print."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from signoff_local.home import Home

POLL_SECONDS = 0.3
CHUNK = 64 * 1024


def show(stack: Home, lines: int, follow: bool, write: Callable[[str], None]) -> bool:
    """Write the last lines of each log; with `follow` also what comes, until interrupted.

    False if there are no logs.
    """
    files = [stack.emulator_log, stack.functions_log, stack.boot_log]
    present = [path for path in files if path.exists() and path.stat().st_size]
    for path in present:
        write(f"==> {path} <==\n")
        write("".join(f"{line}\n" for line in last_lines(path, lines)))
    if follow:
        for path, text in _follow(files):
            write(f"==> {path} <==\n{text}")
    return bool(present)


def last_lines(path: Path, count: int) -> list[str]:
    """The last `count` lines of a file, reading no more of it than needed."""
    with path.open("rb") as file:
        position = file.seek(0, os.SEEK_END)
        content = b""
        while position > 0 and content.count(b"\n") <= count:
            step = min(CHUNK, position)
            position -= step
            file.seek(position)
            content = file.read(step) + content
    return content.decode("utf-8", "replace").splitlines()[-count:] if count else []


def _follow(files: list[Path]) -> Iterator[tuple[Path, str]]:
    """(file, what was appended), for ever. A log that was turned over is read from its start."""
    places = {path: path.stat().st_size if path.exists() else 0 for path in files}
    while True:
        for path in files:
            size = path.stat().st_size if path.exists() else 0
            start = places[path] if size >= places[path] else 0
            if size > start:
                with path.open("rb") as file:
                    file.seek(start)
                    appended = file.read(size - start)
                yield path, appended.decode("utf-8", "replace")
            places[path] = size
        time.sleep(POLL_SECONDS)
