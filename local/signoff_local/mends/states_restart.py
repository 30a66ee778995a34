"""An execution that a restart ended says so on the bus, as every execution that ends does.

AWS: a change of an execution's status is an event on the default bus ("Step Functions Execution
Status Change"), whatever caused it, and the execution's history ends with ExecutionFailed.

Emulator: executions that were running when it stopped come back FAILED (States.ServiceRestart), and
nobody is told. (Real executions live on; nothing of ours may depend on either: the engine's next
attempt takes over.)

To see it: tests/local/test_restart.py. To delete when: ministack keeps executions over a restart,
or emits their end.
"""

from __future__ import annotations

from signoff_local import emulator, restoring

RELIES_ON = {
    "services.stepfunctions:_restore_state": "b94c49c3dd97",
    "services.stepfunctions:_emit_execution_status_event": "9c89e45693e3",
    "services.stepfunctions:_add_event": "b1db143ccd21",
    "core.responses:request_scope": "c1ee92e8e8c7",
}

TOLD = "restartTold"
"""Mark on an execution's record whose end was already published."""


def apply() -> None:
    """Publish after every restore."""
    restoring.after.append(tell)


def tell() -> None:
    """Publish the end of every execution that this restart ended."""
    states = emulator.module("services.stepfunctions")
    responses = emulator.module("core.responses")
    for (account, region, _), execution in states._executions.all_items():
        if execution.get("error") != "States.ServiceRestart" or execution.get(TOLD):
            continue
        execution[TOLD] = True
        details = {"error": execution["error"], "cause": execution.get("cause", "")}
        states._add_event(execution, "ExecutionFailed", {"executionFailedEventDetails": details})
        with responses.request_scope(account, region):
            states._emit_execution_status_event(execution)
