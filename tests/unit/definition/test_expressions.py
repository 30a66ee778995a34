"""What expressions take from outside, and how templates become expressions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonata import Jsonata

from signoff.definition.expressions import (
    FUNCTIONS,
    Expression,
    ExpressionError,
    compile_expression,
    compile_text,
    is_expression,
    is_template,
    template_to_expression,
)

# Expression, names at the root, free variables, functions.
READS = [
    ("amount > 5 and $tax", "amount", "tax", ""),
    ("a.b.c[d > $limit].e", "a", "limit", ""),
    ("$sum(items.(price * qty * $rate))", "items", "rate", "sum"),
    ("$map(items, function($i, $n) { $i.price + base + $n })", "items base", "", "map"),
    ("( $x := 5; $f := function($n) { $n < 1 ? 1 : $f($n - 1) }; $f($x) + $y )", "", "y", ""),
    (
        "( $even := function($n) { $odd($n) }; $odd := function($n) { $even($n) }; $even(k) )",
        "k",
        "",
        "",
    ),
    ("( ( $x := 1 ); $x )", "", "x", ""),
    ("$.amount", "amount", "", ""),
    ("`a b`.c + 'q r'.s", "a b|q r", "", ""),
    ("items@$i.lines#$n[$i.id = $n and $z]", "items", "z", ""),
    ("items^(>price, <$rank)", "items", "rank", ""),
    ("items{name: $sum(price)}", "items", "", "sum"),
    ("{'k': v, k2: w, 'deep': {'x': [y]}}", "v k2 w y", "", ""),
    ("x ~> |$|{'a': b}, ['c']|", "x", "", ""),
    ("a ? b : c", "a b c", "", ""),
    ("[from..to]", "from to", "", ""),
    ("$map(xs, $uppercase)", "xs", "", "map uppercase"),
    ("$filter(xs, $append(?, 1))", "xs", "", "filter append"),
    ("and and or", "and or", "", ""),
    ("-a & $string(b)", "a b", "", "string"),
    ("$x ~> $f", "", "x f", ""),
    ("**.x", "", "", ""),
    ("λ($x){ $x + k }(3)", "k", "", ""),
    ("a.$b.c", "a", "b", ""),
    ("/* remark */ a", "a", "", ""),
    ("$match(a, /(?<y>\\d+)/i)", "a", "", "match"),
    ("items[%.rate > 1]", "items", "", ""),
    ("$now() & $uuid()", "", "", "now uuid"),
    ("count + $count(list)", "count list", "", "count"),
]


def words(text: str) -> set[str]:
    return set(text.split("|" if "|" in text else None))


@pytest.mark.parametrize(("source", "names", "variables", "functions"), READS)
def test_free_words(source: str, names: str, variables: str, functions: str) -> None:
    found = compile_expression(source)
    assert set(found.names) == words(names)
    assert set(found.variables) == words(variables)
    assert set(found.functions) == words(functions)


@pytest.mark.parametrize(("source", "names", "variables", "functions"), READS)
def test_every_use_is_where_it_stands(
    source: str, names: str, variables: str, functions: str
) -> None:
    for use in compile_expression(source, 7).uses:
        written = source[use.offset - 7 :].lstrip("$`'\"")
        assert written.startswith(use.word)


EVALUATED = [
    "amount * 2 + $rate",
    "items[price > 1].name",
    "$sum(items.(price * $rate))",
    "items^(>price).name",
    "{'total': $sum(items.price), 'first': items[0].name}",
    "$map(items, function($i) { $i.price + amount })",
    "$exists(missing) ? missing : amount",
    "( $twice := function($x) { $x * 2 }; $twice(amount) )",
    "$filter(items, function($i) { $i.price > $rate }).name",
    "amount ~> $string",
    "items.{name: price}",
]
VARIABLES: dict[str, Any] = {
    "amount": 10,
    "rate": 2,
    "unused": 1,
    "price": 99,
    "name": "wrong",
    "items": [{"name": "a", "price": 1}, {"name": "b", "price": 3}],
}


def evaluate(expression: Expression, variables: dict[str, Any]) -> Any:
    """Evaluate as a machine does: the variables are the context, and `$name` is bound to them."""
    bound = "".join(f"${n} := {n}; " for n in expression.variables if n in variables)
    return Jsonata(f"( {bound}{expression.source} )").evaluate(variables)


@pytest.mark.parametrize("source", EVALUATED)
def test_what_it_reads_is_all_it_needs(source: str) -> None:
    expression = compile_expression(source)
    needed = {name: VARIABLES[name] for name in expression.reads if name in VARIABLES}
    assert evaluate(expression, needed) == evaluate(expression, VARIABLES)
    for name in needed:
        fewer = {key: value for key, value in needed.items() if key != name}
        assert evaluate(expression, fewer) != evaluate(expression, needed)


@pytest.mark.parametrize(
    ("source", "at"),
    [
        ("a +", 3),
        ("a b", 2),
        ("(a", 2),
        ("a & 'abc", 4),
        ("`abc", 0),
        ("1 + true.x", 4),
        ("a := 3", 0),
        ("%.x", 0),
        ("[1, 2)", 5),
        ("a{b: c}{d: e}", 0),
        ("$f(a, function(b) { b })", 15),
        ("", 0),
    ],
)
def test_errors_are_where_they_stand(source: str, at: int) -> None:
    with pytest.raises(ExpressionError) as raised:
        compile_expression(source, 100)
    assert raised.value.code == "bad-expression"
    assert raised.value.offset == 100 + at
    assert raised.value.hint


@pytest.mark.parametrize(
    "source", ["a ~ b", "a ! b", "/", "/*", "a /* b", "$match(a, /[/)", "'\\q'"]
)
def test_unfinished_texts_are_errors_like_any_other(source: str) -> None:
    with pytest.raises(ExpressionError):
        compile_expression(source)


@pytest.mark.parametrize(("source", "at"), [("a ?? b", 2), ("(a ?: b)", 3)])
def test_operators_that_step_functions_lacks(source: str, at: int) -> None:
    with pytest.raises(ExpressionError) as raised:
        compile_expression(source)
    assert (raised.value.code, raised.value.offset) == ("forbidden-operator", at)


@pytest.mark.parametrize(
    "source", ["(" * 5000, "+".join(["a"] * 5000), "[" * 3000 + "]" * 3000, "a" * 40_000]
)
def test_large_expressions_end(source: str) -> None:
    with pytest.raises(ExpressionError):
        compile_expression(source)


@given(
    st.text(max_size=60)
    | st.text(st.sampled_from(list("$a1 .()[]{}?:+-*/%&|<>=~^@#;,'\"`!\\\n")), max_size=30)
)
@settings(max_examples=500, deadline=None)
def test_any_text_parses_or_is_refused(text: str) -> None:
    refused: list[int] = []
    try:
        expression = compile_text("{%" + text + "%}")
    except ExpressionError as error:
        refused.append(error.offset)
    else:
        assert expression is not None
        assert set(expression.functions) <= FUNCTIONS
    assert all(0 <= offset <= len(text) + 4 for offset in refused)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{% a %}", "expression"),
        ("  {% a %}\n", "expression"),
        ("{%a%}", "expression"),
        ("{%}", "text"),
        ("Dear {{a}}", "template"),
        ("plain", "text"),
        ("}} {", "text"),
    ],
)
def test_texts_are_told_apart(text: str, kind: str) -> None:
    assert is_expression(text) == (kind == "expression")
    assert is_template(text) == (kind == "template")


def test_an_expression_counts_offsets_from_the_text_around_it() -> None:
    text = "{%\n  amount + $tax\n%}\n"
    found = compile_text(text)
    assert found is not None
    assert found.source == "amount + $tax"
    assert [text[use.offset] for use in found.uses] == ["a", "$"]


TEMPLATES = [
    ("{{amount}}", 10),
    (" {{amount}}\n", 10),
    ("{{items}}", VARIABLES["items"]),
    ("{{items[1].name}}", "b"),
    ("{{items[-1].price}} left", "3 left"),
    ("{{amount}}{{rate}}", "102"),
    ("Dear {{ name }}, {{amount}}!", "Dear wrong, 10!"),
    ('"{{amount}}" \\ \n', '"10" \\ \n'),
    ("{{missing}} is empty", " is empty"),
    ("{{and}} {{true}} {{cost-centre}} {{größe}}", "1 2 3 4"),
    ("100 % }} {{amount}}", "100 % }} 10"),
]


@pytest.mark.parametrize(("text", "value"), TEMPLATES)
def test_a_template_evaluates_to_its_text(text: str, value: Any) -> None:
    found = compile_text(text)
    assert found is not None
    assert found.source == template_to_expression(text)
    more = {**VARIABLES, "and": 1, "true": 2, "cost-centre": 3, "größe": 4}
    assert evaluate(found, more) == value
    assert [text[use.offset :].startswith(use.word) for use in found.uses]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="{%"), max_size=40))
@settings(max_examples=100, deadline=None)
def test_literal_parts_of_a_template_stay_as_they_are(text: str) -> None:
    found = compile_text(text + "{{amount}}" + text)
    assert found is not None
    wanted = 10 if not text.strip() else text + "10" + text
    assert evaluate(found, VARIABLES) == wanted


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("{{a", 0),
        ("x {{}} y", 4),
        ("{{a b}}", 2),
        ("{{ $now() }}", 2),
        ("{{a.}}", 2),
        ("{{a[x]}}", 2),
        ("{{{a}}}", 2),
        ("Dear {% a %}", 5),
        ("{% a %} and {% b", 0),
    ],
)
def test_bad_templates_are_where_they_stand(text: str, at: int) -> None:
    with pytest.raises(ExpressionError) as raised:
        compile_text(text)
    assert (raised.value.code, raised.value.offset) == ("bad-template", at)
