"""Branches of a Parallel and iterations of a Map do not see each other, and end together.

AWS: each branch has a context and variables of its own. When one fails, the state fails and its
other branches are stopped, those that wait for a token too. A JSONata Parallel applies Arguments,
Output and Assign. An inline Map runs 40 iterations at once.

Emulator: branches of a Parallel share one context, so that two token tasks side by side get each
other's token and state name. When one fails, the others are waited for, possibly for ever.
Arguments, Output and Assign of a Parallel are ignored. A Map starts a thread per item.

To see it: tests/local/test_states_branches.py. To delete when: ministack passes it.
"""

from __future__ import annotations

import contextvars
import queue
import threading
from collections.abc import Callable
from typing import Any

from signoff_local import cancelling, emulator

RELIES_ON = {
    "services.stepfunctions:_execute_parallel": "2166e1f53e5f",
    "services.stepfunctions:_run_parallel_branches": "b8c7f6915297",
    "services.stepfunctions:_run_map_items": "5df19a8074ce",
    "services.stepfunctions:_with_retry_and_catch": "b351699db7b3",
    "services.stepfunctions:_apply_jsonata_arguments": "c74f8b18dccd",
}

AT_ONCE = 40
"""Iterations of an inline Map that run at the same time (Step Functions quotas)."""


def apply() -> None:
    """Replace both executors for JSONata; JSONPath stays as it is."""
    states = emulator.module("services.stepfunctions")
    parallel, items = states._run_parallel_branches, states._run_map_items

    def run_parallel_branches(state: Any, value: Any, execution: Any, ctx: Any) -> Any:
        if states._state_query_language(state, ctx) != "JSONata":
            return parallel(state, value, execution, ctx)
        given = states._apply_jsonata_arguments(state, value, ctx)
        branches = state["Branches"]

        def branch(index: int) -> Any:
            return states._run_sub_machine(
                branches[index]["States"],
                branches[index]["StartAt"],
                given,
                execution,
                _own(ctx),
            )

        return _leave(states, state, value, ctx, together(branch, len(branches), len(branches)))

    def run_map_items(state: Any, value: Any, execution: Any, ctx: Any) -> Any:
        inline = state.get("ItemProcessor", {})
        distributed = inline.get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED"
        if states._state_query_language(state, ctx) != "JSONata" or distributed:
            return items(state, value, execution, ctx)
        given = value
        if "Items" in state:
            given = states._jsonata_state_field(state, "Items", "array", value, ctx)
        limit = AT_ONCE
        if "MaxConcurrency" in state:
            limit = states._jsonata_state_field(state, "MaxConcurrency", "number", value, ctx)

        def iteration(index: int) -> Any:
            own = _own(ctx)
            own["Map"] = {"Item": {"Index": index, "Value": given[index]}}
            selected = given[index]
            if "ItemSelector" in state:
                selected = states._apply_jsonata_template(state["ItemSelector"], value, own)
            return states._run_sub_machine(
                inline["States"], inline["StartAt"], selected, execution, own
            )

        at_once = min(int(limit) or AT_ONCE, AT_ONCE)
        return _leave(states, state, value, ctx, together(iteration, len(given), at_once))

    states._run_parallel_branches = run_parallel_branches
    states._run_map_items = run_map_items


def _own(ctx: dict[str, Any]) -> dict[str, Any]:
    """A branch's context: what it sets in it stays in it."""
    return {**ctx, "variables": dict(ctx.get("variables", {}))}


def _leave(states: Any, state: Any, value: Any, ctx: Any, results: list[Any]) -> Any:
    output = states._apply_jsonata_output(state, value, ctx, result=results, default=results)
    states._apply_state_assign(state, value, ctx, result=results)
    return output, states._next_or_end(state)


def together(job: Callable[[int], Any], count: int, at_once: int) -> list[Any]:
    """Results of `job(0)` … `job(count - 1)`, at most `at_once` at a time.

    The first error cancels the others and is raised; those in the middle of a Lambda call end by
    themselves when it returns.
    """
    results: list[Any] = [None] * count
    jobs: queue.SimpleQueue[int] = queue.SimpleQueue()
    ended: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
    for index in range(count):
        jobs.put(index)
    outer = cancelling.current()
    scope = cancelling.Scope(outer)

    def work() -> None:
        error: BaseException | None = None
        try:
            with cancelling.entered(scope):
                while True:
                    index = jobs.get_nowait()
                    scope.check()
                    results[index] = job(index)
        except queue.Empty:
            pass
        except BaseException as raised:  # noqa: BLE001  raised again by the thread that waits
            error = raised
        ended.put(error)

    threads = min(count, at_once)
    for _ in range(threads):
        target = contextvars.copy_context().run
        threading.Thread(target=target, args=(work,), daemon=True, name="branch").start()
    try:
        for _ in range(threads):
            error = ended.get()
            if error is not None:
                raise error
    finally:
        scope.cancel()
        outer.leave(scope)
    outer.check()
    return results
