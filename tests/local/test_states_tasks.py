"""mends/states_tasks.py: tasks that wait for a token, and retries."""

from __future__ import annotations

import json

import pytest

from tests.local.harness import KEEP, Stack, error_of, token_task, tokens

RETRY = {"ErrorEquals": ["Twice"], "IntervalSeconds": 1, "MaxDelaySeconds": 1, "MaxAttempts": 2}


@pytest.fixture
def keeper(stack: Stack) -> tuple[str, str]:
    """(table, function that writes the tokens it gets into it)."""
    table, _ = stack.table()
    return table, stack.function(KEEP, Environment={"Variables": {"TABLE": table}})


def test_an_error_of_the_function_fails_the_task(stack: Stack) -> None:
    function = stack.function(
        "class Wrong(Exception): pass\ndef handler(event, context):\n    raise Wrong('so')\n"
    )
    catch = {"ErrorEquals": ["Wrong"], "Output": "{% $states.errorOutput %}", "Next": "Caught"}
    # Without the mend only its time limit ends the task.
    limit = 50 if stack.mended else 1
    task = token_task(function, Catch=[catch], TimeoutSeconds=limit)
    machine = stack.machine({"A": task, "Caught": {"Type": "Succeed"}}, "A")

    found = stack.run(machine, {"fail": 0})

    assert (found["status"] == "SUCCEEDED") is stack.mended
    if stack.mended:
        cause = json.loads(found["output"]["Cause"])
        assert found["output"]["Error"] == "Wrong"
        assert (cause["errorType"], cause["errorMessage"]) == ("Wrong", "so")


def test_each_attempt_has_its_own_token(stack: Stack, keeper: tuple[str, str]) -> None:
    table, function = keeper
    task = token_task(function, Retry=[RETRY])
    execution = stack.begin(stack.machine({"A": task}, "A"), {"fail": 2 if stack.mended else 0})
    states = stack.client("stepfunctions")

    given = tokens(stack, table, execution, 3 if stack.mended else 1)

    if stack.mended:
        assert len(set(given)) == 3
        assert error_of(states.send_task_success, taskToken=given[0], output="1") == "TaskTimedOut"
    states.send_task_success(taskToken=given[-1], output='{"done": true}')
    assert stack.ended(execution)["output"] == {"done": True}


def test_the_first_answer_counts(stack: Stack, keeper: tuple[str, str]) -> None:
    table, function = keeper
    states = stack.client("stepfunctions")
    execution = stack.begin(stack.machine({"A": token_task(function)}, "A"), {"fail": 0})
    [token] = tokens(stack, table, execution, 1)

    assert (
        error_of(states.send_task_success, taskToken=token, output="{no json") == "InvalidOutput"
    ) is (stack.mended)
    error_of(states.send_task_success, taskToken=token, output='"first"')
    late = error_of(states.send_task_failure, taskToken=token, error="Late", cause="")

    assert (late == "TaskTimedOut") is stack.mended
    if stack.mended:
        assert stack.ended(execution)["output"] == "first"


def test_a_token_of_a_stopped_execution_is_refused(stack: Stack, keeper: tuple[str, str]) -> None:
    table, function = keeper
    states = stack.client("stepfunctions")
    execution = stack.begin(stack.machine({"A": token_task(function)}, "A"), {"fail": 0})
    [token] = tokens(stack, table, execution, 1)
    states.stop_execution(executionArn=execution)

    code = error_of(states.send_task_success, taskToken=token, output="1")

    assert (code == "TaskTimedOut") is stack.mended
    assert (error_of(states.send_task_success, taskToken="x", output="1") == "InvalidToken") is (
        stack.mended
    )


def test_a_failure_sent_to_a_token_can_be_caught(stack: Stack, keeper: tuple[str, str]) -> None:
    table, function = keeper
    catch = {"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput %}", "Next": "Caught"}
    machine = stack.machine(
        {"A": token_task(function, Catch=[catch]), "Caught": {"Type": "Succeed"}}, "A"
    )
    execution = stack.begin(machine, {"fail": 0})
    [token] = tokens(stack, table, execution, 1)

    stack.client("stepfunctions").send_task_failure(taskToken=token, error="ChildFailed", cause="c")

    assert stack.ended(execution)["output"] == {"Error": "ChildFailed", "Cause": "c"}
