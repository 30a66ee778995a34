"""docs/definitions.md is complete, and its examples are right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from signoff.definition.catalogue import CATALOGUE
from signoff.definition.expressions import CHANCE_FUNCTIONS
from signoff.definition.model import BUILT_IN_VARIABLES, Definition
from signoff.definition.steps import CATCHABLE_TYPES, NOT_BUILT_TYPES, RETRYABLE_TYPES, STEP_TYPES
from tests.unit.definition.support import codes_of_text

PAGE = (Path(__file__).parents[3] / "docs" / "definitions.md").read_text(encoding="utf-8")
ONE_LINE = " ".join(PAGE.split())


def sentence(beginning: str) -> set[str]:
    """Return the words in code style of the sentence that begins so, wherever its lines end."""
    begin = ONE_LINE.index(beginning)
    return set(re.findall(r"`([a-z]+)`", ONE_LINE[begin : ONE_LINE.index(".", begin)]))


def test_every_problem_code_is_explained() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+?)( \*\(warning\)\*)? \|$", PAGE, re.MULTILINE)
    explained = {code: (text, bool(warning)) for code, text, warning in rows}
    catalogue = {e.code: (e.explanation, e.severity == "warning") for e in CATALOGUE.values()}
    assert {code: row for code, row in explained.items() if code in catalogue} == catalogue


@pytest.mark.parametrize("type_", STEP_TYPES)
def test_every_step_type_has_its_part(type_: str) -> None:
    assert f"\n### {type_}\n" in PAGE or type_ in NOT_BUILT_TYPES
    assert type_ in PAGE


def test_every_field_of_the_head_is_named() -> None:
    for field in Definition.model_fields.values():
        assert f"`{field.alias}`" in PAGE
    for name in (*BUILT_IN_VARIABLES, *(f"${name}" for name in CHANCE_FUNCTIONS)):
        assert f"`{name}`" in PAGE


def test_it_names_the_types_that_can_be_retried_and_caught() -> None:
    assert sentence("It is for `notify`") == RETRYABLE_TYPES - NOT_BUILT_TYPES
    assert sentence("It is for `transform`") == CATCHABLE_TYPES - NOT_BUILT_TYPES


def test_its_first_example_has_no_problems() -> None:
    (example, *_) = re.findall(r"```yaml\n(key: .+?)```", PAGE, re.DOTALL)
    assert codes_of_text(example) == []
