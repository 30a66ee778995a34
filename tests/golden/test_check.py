"""What the checker says of a definition is its golden, to the letter."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from signoff.definition.catalogue import CATALOGUE
from signoff.definition.checker import check

from .checks import HERE, golden_of, load, problems, sources

SOURCES = sources()
IDS = [source.name for source in SOURCES]


def code_of(source: Path) -> str:
    return source.name.split(".")[0].split("--")[0]


@pytest.mark.parametrize("source", SOURCES, ids=IDS)
def test_the_problems_are_the_golden(source: Path) -> None:
    assert problems(source) == golden_of(source).read_text(encoding="utf-8")


@pytest.mark.parametrize("source", SOURCES, ids=IDS)
def test_every_problem_says_where_and_what_to_do(source: Path) -> None:
    loaded = load(source)
    found = check(loaded)
    assert found or code_of(source) == "clean"
    lines = re.split(r"\r\n|\r|\n", loaded.source.text)
    for problem in found:
        assert problem.hint
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1


def test_every_code_has_a_golden_and_every_golden_shows_its_code() -> None:
    for source in SOURCES:
        codes = {problem.code for problem in check(load(source))}
        assert code_of(source) in codes | {"clean", "all-at-once"}, source.name
    shown = {code_of(source) for source in SOURCES}
    assert set(CATALOGUE) <= shown


def test_no_golden_is_left_over() -> None:
    assert {golden_of(source) for source in SOURCES} == set(HERE.glob("*.problems.txt"))


def test_goldens_are_not_regenerated_in_ci() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tests.golden.regenerate"],
        env={**os.environ, "CI": "true"},
        cwd=HERE.parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert "CI" in result.stderr
