"""mends/states_expressions.py: expressions on a busy machine."""

from __future__ import annotations

from tests.local.harness import Stack


def test_waiting_for_a_turn_does_not_count(stack: Stack) -> None:
    """Forty expressions of 0.1 s of work each, at once: each waits for seconds, none fails."""
    heavy = "{% $sum($map([1..1800], function($v) { $v * $states.input.i })) %}"
    each = {
        "Type": "Map",
        "Items": "{% [1..40] %}",
        "ItemSelector": {"i": "{% $states.context.Map.Item.Index %}"},
        "ItemProcessor": {
            "StartAt": "A",
            "States": {"A": {"Type": "Pass", "Output": heavy, "End": True}},
        },
        "End": True,
    }

    found = stack.run(stack.machine({"Each": each}, "Each"))

    assert (found["status"] == "SUCCEEDED") is stack.mended
