"""mends/states_branches.py: Parallel and Map."""

from __future__ import annotations

import time
from typing import Any

from tests.local.harness import KEEP, Stack, token_task, tokens

FAIL = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Broken", "Cause": "c"}}}


def branch(name: str, state: dict[str, Any]) -> dict[str, Any]:
    return {"StartAt": name, "States": {name: state}}


def test_branches_have_tokens_of_their_own(stack: Stack) -> None:
    table, _ = stack.table()
    function = stack.function(KEEP, Environment={"Variables": {"TABLE": table}})
    count = 8
    parallel = {
        "Type": "Parallel",
        "Branches": [branch(f"B{n}", token_task(function)) for n in range(count)],
        "End": True,
    }
    execution = stack.begin(stack.machine({"A": parallel}, "A"), {"fail": 0})
    states = stack.client("stepfunctions")
    if not stack.mended:
        # Of eight branches at once some see another's state name, so their token is not found.
        states.stop_execution(executionArn=execution)
        return

    for n in range(count):
        [token] = tokens(stack, table, execution, 1, f"B{n}")
        states.send_task_success(taskToken=token, output=str(n))

    assert stack.ended(execution)["output"] == list(range(count))


def test_a_failing_branch_ends_the_others(stack: Stack) -> None:
    waiting = branch("W", {"Type": "Wait", "Seconds": 3600, "End": True})
    catch = {"ErrorEquals": ["Broken"], "Output": "{% $states.errorOutput.Cause %}", "Next": "End"}
    parallel = {"Type": "Parallel", "Branches": [waiting, FAIL], "Catch": [catch], "Next": "End"}
    machine = stack.machine({"A": parallel, "End": {"Type": "Succeed"}}, "A")

    execution = stack.begin(machine)

    if stack.mended:
        assert stack.ended(execution)["output"] == "c"
    else:
        assert stays_open(stack, execution)


def test_parallel_applies_arguments_output_and_assign(stack: Stack) -> None:
    echo = branch("E", {"Type": "Pass", "Output": "{% $states.input.n + 1 %}", "End": True})
    parallel = {
        "Type": "Parallel",
        "Arguments": {"n": "{% $states.input.n * 10 %}"},
        "Branches": [echo, echo],
        "Assign": {"kept": "{% $states.result[0] %}"},
        "Output": "{% {'sum': $sum($states.result), 'was': $states.input.n} %}",
        "Next": "End",
    }
    end = {"Type": "Succeed", "Output": "{% $merge([$states.input, {'kept': $kept}]) %}"}
    machine = stack.machine({"A": parallel, "End": end}, "A")
    given = {"n": 4}

    found = stack.run(machine, given)

    expected = {"sum": 82, "was": 4, "kept": 41}
    assert (found.get("output") == expected) is stack.mended


def test_what_a_branch_assigns_stays_in_it(stack: Stack) -> None:
    def setting(n: int) -> dict[str, Any]:
        first = {"Type": "Pass", "Assign": {"x": n}, "Next": "T"}
        then = {"Type": "Pass", "Output": "{% $x %}", "End": True}
        wait = {"Type": "Wait", "Seconds": 1, "Next": "R"}
        return {"StartAt": "S", "States": {"S": first, "T": wait, "R": then}}

    parallel = {"Type": "Parallel", "Branches": [setting(1), setting(2)], "End": True}

    found = stack.run(stack.machine({"A": parallel}, "A"))

    assert (found["output"] == [1, 2]) is stack.mended


def test_a_map_knows_its_index_and_ends_with_its_first_error(stack: Stack) -> None:
    index = "{% $states.context.Map.Item.Index %}"
    pick = {"Type": "Choice", "Choices": [{"Condition": "{% $states.input.i = 1 %}", "Next": "F"}]}
    inner = {
        "StartAt": "P",
        "States": {
            "P": {**pick, "Default": "W"},
            "F": {"Type": "Fail", "Error": "Broken"},
            "W": {"Type": "Wait", "Seconds": 3600, "End": True},
        },
    }
    each = {
        "Type": "Map",
        "Items": "{% $states.input.items %}",
        "ItemSelector": {"i": index, "v": "{% $states.context.Map.Item.Value %}"},
        "ItemProcessor": inner,
        "End": True,
    }
    quick = {**each, "ItemProcessor": branch("E", {"Type": "Pass", "End": True})}

    broken = stack.begin(stack.machine({"A": each}, "A"), {"items": ["a", "b", "c"]})
    whole = stack.run(stack.machine({"A": quick}, "A"), {"items": ["a", "b", "c"]})

    assert whole["output"] == [{"i": n, "v": v} for n, v in enumerate("abc")]
    if stack.mended:
        assert stack.ended(broken)["error"] == "Broken"
    else:
        assert stays_open(stack, broken)


def stays_open(stack: Stack, execution: str) -> bool:
    """Whether it still runs a second later; the emulator then waits for all branches."""
    time.sleep(1)
    found = stack.client("stepfunctions").describe_execution(executionArn=execution)
    return bool(found["status"] == "RUNNING")
