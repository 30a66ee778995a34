"""What fails is tried again as it says, and then takes its error path."""

from __future__ import annotations

from typing import Any

import pytest

from .asl_interpreter import StateError
from .engine_double import Engine
from .running import ended, passed, run


def test_an_outcome_nobody_knows_fails_the_run() -> None:
    class Rogue(Engine):
        def _OpenTasks(self, path: str, step: Any, spec: Any) -> Any:  # noqa: N802
            return {"path": path, "outcome": "HUH", "result": {"outcome": "HUH"}}

    with pytest.raises(StateError, match="QueryEvaluationError"):
        run("approval", Rogue())
    with pytest.raises(StateError, match="NoChoiceMatched"):
        run("loop", Rogue())


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


def test_a_wait_without_a_deadline_takes_its_error_path() -> None:
    engine = Engine()
    execution = run("wait", engine)
    assert ended(engine)[0] == "LATE"
    assert execution.delays == [2]


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
