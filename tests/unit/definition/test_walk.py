"""Where steps lead and what they set, as checker and compiler both understand it."""

from __future__ import annotations

from typing import Any

import pytest

from signoff.definition.walk import (
    Exit,
    exits,
    output_variable,
    sets,
    step_lists,
    top_list,
    walk,
)
from tests.unit.definition.support import DONE, model, step, task

NESTED = [
    task("A"),
    step(
        "P",
        "parallel",
        {
            "branches": [
                {"id": "one", "steps": [task("B"), task("C")]},
                {
                    "id": "two",
                    "steps": [
                        step("M", "map", {"items": "{% [1] %}", "steps": [task("D")]}),
                        step("T", "transform", {"set": {"x": 1, "y": 2}}),
                    ],
                },
            ]
        },
    ),
    DONE,
]


def ways(*steps: dict[str, Any], index: int = 0) -> list[tuple[str, str, bool]]:
    top = top_list(model(*steps).steps)
    return [(w.kind, w.target, w.explicit) for w in exits(top.steps[index], index, top)]


def test_walk_gives_outer_lists_before_inner_ones_with_their_paths() -> None:
    made = model(*NESTED)
    found = [(each.id, path) for each, path, _ in walk(made.steps)]
    assert [name for name, _ in found] == ["A", "P", "Done", "B", "C", "M", "T", "D"]
    at: Any = made.model_dump(by_alias=True)
    for name, path in found:
        here = at
        for part in path:
            here = here[part]
        assert here["id"] == name


def test_lists_know_what_holds_them() -> None:
    lists = list(step_lists(model(*NESTED).steps))
    assert [(each.kind, each.branch, each.owner and each.owner.id) for each in lists] == [
        ("top", None, None),
        ("branch", "one", "P"),
        ("branch", "two", "P"),
        ("map", None, "M"),
    ]
    assert [each.exit_target for each in lists] == ["End", "join", "join", "join"]
    assert lists[3].parent is lists[2]


def test_a_step_falls_through_to_the_next_and_the_last_to_the_end() -> None:
    steps = [step("A", "notify"), step("B", "notify")]
    assert ways(*steps) == [("next", "B", False)]
    assert ways(*steps, index=1) == [("next", "End", False)]


def test_outcomes_lead_in_order_and_default_to_next() -> None:
    asked = task("A", outcomes={"a": {"next": "Done"}, "b": {}})
    assert ways(asked, task("B"), DONE) == [("outcome", "Done", True), ("outcome", "B", False)]
    assert ways({**asked, "next": "Done"}, task("B"), DONE)[1] == ("outcome", "Done", True)


def test_otherwise_and_errors_come_last() -> None:
    config = {"candidates": {"groups": ["g"]}, "outcomes": {"a": {}}, "otherwise": "Done"}
    assert ways(step("A", "approval", config), DONE)[-1] == ("otherwise", "Done", True)
    assert ways(step("A", "notify", onError="Done"), DONE)[-1] == ("error", "Done", True)


def test_exits_point_at_what_names_them() -> None:
    branch = {"when": "{% true %}", "next": "Done"}
    top = top_list(
        model(step("A", "condition", {"branches": [branch], "otherwise": "Done"}), DONE).steps
    )
    assert exits(top.steps[0], 0, top) == (
        Exit("branch", "Done", ("steps", 0, "config", "branches", 0, "next"), "0"),
        Exit("otherwise", "Done", ("steps", 0, "config", "otherwise")),
    )
    assert exits(top.steps[1], 1, top) == ()


@pytest.mark.parametrize(
    ("made", "variable"),
    [
        (task("First-Review"), "First_Review"),
        ({**task("A"), "output": "review"}, "review"),
        (step("A", "transform", {"expression": "{% 1 %}"}), "A"),
        (step("A", "transform", {"set": {"x": 1}}), None),
        (step("A", "workflow", {"definition": "other"}), "A"),
        (step("A", "wait", {"duration": "PT1S"}), None),
        (step("A", "notify"), None),
        (DONE, None),
    ],
)
def test_the_output_goes_by_the_id(made: dict[str, Any], variable: str | None) -> None:
    assert output_variable(model(made).steps[0]) == variable


def test_a_parallel_step_sets_what_its_branches_set_and_a_map_only_its_output() -> None:
    by_id = {each.id: each for each, _, _ in walk(model(*NESTED).steps)}
    assert sets(by_id["P"]) == ("B", "C", "M", "x", "y", "P")
    assert sets(by_id["M"]) == ("M",)
