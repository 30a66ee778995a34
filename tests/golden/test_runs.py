"""Every construct is compiled and run, and takes the way its definition says."""

from __future__ import annotations

from typing import Any

import pytest

from signoff.compiler import compile_definition

from .engine_double import Engine, scope_of
from .machines import SHIPPED, load
from .running import ended, passed, run


def test_one_approval_enters_two_states() -> None:
    engine = Engine({"Review": "APPROVE"})
    execution = run("approval", engine)
    assert execution.entered == ["Review", "Review.end"]
    assert ended(engine) == ("APPROVED", None)
    assert engine.finished is not None
    assert engine.finished["step"] == "Approved"
    assert engine.steps["Approved#1"]["type"] == "end"


def test_the_merged_end_is_that_of_the_outcome() -> None:
    engine = Engine({"Review": "REJECT"})
    run("approval", engine)
    assert ended(engine) == ("REJECTED", "about Review#1")
    told = engine.specs["Review#1"]["outcomes"]["REJECT"]
    assert told == {"comment": "required", "label": "Turn down", "leads": "end"}


def test_the_implicit_end_gives_the_definitions_result() -> None:
    engine = Engine({"Review": "REJECT"})
    execution = run("implicit-end", engine)
    assert execution.entered == ["Review", "End"]
    assert ended(engine) == ("COMPLETED", {"decision": "REJECT", "by": "alice"})


@pytest.mark.parametrize(
    ("outcome", "states", "end"),
    [
        ("YES", ["board-vote", "board-vote.outcome", "adopted"], "ADOPTED"),
        ("NO", ["board-vote", "board-vote.outcome", "dropped", "gone"], "DROPPED"),
        ("ABSTAIN", ["board-vote", "board-vote.outcome", "dropped", "gone"], "DROPPED"),
        (None, ["board-vote", "board-vote.outcome", "undecided", "gone"], "DROPPED"),
    ],
)
def test_each_outcome_has_its_way(outcome: str | None, states: list[str], end: str) -> None:
    engine = Engine({"board-vote": outcome, "dropped": "done"})
    assert run("approval-quorum", engine, board=["dora"]).entered == states
    assert ended(engine)[0] == end
    spec = engine.specs["board-vote#1"]
    assert spec["candidates"] == {"users": ["dora", "chair"], "groups": []}
    assert spec["quorum"] == {"YES": "all", "NO": 2, "ABSTAIN": "any"}
    assert (spec["mode"], spec["order"], spec["fourEyes"]) == ("direct", "serial", True)
    assert spec["form"]["properties"]["reason"]["pattern"] == "{%.*%}"
    assert (spec["otherwise"], spec["otherwiseLeads"]) == (True, "step")
    assert [each["leads"] for each in spec["outcomes"].values()] == ["end", "step", "step"]
    if end == "DROPPED" and outcome:
        assert engine.specs["dropped#1"]["candidates"]["users"] == ["alice"]


@pytest.mark.parametrize(
    ("variables", "entered", "choices"),
    [
        ({"amount": 5}, ["size", "small"], {"size#1": "small"}),
        ({}, ["size", "small"], {"size#1": "small"}),
        ({"amount": 5000}, ["size", "review", "large"], {"size#1": "review"}),
        (
            {"amount": 5000, "rush": True},
            ["size", "hurry", "small"],
            {"size#1": "hurry", "hurry#1": "small"},
        ),
        (
            {"amount": 5000, "rush": False},
            ["size", "hurry", "review", "large"],
            {"size#1": "hurry", "hurry#1": "review"},
        ),
    ],
)
def test_conditions(variables: dict[str, Any], entered: list[str], choices: dict[str, str]) -> None:
    engine = Engine()
    assert run("condition", engine, **variables).entered == entered
    assert passed(engine) == choices


def test_transforms_fold_into_the_state_before() -> None:
    engine = Engine({"ask": "APPROVE"})
    execution = run("transform", engine, amount=119, tags=["a", ["b"]])
    assert execution.entered == ["prepare", "ask", "ask.outcome", "close", "done"]
    prepared = passed(engine)["prepare#1"]
    assert prepared["label"] == "Invoice of alice"
    assert prepared["net"] == pytest.approx(100)
    assert prepared["same"] == ["a", ["b"]]
    assert prepared["nested"] == {
        "list": [["a", ["b"]], 119, None, "fixed", [1, 119]],
        "odd key": True,
    }
    assert prepared["fixed"] == [1, [2], {"a": None}]
    # All of a transform's values are computed before any of them is set.
    assert passed(engine)["approved#1"] == {"label": "Invoice of alice was approved", "net": 0}
    assert list(passed(engine)) == ["prepare#1", "approved#1", "then#1", "close#1"]
    summary = "Invoice of alice was approved by bob"
    assert ended(engine) == (
        "DONE",
        {"label": "Invoice of alice was approved", "net": 0, "summary": summary},
    )


