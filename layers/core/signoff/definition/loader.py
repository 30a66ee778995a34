"""From text to a definition with the position of each of its parts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .json_reader import read_json
from .model import Definition
from .partial import repair
from .paths import Path
from .positions import Positions
from .problems import Problem, Source
from .reading import Reading
from .structure import build
from .yaml_reader import read_yaml

__all__ = ["MAX_BYTES", "Loaded", "load_bytes", "load_text", "load_value"]

# The largest definition that Step Functions takes, too.
MAX_BYTES = 1_048_576


@dataclass(frozen=True)
class Loaded:
    """A text that was read.

    `definition` is there when the text holds a whole one.  Otherwise `problems` say why, and
    `partial` is what can still be checked of it: without the parts at the paths in `broken`.
    """

    source: Source
    positions: Positions
    definition: Definition | None
    problems: tuple[Problem, ...] = ()
    partial: Definition | None = None
    broken: frozenset[Path] = frozenset()


def load_bytes(data: bytes, source_name: str) -> Loaded:
    """Read a definition from the bytes of a file: UTF-8, with or without a byte order mark."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        positions = Positions(before)
        line, column = positions.line_column(len(before))
        message = f"The file is not UTF-8: byte {data[error.start]:#04x} stands here."
        problem = Problem("syntax", message, (), line, column, "Save it as UTF-8.")
        return Loaded(Source(source_name, before), positions, None, (problem,))
    return load_text(text, source_name)


def load_text(text: str, source_name: str) -> Loaded:
    """Read a definition from YAML or JSON.

    A name in `.json` means JSON and one in `.yaml` or `.yml` means YAML; without either, a text
    that begins with `{` is JSON.  Raises nothing: what is wrong is in `problems`.
    """
    text = text.removeprefix("\ufeff")
    source = Source(source_name, text)
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        message = f"The text has {size:,} bytes; a definition has at most {MAX_BYTES:,}."
        hint = "Move parts of it into sub-workflows."
        positions = Positions("")
        return Loaded(source, positions, None, (Problem("too-large", message, hint=hint),))
    reading = _read(text, source_name.lower())
    problems = tuple(
        Problem(p.code, p.message, p.path, *reading.positions.line_column(p.offset), p.hint)
        for p in reading.problems
    )
    if reading.fatal:
        return Loaded(source, reading.positions, None, problems)
    return _build(source, reading, problems)


def load_value(value: Any, source_name: str) -> Loaded:
    """Read a definition from JSON values, as a request body holds them.

    Positions are those of the value written as JSON with an indentation of two.

    Raises:
        ValueError, TypeError: The value holds something that JSON cannot.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    return load_text(text, source_name if source_name.endswith(".json") else f"{source_name}.json")


def _read(text: str, name: str) -> Reading:
    if name.endswith(".json"):
        return read_json(text)
    looks_like_json = text.lstrip()[:1] == "{"
    if name.endswith((".yaml", ".yml")):
        # Every JSON text is YAML, but not to YAML parsers, which stumble over tabs.
        if looks_like_json and not (reading := read_json(text)).fatal:
            return reading
        return read_yaml(text)
    return read_json(text) if looks_like_json else read_yaml(text)


def _build(source: Source, reading: Reading, problems: tuple[Problem, ...]) -> Loaded:
    positions = reading.positions
    definition, misfits = build(reading.value)
    found = tuple(
        Problem(
            misfit.code,
            misfit.message,
            misfit.path,
            *positions.line_column(
                positions.of_key(misfit.path) if misfit.at_key else positions.of_value(misfit.path)
            ),
            misfit.hint,
        )
        for misfit in misfits
    )
    if definition is not None and not problems:
        return Loaded(source, positions, definition)
    if definition is not None:
        return Loaded(source, positions, None, problems, definition)
    partial, broken = repair(reading.value, misfits)
    return Loaded(source, positions, None, problems + found, partial, broken)
