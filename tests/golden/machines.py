"""The machines that goldens are made of: definitions beside their compiled text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from signoff.compiler import compile_definition, compile_resume, to_mermaid
from signoff.definition.checker import check
from signoff.definition.loader import load_bytes
from signoff.definition.model import Definition

HERE = Path(__file__).parent / "compile"
SHIPPED = Path(__file__).parents[2] / "statemachines"
# Whose resume machine has a golden too; every one is made, linted and run in the tests.
RESUMED = {"loop", "on-error", "parallel", "transform"}
# Whose flowchart has a golden.
DRAWN = {"condition", "document-approval", "nested", "on-error"}


def sources() -> tuple[Path, ...]:
    """Return every definition that is compiled: one per construct, and the shipped ones."""
    return (*sorted(HERE.glob("*.yaml")), *sorted(SHIPPED.glob("*.yaml")))


def load(path: Path) -> Definition:
    """Return the definition in a file, which the checker has to find nothing in."""
    loaded = load_bytes(path.read_bytes(), path.name)
    assert not check(loaded)
    assert loaded.definition is not None
    return loaded.definition


def produced() -> Iterator[tuple[Path, str]]:
    """Yield every golden file and the text that belongs in it."""
    for source in sources():
        definition = load(source)
        yield HERE / f"{source.stem}.asl.json", compile_definition(definition).to_json()
        if source.stem in RESUMED:
            yield HERE / f"{source.stem}.resume.asl.json", compile_resume(definition).to_json()
        if source.stem in DRAWN:
            yield HERE / f"{source.stem}.mmd", to_mermaid(definition)