def test_an_expression_that_yields_nothing_is_null() -> None:
    engine = Engine({"ask": "REJECT"})
    run("transform", engine, amount=1, tags=[])
    assert passed(engine)["refused#1"] == {"refused": None}
    assert passed(engine)["prepare#1"]["nested"]["list"][0] == []


def test_a_loop_counts_its_passings() -> None:
    engine = Engine({"read": ["AGAIN", "AGAIN", "GOOD"]})
    execution = run("loop", engine)
    round_trip = ["write", "read", "read.outcome"]
    assert execution.entered == ["start", *([*round_trip, "enough"]) * 2, *round_trip, "done"]
    assert [path for name, path in engine.calls if name == "OpenTasks"] == [
        *("write#1", "read#1", "write#2", "read#2", "write#3", "read#3")
    ]
    assert engine.steps["write#3"]["iteration"] == 3
    assert list(passed(engine)) == [
        *("start#1", "count#1", "enough#1", "count#2", "enough#2", "count#3")
    ]
    assert ended(engine) == ("GOOD", 3)


def test_a_loop_has_its_way_out() -> None:
    engine = Engine({"read": ["AGAIN"] * 3})
    run("loop", engine)
    assert ended(engine)[0] == "GONE"


def test_notify_evaluates_its_templates() -> None:
    engine = Engine()
    execution = run("notify", engine)
    assert execution.entered == ["tell", "after", "end"]
    assert engine.specs["tell#1"] == {
        "event": "run.begun",
        "to": {"users": ["alice"], "groups": ["desk"]},
        "subject": "Document doc-1",
        "message": "from alice",
        "data": {"run": "run-1", "list": [1, "doc-1"], "key.$": "alice"},
    }
    assert ended(engine) == ("TOLD", True)


def test_waits_until_what_the_engine_recorded() -> None:
    engine = Engine()
    execution = run("wait", engine, due="2031-01-01T00:00:00Z")
    assert execution.waits == [
        "after P1DT2H",
        "after 2030-01-01T00:00:00Z",
        "after 2031-01-01T00:00:00Z",
    ]
    assert [name for name in execution.entered if not name.endswith(".enter")] == [
        *("pause", "fixed", "due-date", "ok")
    ]
    assert ended(engine) == ("OK", True)


def test_text_and_names_break_nothing() -> None:
    engine = Engine({"odd": "true"})
    run("quoting", engine, s="S", v="V", set="T")
    assert engine.specs["odd#1"]["candidates"]["groups"] == ["S%}", 'back\\slash "quoted"']
    assert engine.specs["odd#1"]["outcomes"]["yes"]["label"] == "{% label %}"
    assert engine.steps["odd#1"]["name"] == "{% not code %}"
    assert ended(engine)[1] == ["localS", 'VT"%}', "Zoë 🙂 S \u2028 V", "true", ""]


def test_long_names_are_shortened_and_kept_apart() -> None:
    engine = Engine()
    execution = run("long-names", engine)
    assert all(len(name) <= 80 for name in execution.entered)
    assert len(set(execution.entered)) == len(execution.entered) == 10
    assert ended(engine)[0] == "COMPLETED"


def test_the_shipped_document_approval() -> None:
    machine = compile_definition(load(SHIPPED / "document-approval.yaml"), 4).definition
    assert machine["Comment"] == "document-approval version 4 (schema 1)"
    engine = Engine(
        {
            "Submitted": ["APPROVE", "REJECT", "APPROVE"],
            "FinalReview": ["REJECT", "APPROVE"],
            "ReworkRequested": "SUBMIT",
        }
    )
    engine.run(machine, scope_of())
    assert [path for name, path in engine.calls if name == "OpenTasks"] == [
        *("Submitted#1", "FinalReview#1", "ReworkRequested#1", "Submitted#2"),
        *("ReworkRequested#2", "Submitted#3", "FinalReview#2"),
    ]
    assert ended(engine) == ("APPROVED", None)
    engine = Engine({"Submitted": "REJECT", "ReworkRequested": "ABANDON"})
    engine.run(machine, scope_of())
    assert ended(engine) == ("REJECTED", None)
