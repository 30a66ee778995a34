"""What a failed execution says, in words for people."""

import json

import pytest

from signoff.runs.reconcile import MAX_CAUSE, readable

FUNCTION = {
    "errorMessage": "ask: a name is no name",
    "errorType": "StepFailed",
    "stackTrace": ["Traceback (most recent call last)…" * 200],
}


def test_a_function_tells_its_message_and_its_step_and_no_trace():
    assert readable("StepFailed", json.dumps(FUNCTION)) == {
        "error": "StepFailed",
        "cause": "a name is no name",
        "step": "ask",
    }


def test_step_functions_own_failures_name_the_state():
    cause = "An error occurred while executing the state 'total' (entered at the event id #7)."
    assert readable("States.QueryEvaluationError", cause)["step"] == "total"


@pytest.mark.parametrize("cause", ["", "plain", "[1]", "null", "{", '{"errorMessage": null}'])
def test_anything_else_is_told_as_far_as_it_goes(cause):
    told = readable("States.Runtime", cause)
    assert told["error"] == "States.Runtime"
    assert "step" not in told


def test_a_long_cause_is_cut():
    assert len(readable("X", "y" * 5_000)["cause"]) == MAX_CAUSE
