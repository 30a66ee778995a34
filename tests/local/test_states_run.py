"""mends/states_run.py: versions, start, stop, limits, Output of Succeed and of a default."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.local.harness import Stack, error_of, until

WAIT = {"Type": "Wait", "Seconds": 60, "Next": "Done"}
DONE = {"Type": "Succeed"}


def test_a_version_runs_its_own_definition(stack: Stack) -> None:
    states = stack.client("stepfunctions")
    machine = stack.machine(
        {"A": {"Type": "Pass", "Output": "first", "End": True}}, "A", publish=True
    )
    newer = {"QueryLanguage": "JSONata", "StartAt": "A"}
    newer["States"] = {"A": {"Type": "Pass", "Output": "second", "End": True}}  # type: ignore[assignment]
    updated = states.update_state_machine(
        stateMachineArn=machine.rpartition(":")[0], definition=json.dumps(newer), publish=True
    )
    assert machine.endswith(":1")
    assert updated["stateMachineVersionArn"].endswith(":2")

    old = stack.run(machine)

    assert (old["output"] == "first") is stack.mended
    assert (old.get("stateMachineVersionArn") == machine) is stack.mended
    assert stack.run(updated["stateMachineVersionArn"])["output"] == "second"


def test_a_stopped_execution_stays_stopped(stack: Stack) -> None:
    table, _ = stack.table()
    write = {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:putItem",
        "Arguments": {
            "TableName": table,
            "Item": {"PK": {"S": "p"}, "SK": {"S": "{% $states.context.Execution.Id %}"}},
        },
        "End": True,
    }

    def waits(seconds: int) -> str:
        """A machine that waits in a branch, and then writes its execution's name."""
        wait = {"Type": "Wait", "Seconds": seconds, "Next": "Write"}
        inner = {"StartAt": "Wait", "States": {"Wait": wait, "Write": write}}
        return stack.machine({"A": {"Type": "Parallel", "Branches": [inner], "End": True}}, "A")

    for seconds in (1, 4, 16):
        machine, began = waits(seconds), time.monotonic()
        stopped = stack.begin(machine)
        time.sleep(0.4)  # without the mend it has not begun before
        stop = stack.client("stepfunctions").stop_execution
        late = error_of(stop, executionArn=stopped, error="Why", cause="Because")
        if late is None and time.monotonic() < began + seconds:
            break  # else it may have written before it was stopped
    witness = stack.run(machine)

    def written() -> set[str]:
        return {item["SK"] for item in stack.items(table, "p")}

    assert witness["executionArn"] in written()
    if stack.mended:
        assert stopped not in written()
    else:
        until(lambda: stopped in written())
    assert (stack.ended(stopped)["status"], stack.ended(stopped)["error"]) == ("ABORTED", "Why")


def test_a_state_may_not_return_more_than_256_kib(stack: Stack) -> None:
    grow = {"Type": "Pass", "Output": "{% $states.input & $states.input %}", "Next": "Done"}
    machine = stack.machine({"Grow": grow, "Done": DONE}, "Grow")

    found = stack.run(machine, "x" * 150_000)

    assert (found.get("error") == "States.DataLimitExceeded") is stack.mended


def test_succeed_and_the_default_of_a_choice_apply_their_output(stack: Stack) -> None:
    choice: dict[str, Any] = {
        "Type": "Choice",
        "Choices": [{"Condition": "{% false %}", "Next": "End"}],
        "Default": "End",
        "Output": "{% {'n': $states.input} %}",
    }
    machine = stack.machine(
        {"Choice": choice, "End": {"Type": "Succeed", "Output": "{% {'n': $states.input} %}"}},
        "Choice",
    )

    assert (stack.run(machine, 1)["output"] == {"n": {"n": 1}}) is stack.mended


def test_the_states_of_a_branch_are_in_the_history(stack: Stack) -> None:
    branch = {"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "End": True}}}
    machine = stack.machine({"A": {"Type": "Parallel", "Branches": [branch], "End": True}}, "A")
    execution = stack.run(machine)["executionArn"]

    history = stack.client("stepfunctions").get_execution_history(
        executionArn=execution, reverseOrder=True
    )["events"]

    entered = [
        e["stateEnteredEventDetails"]["name"] for e in history if "stateEnteredEventDetails" in e
    ]
    assert history[0]["type"] == "ExecutionSucceeded"
    assert ("Inner" in entered) is stack.mended
