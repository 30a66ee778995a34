"""Branches, items and sub-workflows are compiled and run, within one another too."""

from __future__ import annotations

from typing import Any

import pytest

from .asl_interpreter import StateError
from .engine_double import Engine
from .running import ended, passed, run


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
