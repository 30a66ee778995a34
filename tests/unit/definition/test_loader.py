"""Loading never raises: whatever comes in, problems or a definition come out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signoff.definition.checker import check, checked
from signoff.definition.loader import MAX_BYTES, load_bytes, load_text, load_value
from signoff.definition.problems import DefinitionProblems, errors_of
from signoff.definition.rendering import render_json, render_text
from signoff.definition.steps import STEP_TYPES
from tests.unit.definition.support import DONE, codes_of_text, definition, step, task

FIELDS = (
    "id type config next steps branches set candidates groups users outcomes quorum otherwise "
    "items when form key name [key] <text>"
)
TEXTS = ("A", "B", "join", "End", "{% a %}", "{{a}}", "PT1H", "any", "{% $now() %}", "$")
WORDS = st.sampled_from([*FIELDS.split(), *STEP_TYPES, *TEXTS])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 5) | st.floats(0, 1) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=25,
)
STEPS = st.fixed_dictionaries(
    {"id": WORDS, "type": st.sampled_from(STEP_TYPES), "config": st.dictionaries(WORDS, VALUES)},
    optional={"next": WORDS, "output": WORDS, "retry": VALUES, "onError": WORDS, "name": WORDS},
)


def survives(data: bytes, name: str) -> None:
    loaded = load_bytes(data, name)
    found = check(loaded)
    assert loaded.definition is not None or errors_of(found)
    for problem in found:
        assert problem.hint
        assert problem.line >= 1
        assert problem.column >= 1
        assert not {"pydantic", "Input should", "Traceback"} & set(problem.message.split())
    render_text(found, loaded.source).encode()
    json.loads(render_json([(loaded.source, found)]))


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")))
@settings(max_examples=200, deadline=None)
def test_any_bytes(data: bytes) -> None:
    for name in ("a.yaml", "a.json", "a"):
        survives(data, name)


@given(VALUES | st.lists(STEPS, max_size=3).map(lambda steps: definition(*steps)))
@settings(max_examples=400, deadline=None)
def test_any_value(value: Any) -> None:
    survives(json.dumps(value).encode(), "a.json")


@given(st.lists(STEPS, min_size=1, max_size=2), st.integers(0, 400), st.text(max_size=3))
@settings(max_examples=150, deadline=None)
def test_any_slip_of_the_keyboard(steps: list[Any], at: int, typed: str) -> None:
    text = json.dumps(definition(*steps, DONE), indent=1)
    survives((text[:at] + typed + text[at + 1 :]).encode("utf-8", "replace"), "a.yaml")


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    text = json.dumps(definition(DONE))
    assert load_bytes(b"\xef\xbb\xbf" + text.encode(), "a.json").definition is not None
    assert load_text("\ufeff" + text, "a.yaml").definition is not None


def test_bytes_that_are_no_utf_8_are_shown_where_they_are() -> None:
    (problem,) = check(load_bytes("key: a\nname: caf\u00e9".encode("latin-1"), "a.yaml"))
    assert (problem.code, problem.line, problem.column) == ("syntax", 2, 10)


def test_json_with_tabs_is_read_under_any_name() -> None:
    text = json.dumps(definition(DONE), indent="\t")
    for name in ("a.yaml", "a.yml", "a.json", "<stdin>"):
        assert load_text(text, name).definition is not None


def test_yaml_that_begins_with_a_brace_is_yaml_in_a_yaml_file() -> None:
    text = "{key: a, name: b, steps: [{id: Done, type: end, config: {outcome: DONE}}]}"
    assert load_text(text, "a.yaml").definition is not None
    assert codes_of_text(text, "a.json") == ["syntax"]


def test_the_size_is_bounded_in_bytes() -> None:
    text = "# " + "é" * (MAX_BYTES // 2)
    assert codes_of_text(text) == ["too-large"]


def test_a_value_is_loaded_like_a_file() -> None:
    loaded = load_value(definition(task("A", outcomes={"no": {"next": "Gone"}})), "body")
    (problem,) = check(loaded)
    assert problem.path == ("steps", 0, "config", "outcomes", "no", "next")
    assert loaded.source.text.splitlines()[problem.line - 1][problem.column - 1 :] == '"Gone"'
    with pytest.raises(ValueError, match="not JSON compliant"):
        load_value({"a": float("nan")}, "body")


def test_checked_gives_the_definition_and_its_warnings() -> None:
    items = step("M", "map", {"items": "{% [1] %}", "steps": [task("A")]})
    made, warnings = checked(load_value(definition(items), "body"))
    assert made.key == "test"
    assert [warning.code for warning in warnings] == ["map-concurrency"]


def test_checked_raises_with_everything_that_is_wrong() -> None:
    broken = definition(task("A", nope=1), task("B", outcomes={"x": {"next": "C"}}), kee=1)
    with pytest.raises(DefinitionProblems) as raised:
        checked(load_value(broken, "body"))
    found = [problem.code for problem in raised.value.problems]
    assert sorted(found) == ["outcome-leads-nowhere", "unknown-field", "unknown-field"]
    assert str(raised.value) == "body.json has 3 problems"


def test_a_broken_step_hides_no_other_and_invents_nothing() -> None:
    broken = {**task("A", outcomes={"go": {"next": "C"}}), "typ": "x"}
    unused = task("B", outcomes={"back": {"next": "A"}})
    odd = step("C", "wait", {"duration": "soon"})
    found = check(load_value(definition(broken, unused, odd), "body"))
    # B cannot be reached and A is read nowhere, but with A broken nobody can say.
    assert sorted(problem.code for problem in found) == ["bad-duration", "unknown-field"]
