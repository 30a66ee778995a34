"""Where the source of a deployed function lies.

On AWS a function's code is an archive. Here it is a pointer: the deployer writes one line into the
inline code that CloudFormation hands to the emulator, and functions run from the folders that it
names. So nothing is zipped, and an edit is live at the next call.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

MARK = "# signoff-local "
"""First characters of the inline code that is a pointer."""

LOOK_AGAIN_SECONDS = 1.0
"""How long the answer to "did anything change?" is believed."""


@dataclass(frozen=True)
class Source:
    """Folders of a function: its code (its working directory) and its layers, first wins."""

    code: str
    layers: tuple[str, ...] = ()

    def pointer(self) -> str:
        """The inline code that means this source."""
        return MARK + json.dumps({"code": self.code, "layers": self.layers}) + "\n"


def read_pointer(archive: bytes) -> Source | None:
    """The source that a function's archive points to; None if it is ordinary code."""
    with zipfile.ZipFile(io.BytesIO(archive)) as content:
        names = content.namelist()
        if len(names) != 1:
            return None
        text = content.read(names[0]).decode("utf-8", "replace")
    if not text.startswith(MARK):
        return None
    pointer = json.loads(text.removeprefix(MARK))
    return Source(pointer["code"], tuple(pointer["layers"]))


class Stamps:
    """Tells whether a source was edited, by the newest modification under its folders."""

    def __init__(self) -> None:
        self._seen: dict[Source, tuple[float, int]] = {}

    def stamp(self, source: Source) -> int:
        """Nanoseconds of the newest file of `source`, at most LOOK_AGAIN_SECONDS old."""
        now = time.monotonic()
        looked, stamp = self._seen.get(source, (-LOOK_AGAIN_SECONDS, 0))
        if now - looked >= LOOK_AGAIN_SECONDS:
            stamp = max(map(_newest, (source.code, *source.layers)), default=0)
            self._seen[source] = (now, stamp)
        return stamp


def _newest(folder: str) -> int:
    newest = 0
    for path in Path(folder).rglob("*"):
        if path.suffix != ".pyc" and path.name != "__pycache__":
            try:
                newest = max(newest, path.stat().st_mtime_ns)
            except FileNotFoundError:
                continue  # an editor replaced it while we looked
    return newest
