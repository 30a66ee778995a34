"""The problems that goldens are made of: definitions with errors beside what is said of them.

A file is named after the code that it shows, with `--` and a remark where a code has several.  In
a `.recipe` a text is described that would be too large to keep.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from signoff.definition.checker import check
from signoff.definition.loader import Loaded, load_bytes
from signoff.definition.rendering import render_text

HERE = Path(__file__).parent / "check"
SUFFIXES = {".yaml", ".json", ".recipe"}


def sources() -> tuple[Path, ...]:
    """Return every definition that is checked."""
    return tuple(sorted(path for path in HERE.iterdir() if path.suffix in SUFFIXES))


def golden_of(source: Path) -> Path:
    """Return the golden that belongs to a definition."""
    return source.with_name(f"{source.name}.problems.txt")


def load(source: Path) -> Loaded:
    """Return what a file holds, or what its recipe describes."""
    data = source.read_bytes()
    if source.suffix != ".recipe":
        return load_bytes(data, source.name)
    recipe = json.loads(data)
    text = recipe["before"] + recipe["repeated"] * recipe["times"] + recipe["after"]
    return load_bytes(text.encode(), recipe["name"])


def problems(source: Path) -> str:
    """Return what the checker says of a definition."""
    loaded = load(source)
    return render_text(check(loaded), loaded.source)


def produced() -> Iterator[tuple[Path, str]]:
    """Yield every golden file and the text that belongs in it."""
    for source in sources():
        yield golden_of(source), problems(source)
