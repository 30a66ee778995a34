"""The machines are the goldens, to the byte, and the same every time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from signoff.compiler import compile_definition, compile_resume

from .machines import HERE, load, produced, sources

GOLDENS = list(produced())


@pytest.mark.parametrize(("golden", "text"), GOLDENS, ids=[path.name for path, _ in GOLDENS])
def test_the_machine_is_its_golden(golden: Path, text: str) -> None:
    assert text == golden.read_text(encoding="utf-8")


def test_no_golden_is_left_over() -> None:
    assert {path for path, _ in GOLDENS} == {*HERE.glob("*.json"), *HERE.glob("*.mmd")}


@pytest.mark.parametrize("source", sources(), ids=lambda path: path.stem)
def test_compiling_twice_gives_the_same_bytes(source: Path) -> None:
    definition, again = load(source), load(source)
    assert compile_definition(definition).to_json() == compile_definition(again).to_json()
    assert compile_resume(definition).to_json() == compile_resume(again).to_json()


def test_hash_seeds_do_not_matter() -> None:
    program = (
        "import sys; from signoff.compiler import compile_definition as c;"
        "from signoff.definition.loader import load_bytes as l; from pathlib import Path;"
        "p = Path(sys.argv[1]);"
        "sys.stdout.buffer.write(c(l(p.read_bytes(), p.name).definition).to_json().encode())"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program, str(HERE / "nested.yaml")],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert texts == {(HERE / "nested.asl.json").read_bytes()}
