"""What the checker understands of flow, variables and people, beyond what the goldens show."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signoff.definition.checker.graph import Graph
from signoff.definition.checker.schema_walk import references, repeats_itself
from signoff.definition.walk import top_list
from tests.unit.definition.support import DONE, codes, model, problems_of, step, task


def say(id_: str, text: str, **fields: Any) -> dict[str, Any]:
    return step(id_, "notify", {"message": text}, **fields)


def put(id_: str, name: str, value: Any = 1, **fields: Any) -> dict[str, Any]:
    return step(id_, "transform", {"set": {name: value}}, **fields)


def choose(id_: str, *targets: str) -> dict[str, Any]:
    *branches, otherwise = targets
    rules = [{"when": "{% true %}", "next": target} for target in branches]
    return step(id_, "condition", {"branches": rules, "otherwise": otherwise})


def test_a_variable_set_on_one_of_two_paths_may_be_read() -> None:
    steps = [choose("C", "A", "B"), put("A", "x"), say("B", "{{x}}")]
    assert codes(*steps) == []


def test_a_variable_set_later_in_a_loop_may_be_read() -> None:
    steps = [
        say("A", "{{x}}"),
        task("B", outcomes={"again": {}, "stop": {"next": "End"}}),
        put("X", "x", next="A"),
    ]
    assert codes(*steps) == []


def test_a_variable_set_after_it_is_read_may_not() -> None:
    (problem,) = problems_of(say("A", "{{x}}"), put("X", "x"))
    assert problem.code == "unset-variable"
    assert problem.path == ("steps", 0, "config", "message")
    assert '"X"' in problem.hint


def test_a_transform_sees_the_variables_from_before_it() -> None:
    both = step("A", "transform", {"set": {"x": 1, "y": "{{x}}"}})
    assert codes(both) == ["unset-variable"]


def test_branches_see_what_was_before_them_and_what_they_set_is_there_after_the_join() -> None:
    branches = [
        {"id": "one", "steps": [put("A", "a", "{{before}}"), say("B", "{{a}}")]},
        {"id": "two", "steps": [put("C", "c")]},
    ]
    steps = [
        put("X", "before"),
        step("P", "parallel", {"branches": branches}),
        say("Y", "{{a}} {{c}} {{P.one.a}}"),
    ]
    assert codes(*steps) == []
    branches[1]["steps"] = [put("C", "c", "{{a}}")]
    assert codes(*steps) == ["unset-variable"]


def test_items_of_a_map_are_known_inside_it_only() -> None:
    inner = [put("A", "double", "{% number * 2 + index %}"), say("B", "{{double}}")]
    each = step(
        "M", "map", {"items": "{% [1] %}", "as": "number", "concurrency": 1, "steps": inner}
    )
    assert codes(each, say("C", "{{M}}")) == []
    assert codes(each, say("C", "{{number}} {{double}}")) == ["unset-variable"] * 2
    assert codes(say("C", "{{index}}"), each) == ["unset-variable"]


def test_maps_in_maps_see_the_items_around_them() -> None:
    inner = step(
        "Inner",
        "map",
        {
            "items": "{{row}}",
            "as": "cell",
            "concurrency": 1,
            "steps": [say("A", "{{row}} {{cell}}")],
        },
    )
    outer = step(
        "Outer", "map", {"items": "{% [[1]] %}", "as": "row", "concurrency": 1, "steps": [inner]}
    )
    assert codes(outer) == []


def test_the_error_is_known_where_a_failure_leads() -> None:
    failing = say("A", "x", onError="Repair", next="Done")
    assert codes(failing, say("Repair", "{{error.cause}}"), DONE) == []
    assert codes(failing, say("Repair", "{{A}}"), DONE) == ["unset-variable"]


def test_a_step_that_failed_has_set_nothing() -> None:
    child = step("A", "workflow", {"definition": "other"}, onError="Repair", next="Done")
    assert codes(child, say("Repair", "{{A}}"), DONE) == ["unset-variable"]


def test_a_result_reads_what_any_end_has() -> None:
    steps = [choose("C", "A", "B"), put("A", "x", next="Done"), put("B", "y"), DONE]
    assert codes(*steps, result="{% $exists(x) ? x : y %}") == []
    assert codes(*steps, result="{% z %}") == ["unset-variable"]
    assert codes(put("A", "x"), result="{{x}}") == []


def test_declared_names_may_be_read_and_others_not() -> None:
    schema = {"type": "object", "properties": {"amount": {}, "cost-centre": {}}}
    reads = say("A", "{{amount}} {{cost-centre}} {{documentRef}} {{initiator}} {{runId}}")
    assert codes(reads, parameters=schema) == []
    assert codes(reads, startForm=schema) == []
    assert codes(reads) == ["unset-variable"] * 2


def test_each_name_is_reported_once_per_text() -> None:
    assert codes(say("A", "{{x}} {{x}} {{y}}")) == ["unset-variable"] * 2


@pytest.mark.parametrize(
    ("slow", "expected"),
    [
        (task("B"), []),
        (step("B", "wait", {"duration": "PT1S"}), []),
        (step("B", "workflow", {"definition": "other"}), []),
        (step("B", "map", {"items": "{% [1] %}", "concurrency": 1, "steps": [task("T")]}), []),
        (
            step("B", "map", {"items": "{% [1] %}", "concurrency": 1, "steps": [say("T", "x")]}),
            ["busy-loop"],
        ),
        (say("B", "x"), ["busy-loop"]),
    ],
)
def test_a_loop_has_to_wait_for_something(slow: dict[str, Any], expected: list[str]) -> None:
    assert codes(put("A", "x"), slow, choose("C", "A", "Done"), DONE) == expected


def test_a_loop_that_only_an_error_leaves_is_left() -> None:
    assert codes(say("A", "x", next="A", onError="Done"), DONE) == ["busy-loop"]


def test_two_endless_loops_are_two_problems() -> None:
    steps = [
        choose("C", "A", "B", "Done"),
        task("A", outcomes={"x": {"next": "A"}}),
        task("B", outcomes={"x": {"next": "B2"}}),
        task("B2", outcomes={"x": {"next": "B"}}),
        DONE,
    ]
    assert codes(*steps) == ["endless-loop"] * 2


def test_a_slip_in_a_target_is_one_problem() -> None:
    steps = [
        task("A", outcomes={"ok": {"next": "Reveiw"}, "no": {"next": "Done"}}),
        task("Review"),
        DONE,
    ]
    assert codes(*steps) == ["outcome-leads-nowhere"]


GRAPHS = st.integers(1, 6).flatmap(
    lambda n: st.lists(st.lists(st.integers(0, n), min_size=2, max_size=3), min_size=n, max_size=n)
)


@given(GRAPHS)
@settings(max_examples=200, deadline=None)
def test_graphs_agree_with_following_every_path(edges: list[list[int]]) -> None:
    """The last number of `edges` stands for the end."""
    count = len(edges)
    names = [f"S{i}" for i in range(count)] + ["End"]
    graph = Graph(
        top_list(
            model(*(choose(names[i], *(names[t] for t in ts)) for i, ts in enumerate(edges))).steps
        )
    )
    reach = [[t in ts for t in range(count + 1)] for ts in edges]
    for k, i, j in product(range(count), range(count), range(count + 1)):
        reach[i][j] = reach[i][j] or (reach[i][k] and reach[k][j])
    assert graph.reachable() == {0} | {i for i in range(count) if reach[0][i]}
    assert graph.leaving() == {i for i in range(count) if reach[i][count]}
    looping = {i for i in range(count) if reach[i][i]}
    groups = graph.cycles()
    assert {i for group in groups for i in group} == looping
    for group in groups:
        assert all(reach[i][j] and reach[j][i] for i in group for j in group)
    without = graph.cycles(without=frozenset({0}))
    assert all(0 not in group for group in without)


def can_be_missed(asked: int, quorums: list[int]) -> bool:
    """Try every way in which everybody can vote."""
    votes = product(range(len(quorums)), repeat=asked)
    return any(all(v.count(o) < q for o, q in enumerate(quorums)) for v in votes)


@given(
    st.integers(1, 4),
    st.lists(st.integers(1, 4) | st.sampled_from(["any", "all"]), min_size=1, max_size=3),
)
@settings(max_examples=150, deadline=None)
def test_otherwise_is_asked_for_exactly_where_a_quorum_can_be_missed(
    asked: int, quorum: list[Any]
) -> None:
    names = ["a", "b", "c"][: len(quorum)]
    config = {
        "mode": "direct",
        "candidates": {"users": [f"u{i}" for i in range(asked)]},
        "quorum": dict(zip(names, quorum, strict=True)),
        "outcomes": {name: {} for name in names},
    }
    numbers = [{"any": 1, "all": asked}.get(q, q) for q in quorum]
    found = codes(step("A", "approval", config))
    assert ("otherwise-missing" in found) == can_be_missed(asked, numbers)
    assert found.count("quorum-too-large") == sum(n > asked for n in numbers)


def approval(**config: Any) -> dict[str, Any]:
    return step("A", "approval", {"outcomes": {"yes": {}, "no": {"next": "Done"}}, **config})


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"candidates": {"groups": ["a"]}, "quorum": "all"}, []),
        ({"candidates": {"groups": ["a", "b"]}, "quorum": "all"}, ["otherwise-missing"]),
        ({"candidates": {"groups": ["a", "b"]}, "quorum": "all", "otherwise": "Done"}, []),
        ({"candidates": "{% [initiator] %}"}, []),
        ({"candidates": "{% [initiator] %}", "quorum": "all"}, ["otherwise-missing"]),
        ({"candidates": "{% {'groups': ['a']} %}", "quorum": 2, "otherwise": "Done"}, []),
        ({"candidates": {"groups": ["{{initiator}}"]}}, []),
        (
            {"candidates": {"users": ["bob", "{{initiator}}"]}, "mode": "direct", "fourEyes": True},
            [],
        ),
        (
            {"candidates": {"users": ["bob", "carol"]}, "mode": "direct", "quorum": {"yes": "all"}},
            [],
        ),
    ],
)
def test_people_and_quorums(config: dict[str, Any], expected: list[str]) -> None:
    assert codes(approval(**config), DONE) == expected


def test_candidates_that_a_run_may_lack() -> None:
    schema = {"type": "object", "properties": {"boss": {}}}
    ask = approval(candidates={"users": ["{{boss}}"]}, mode="direct")
    assert codes(ask, DONE, startForm=schema) == ["candidates-may-be-empty"]
    assert codes(ask, DONE, startForm={**schema, "required": ["boss"]}) == []
    assert codes(ask, DONE, startForm={"properties": {"boss": {"default": "bob"}}}) == []
    whole = approval(candidates="{{boss}}", mode="direct")
    assert codes(whole, DONE, startForm=schema) == ["candidates-may-be-empty"]
    filtered = approval(candidates="{% $filter(boss, $boolean) %}", mode="direct")
    assert codes(filtered, DONE, startForm={**schema, "required": ["boss"]}) == [
        "candidates-may-be-empty"
    ]


SELF = {"$defs": {"a": {"properties": {"child": {"$ref": "#/$defs/a"}}}}, "$ref": "#/$defs/a"}


@pytest.mark.parametrize(
    ("schema", "repeats"),
    [
        (SELF, False),
        ({"$ref": "#"}, True),
        ({"allOf": [{"$ref": "#"}]}, True),
        (
            {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"anyOf": [True, {"$ref": "#/$defs/a"}]}}},
            True,
        ),
        ({"$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}, "not": {"$ref": "#/$defs/a"}}, False),
        ({"if": {"$ref": "#/then"}, "then": {"properties": {"x": {"$ref": "#"}}}}, False),
        ({"$defs": {"a": {"$anchor": "me", "oneOf": [{"$ref": "#me"}]}}}, True),
    ],
)
def test_references_in_circles(schema: dict[str, Any], repeats: bool) -> None:
    assert (repeats_itself(schema) is not None) == repeats
    assert list(references(schema)) == []
    assert codes(task("A", form=schema)) == (["bad-schema"] if repeats else [])


def test_pointers_are_decoded() -> None:
    schema = {
        "$defs": {"a/b": {"$defs": {"c~d": {}}}},
        "properties": {"x": {"$ref": "#/$defs/a~1b/$defs/c~0d"}},
    }
    assert list(references(schema)) == []
    assert list(references({"$ref": "#/$defs/é"})) == [(("$ref",), "#/$defs/é")]


def test_a_target_may_be_the_implicit_end_or_the_join() -> None:
    branches = [
        {"id": name, "steps": [say(f"S{name}", "x", next="join")]} for name in ("one", "two")
    ]
    assert codes(step("P", "parallel", {"branches": branches}, next="End")) == []


def test_the_shipped_definition_has_no_problems() -> None:
    from pathlib import Path

    from signoff.definition.checker import checked
    from signoff.definition.loader import load_bytes

    path = Path(__file__).parents[3] / "statemachines" / "document-approval.yaml"
    made, warnings = checked(load_bytes(path.read_bytes(), path.name))
    assert made.key == path.stem
    assert warnings == []
