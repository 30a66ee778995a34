"""Every construct is compiled and run, and takes the way its definition says."""

from __future__ import annotations

from typing import Any

import pytest

from signoff.compiler import compile_definition, compile_resume, resume_points

from .asl_interpreter import Execution, StateError
from .engine_double import Engine, scope_of
from .machines import HERE, SHIPPED, load
from .whole_runs import whole_runs


def run(name: str, engine: Engine, **variables: Any) -> Execution:
    machine = compile_definition(load(HERE / f"{name}.yaml")).definition
    return engine.run(machine, scope_of(**variables))


def ended(engine: Engine) -> tuple[str, Any]:
    assert engine.finished is not None
    return engine.finished["outcome"], engine.finished["result"]


def passed(engine: Engine) -> dict[str, Any]:
    assert all(entry["at"].endswith("Z") for entry in engine.committed)
    return {e["step"]: e.get("result", e.get("error")) for e in engine.committed}


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


def test_an_outcome_nobody_knows_fails_the_run() -> None:
    class Rogue(Engine):
        def _OpenTasks(self, path: str, step: Any, spec: Any) -> Any:  # noqa: N802
            return {"path": path, "outcome": "HUH", "result": {"outcome": "HUH"}}

    with pytest.raises(StateError, match="QueryEvaluationError"):
        run("approval", Rogue())
    with pytest.raises(StateError, match="NoChoiceMatched"):
        run("loop", Rogue())


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


def test_notify_is_tried_again_as_it_says() -> None:
    engine = Engine(fail={"tell": ["StepFailed", "TransientFailure", "StepFailed"]})
    execution = run("notify", engine)
    assert execution.delays == [90, 1, 135]
    assert ended(engine) == ("TOLD", True)


def test_notify_takes_its_error_path() -> None:
    engine = Engine(fail={"tell": ["StepFailed"] * 3})
    execution = run("notify", engine)
    assert execution.entered == ["tell", "plan-b", "failed"]
    error = {"error": "StepFailed", "cause": "it did not work", "step": "tell"}
    assert engine.specs["plan-b#1"]["data"] == error
    assert passed(engine) == {"tell#1": error}
    assert ended(engine) == ("FAILED", "tell")


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        ('{"errorMessage": "no \\"way\\"", "errorType": "X", "stackTrace": ["a.py"]}', 'no "way"'),
        ('{"errorType":"Sandbox.Timedout","errorMessage":"timed out"}', "timed out"),
        ('{"errorType": "Runtime.ExitError"}', None),
        ('{"errorMessage": "cut of', '{"errorMessage": "cut of'),
        ('{"other": 1}', '{"other": 1}'),
        ("", ""),
    ],
)
def test_an_error_path_is_told_the_message_and_no_traceback(cause: str, told: str | None) -> None:
    engine = Engine(fail={"tell": ["StepFailed"] * 3}, cause=cause)
    run("notify", engine)
    assert engine.specs["plan-b#1"]["data"]["cause"] == told


def test_an_overtaken_attempt_takes_no_error_path() -> None:
    engine = Engine(fail={"tell": ["StaleAttempt"]})
    with pytest.raises(StateError, match="StaleAttempt"):
        run("notify", engine)


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


def test_a_wait_without_a_deadline_takes_its_error_path() -> None:
    engine = Engine()
    execution = run("wait", engine)
    assert ended(engine)[0] == "LATE"
    assert execution.delays == [2]


def test_branches_join() -> None:
    engine = Engine({"both#1/legal/check#1": "ASK"})
    execution = run("parallel", engine)
    assert ("EnterStep", "both#1") in engine.calls
    assert engine.specs["both#1"] == {"branches": ["legal", "finance"]}
    assert list(passed(engine)) == [*("both#1/legal/mark#1", "both#1/finance/rate#1", "sum#1")]
    assert ended(engine) == ("DONE", "ASK 6 complete")
    assert "both.legal.join" not in execution.entered
    leads = engine.specs["both#1/legal/check#1"]["outcomes"]
    assert {name: each["leads"] for name, each in leads.items()} == {"OK": "join", "ASK": "step"}
    assert engine.steps["both#1/finance/verify#1"]["top"] == "both"


def test_a_branch_can_be_left_early() -> None:
    engine = Engine({"both#1/legal/check#1": "OK"})
    execution = run("parallel", engine)
    assert "both.legal.join" in execution.entered
    assert ended(engine) == ("DONE", "OK 6 complete")


def test_a_map_runs_once_per_item() -> None:
    engine = Engine({"each#1/1/ask#1": "NO", "each#1/1/ask#2": "YES", "ask": "YES"})
    lines = [
        {"price": 5, "owner": "x"},
        {"price": 50, "owner": "dora"},
        {"price": 70, "owner": "ed"},
    ]
    run("map", engine, lines=lines)
    assert engine.specs["each#1"] == {"items": 3}
    assert engine.specs["each#1/1/ask#2"]["candidates"]["users"] == ["dora"]
    _outcome, answers = ended(engine)
    assert answers[0] == {"skipped": "line 0"}
    assert [answer["ask"]["outcome"] for answer in answers[1:]] == ["YES", "YES"]
    assert passed(engine) == {
        "each#1/0/big#1": "skip",
        "each#1/0/skip#1": {"skipped": "line 0"},
        "each#1/1/big#1": "ask",
        "each#1/2/big#1": "ask",
    }


@pytest.mark.parametrize(("lines", "count"), [([], 0), (None, 0), ({"price": 1}, 1)])
def test_a_map_takes_nothing_and_one_thing_for_lists(lines: Any, count: int) -> None:
    engine = Engine()
    run("map", engine, **({} if lines is None else {"lines": lines}))
    assert engine.specs["each#1"] == {"items": count}
    assert len(ended(engine)[1]) == count


