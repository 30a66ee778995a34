"""Machines as text, names of states, and values as JSONata."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonata import Jsonata

from signoff.compiler import FUNCTIONS, MachineTooLarge, compile_definition, substitute
from signoff.compiler.names import Names
from signoff.compiler.render import argument, evaluated
from signoff.compiler.values import read
from signoff.definition.model import Definition

ARNS = {name: f"arn:aws:lambda:eu-central-1:123456789012:function:{name}" for name in FUNCTIONS}


def notifying(message: str) -> str:
    steps = [{"id": "tell", "type": "notify", "config": {"message": message}}]
    definition = Definition.model_validate({"key": "k", "name": "n", "steps": steps})
    return compile_definition(definition).to_json()


def test_functions_are_substituted_and_texts_are_not() -> None:
    machine = json.loads(substitute(notifying("${Notify}"), ARNS))
    arguments = machine["States"]["tell"]["Arguments"]
    assert arguments["FunctionName"] == ARNS["Notify"]
    assert arguments["Payload"]["spec"]["message"] == "${Notify}"
    assert machine["States"]["End"]["Arguments"]["FunctionName"] == ARNS["FinishRun"]


def test_functions_inside_branches_are_substituted() -> None:
    inner = [{"id": "tell", "type": "notify"}]
    steps = [
        {
            "id": "both",
            "type": "parallel",
            "config": {
                "branches": [
                    {"id": "a", "steps": inner},
                    {
                        "id": "b",
                        "steps": [
                            {
                                "id": "each",
                                "type": "map",
                                "config": {
                                    "items": "{% [1] %}",
                                    "steps": [{"id": "say", "type": "notify"}],
                                },
                            }
                        ],
                    },
                ]
            },
        }
    ]
    definition = Definition.model_validate({"key": "k", "name": "n", "steps": steps})
    text = compile_definition(definition).to_json()
    assert text.count('"${') == 5
    assert '"${' not in substitute(text, ARNS)


def test_a_missing_function_is_an_error() -> None:
    arns = {name: arn for name, arn in ARNS.items() if name != "FinishRun"}
    with pytest.raises(ValueError, match="FinishRun"):
        substitute(notifying("x"), arns)


def test_what_is_published_is_compact() -> None:
    text = notifying("Zoë 🙂")
    assert text.endswith("}\n")
    published = substitute(text, {name: f"${{{name}}}" for name in FUNCTIONS})
    assert json.loads(published) == json.loads(text)
    assert "Zoë 🙂" in published
    assert len(published) < len(text) * 0.7


def test_a_machine_that_is_too_large_is_not_published() -> None:
    with pytest.raises(MachineTooLarge, match="sub-workflow"):
        substitute(notifying("🙂" * 8_000).replace("🙂", "🙂" * 40), ARNS)


def test_names_are_given_once() -> None:
    names = Names()
    assert [names.give(name) for name in ("a", "a", "a-2", "a")] == ["a", "a-2", "a-2-2", "a-3"]


def test_long_names_are_shortened_apart() -> None:
    names = Names()
    first, second = names.give("x" * 79 + "yz"), names.give("x" * 79 + "yy")
    assert len(first) == len(second) == 80
    assert first != second
    assert Names().give("x" * 79 + "yz") == first


VARIABLES: dict[str, Any] = {"a": 1, "none": None, "list": [1, [2]], "one": [7], "empty": []}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("{{a}}", 1),
        ("{{a}} of {{list}}", "1 of [1,[2]]"),
        ("{% $a + a %}", 2),
        ("{{none}}", None),
        ("{{missing}}", None),
        ("{% missing.field > 3 ? 1 %}", None),
        (["{{list}}", "{{one}}", "{{empty}}", "{{missing}}"], [[1, [2]], [7], [], None]),
        ([["{{a}}"], [], [["x"]]], [[1], [], [["x"]]]),
        ({"k e y": {"%}": "{{a}}", '"': "`"}}, {"k e y": {"%}": 1, '"': "`"}}),
        ("{% [a] %}", [1]),
        ("{% list[0] %}", 1),
        ("{% ($a := 5; $a) + $a %}", 6),
        ({"x": [1.5, True, None, "-1e-3"]}, {"x": [1.5, True, None, "-1e-3"]}),
    ],
)
def test_values_keep_their_shape(value: Any, found: Any) -> None:
    source = evaluated(read(value), "$scope")
    answer = Jsonata(f'{{"value": {source}}}').evaluate(None, {"scope": {"vars": VARIABLES}})
    assert json.loads(json.dumps(answer)) == {"value": found}


@pytest.mark.parametrize("text", ["{% x", "x %}", "%}", "{%"])
def test_text_that_half_looks_like_code_is_written_as_code(text: str) -> None:
    written = argument(text, "$states.input")
    assert isinstance(written, str)
    assert written.startswith("{% ")
    assert written.endswith(" %}")
    assert Jsonata(written[2:-2]).evaluate(None) == text