def test_nested_branches_and_items_in_a_loop() -> None:
    engine = Engine(
        {
            "again": ["REPEAT", "DONE"],
            "vote": "YES",
            "round#2/teams/team#1/1/pair#1/one/vote#1": "AGAIN",
        }
    )
    run("nested", engine, teams=[{"lead": "ann"}, {"lead": "ben"}])
    votes = [path for name, path in engine.calls if "vote#" in path]
    assert votes == [
        "round#1/teams/team#1/0/pair#1/one/vote#1",
        "round#1/teams/team#1/1/pair#1/one/vote#1",
        "round#2/teams/team#1/0/pair#1/one/vote#1",
        "round#2/teams/team#1/1/pair#1/one/vote#1",
        "round#2/teams/team#1/1/pair#1/one/vote#2",
    ]
    last = "round#2/teams/team#1/1/pair#1/one/vote#2"
    assert engine.specs[last]["candidates"]["users"] == ["ben"]
    assert engine.steps[last]["top"] == "round"
    assert engine.specs["round#1/teams/team#1/0/pair#1/two/tell#1"]["data"] == {"lead": "ann"}
    outcome, result = ended(engine)
    assert outcome == "DONE"
    teams = result["teams"]["team"]
    assert [each["first"]["outcome"] for each in teams] == ["YES", "YES"]
    assert result["log"] == {"noted": [{"lead": "ann"}, {"lead": "ben"}]}


def test_a_child_gives_its_result() -> None:
    engine = Engine()
    execution = run("workflow", engine, amount=7)
    assert execution.entered == ["child", "plain", "done"]
    assert engine.specs["child#1"] == {
        "definition": "one-approval",
        "version": 3,
        "retries": 1,
        "variables": {"amount": 7, "note": "for run-1", "missing": None},
    }
    assert engine.specs["plain#1"]["version"] is None
    assert ended(engine) == ("DONE", ["APPROVED", {}])


def test_a_child_that_fails_is_tried_again_and_then_caught() -> None:
    engine = Engine(fail={"child": ["ChildFailed", "ChildFailed"]})
    execution = run("workflow", engine)
    assert execution.entered == ["child", "cope", "failed"]
    assert execution.delays == [5]
    assert ended(engine) == ("FAILED", "it did not work")
    assert [entry["step"] for entry in engine.committed] == ["child#1", "cope#1"]


def test_a_childs_failure_fails_a_run_without_an_error_path() -> None:
    with pytest.raises(StateError, match="ChildFailed"):
        run("workflow", Engine(fail={"plain": ["ChildFailed"]}))


@pytest.mark.parametrize(
    ("variables", "fail", "end", "step"),
    [
        ({"amount": "x"}, {}, "BAD_NUMBER", "compute"),
        ({"amount": "-1"}, {}, "BAD_CHOICE", "choose"),
        ({"amount": "200"}, {"branches#1/fail/send#1": ["StepFailed"]}, "BAD_BRANCH", "branches"),
        ({"amount": "200", "list": ["x"]}, {}, "BAD_ITEM", "items"),
    ],
)
def test_error_paths(
    variables: dict[str, Any], fail: dict[str, list[str]], end: str, step: str
) -> None:
    engine = Engine(fail=fail)
    run("on-error", engine, **variables)
    outcome, error = ended(engine)
    assert outcome == end
    assert error["step"] == step
    assert passed(engine)[f"{step}#1"] == error


def test_without_errors_the_error_paths_are_not_taken() -> None:
    engine = Engine()
    run("on-error", engine, amount="200", list=[2, 4])
    assert ended(engine) == ("DONE", {"told": True, "halves": [1, 2]})
    assert passed(engine)["compute#1"] == {"number": 200}
    assert passed(engine)["choose#1"] == "branches"
    engine = Engine()
    run("on-error", engine, amount="50")
    assert ended(engine)[0] == "SMALL"


def test_an_error_is_caught_inside_a_branch() -> None:
    engine = Engine(fail={"branches#1/tell/notify#1": ["StepFailed"]})
    run("on-error", engine, amount="200", list=[])
    assert ended(engine) == ("DONE", {"told": False})
    assert passed(engine)["branches#1/tell/notify#1"]["error"] == "StepFailed"


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


@pytest.mark.parametrize(("name", "decisions", "variables"), whole_runs())
def test_a_run_resumed_anywhere_ends_the_same(
    name: str, decisions: dict[str, Any], variables: dict[str, Any]
) -> None:
    definition = load(HERE / f"{name}.yaml")
    engine = Engine(decisions)
    run(name, engine, **variables)
    twin = compile_resume(definition).definition
    assert engine.saved
    assert {scope["resumeAt"] for scope in engine.saved.values()} <= set(resume_points(definition))
    ways = [path for _, path in engine.calls]
    for path, scope in list(engine.saved.items()):
        # The engine answers what it recorded, so the rest of the way is the same.
        again = Engine(answered=dict(engine.answered))
        again.run(twin, scope)
        assert [each for _, each in again.calls] == ways[ways.index(path) :]
        assert again.finished == engine.finished
        before = len(engine.committed) - len(again.committed)
        assert list(passed(again)) == list(passed(engine))[before:]


def test_an_unknown_resume_point_fails() -> None:
    twin = compile_resume(load(HERE / "loop.yaml")).definition
    with pytest.raises(StateError, match="UnknownResumePoint"):
        Engine().run(twin, {**scope_of(), "resumeAt": "start"})
