"""An execution runs the version it was started on, starts at once, and ends when it is stopped.

AWS: an execution started with the ARN of a version runs that version's definition. It starts
within some milliseconds. StopExecution ends it wherever it stands; it stays ABORTED. A state's
output above 256 KiB fails the execution (States.DataLimitExceeded). JSONata `Output` works on
Succeed and on the default of a Choice.

Emulator: a version ARN runs the newest definition. Each execution first sleeps 150 ms. After
StopExecution the thread goes on: a branch calls the next Lambda, and a late error turns ABORTED
into FAILED. There is no limit. `Output` of Succeed and of a Choice's default is ignored.

To see it: tests/local/test_states_run.py. To delete when: ministack passes it, piece by piece.
"""

from __future__ import annotations

import contextvars
import json
from typing import Any

from signoff_local import cancelling, emulator

RELIES_ON = {
    "services.stepfunctions:_run_execution": "996dff84e0e0",
    "services.stepfunctions:_run_sub_machine": "f8d844168b14",
    "services.stepfunctions:_start_execution": "9923282fc76c",
    "services.stepfunctions:_stop_execution": "44d2d84ccd5c",
    "services.stepfunctions:_describe_execution": "c3ad294ad8b5",
    "services.stepfunctions:_fail_execution": "e6da895fa0b7",
    "services.stepfunctions:_execute_choice": "468955fcd4a4",
    "services.stepfunctions:_scaled_sleep": "5ed19df2efa9",
    "services.stepfunctions:_add_event": "b1db143ccd21",
}

LIMIT = 256 * 1024
"""Bytes of a state's input or output (Step Functions quotas)."""

_requested: contextvars.ContextVar[str] = contextvars.ContextVar("signoff_requested_machine")
role: contextvars.ContextVar[str] = contextvars.ContextVar("signoff_machine_role")
"""In the threads of an execution: the role that its machine has."""

_scopes: dict[str, cancelling.Scope] = {}
"""The scope of each running execution, by its ARN."""


def apply() -> None:
    """Replace the loops over states; wrap the calls that start, stop and describe executions."""
    states = emulator.module("services.stepfunctions")
    start, stop, describe = (
        states._start_execution,
        states._stop_execution,
        states._describe_execution,
    )
    fail, choose = states._fail_execution, states._execute_choice

    def start_execution(data: dict[str, Any]) -> Any:
        # Read again by the thread of the execution, which inherits this context.
        _requested.set(data.get("stateMachineArn", ""))
        return start(data)

    def stop_execution(data: dict[str, Any]) -> Any:
        response = stop(data)
        if response[0] == 200:
            scope = _scopes.get(data.get("executionArn", ""))
            if scope is not None:
                scope.cancel()
        return response

    def describe_execution(data: dict[str, Any]) -> Any:
        status, headers, body = describe(data)
        execution = states._executions.get(data.get("executionArn")) or {}
        if status == 200 and execution.get("stateMachineVersionArn"):
            described = json.loads(body)
            described["stateMachineVersionArn"] = execution["stateMachineVersionArn"]
            return states.json_response(described)
        return status, headers, body

    def fail_execution(execution: dict[str, Any], error: str, cause: str) -> None:
        if execution["status"] == "RUNNING":
            fail(execution, error, cause)

    def execute_choice(state: dict[str, Any], value: Any, ctx: Any = None) -> Any:
        output, following = choose(state, value, ctx)
        default = following == state.get("Default") and output is value
        if default and "Output" in state and states._state_query_language(state, ctx) == "JSONata":
            output = states._apply_jsonata_output(state, value, ctx)
        return output, following

    states._start_execution = start_execution
    states._stop_execution = stop_execution
    states._describe_execution = describe_execution
    states._fail_execution = fail_execution
    states._execute_choice = execute_choice
    states._scaled_sleep = lambda seconds: cancelling.current().sleep(
        seconds * states._SFN_WAIT_SCALE
    )
    states._run_execution = run
    states._run_sub_machine = walk


def run(arn: str) -> None:
    """The thread of an execution, from its first state to its end."""
    states = emulator.module("services.stepfunctions")
    execution = states._executions.get(arn)
    if not execution:
        return
    scope = _scopes[arn] = cancelling.Scope()
    try:
        with cancelling.entered(scope):
            _finish(states, execution, _begin(states, execution))
    except cancelling.Cancelled:
        pass  # StopExecution wrote the end of it
    except states._ExecutionError as error:
        states._fail_execution(execution, error.error, error.cause)
    except Exception as error:
        states.logger.exception("Unexpected error in execution %s", arn)
        states._fail_execution(execution, "States.Runtime", str(error))
    finally:
        _scopes.pop(arn, None)


def _begin(states: Any, execution: dict[str, Any]) -> Any:
    """The output of the execution's last state."""
    machine = states._state_machines.get(execution["stateMachineArn"])
    if machine is None:
        raise states._ExecutionError("StateMachineDeleted", "State machine no longer exists")
    version = states._state_machine_versions.get(
        states._execution_version_arn(_requested.get("")) or ""
    )
    if version is not None:
        execution["stateMachineVersionArn"] = version["stateMachineVersionArn"]
    role.set((version or machine)["roleArn"])
    definition = json.loads((version or machine)["definition"])
    given = json.loads(execution["input"])
    ctx = {
        "QueryLanguage": definition.get("QueryLanguage", "JSONPath"),
        "Execution": {
            "Id": execution["executionArn"],
            "Input": given,
            "Name": execution["name"],
            "RoleArn": machine["roleArn"],
            "StartTime": execution["startDate"],
            "RedriveCount": 0,
        },
        "StateMachine": {"Id": execution["stateMachineArn"], "Name": machine["name"]},
        "variables": {},
    }
    return walk(definition.get("States", {}), definition.get("StartAt"), given, execution, ctx)


def _finish(states: Any, execution: dict[str, Any], output: Any) -> None:
    cancelling.current().check()
    execution["status"] = "SUCCEEDED"
    execution["output"] = json.dumps(output)
    execution["stopDate"] = states.now_iso()
    states._add_event(
        execution,
        "ExecutionSucceeded",
        {"executionSucceededEventDetails": {"output": execution["output"]}},
    )
    states._emit_execution_status_event(execution)


def walk(machine: Any, first: Any, value: Any, execution: Any, ctx: Any) -> Any:
    """Go from state to state, of a machine or of a branch, until one ends; its output.

    Every state writes its two events, those inside branches too, as on AWS.
    """
    states = emulator.module("services.stepfunctions")
    name = first
    while name:
        cancelling.current().check()
        state = machine.get(name)
        if not state:
            raise states._ExecutionError("States.Runtime", f"State '{name}' not found")
        kind = state.get("Type")
        ctx["State"] = {"Name": name, "EnteredTime": states.now_iso(), "RetryCount": 0}
        details = {"stateEnteredEventDetails": {"name": name, "input": json.dumps(value)}}
        states._add_event(execution, f"{kind}StateEntered", details)
        value, following = _enter(states, kind, state, value, execution, ctx)
        text = json.dumps(value)
        if len(text) > LIMIT:
            raise states._ExecutionError(
                "States.DataLimitExceeded",
                f"The state '{name}' returned a result with a size exceeding the maximum number of "
                "bytes service limit.",
            )
        details = {"stateExitedEventDetails": {"name": name, "output": text}}
        states._add_event(execution, f"{kind}StateExited", details)
        name = following
    return value


def _enter(states: Any, kind: Any, state: Any, value: Any, execution: Any, ctx: Any) -> Any:
    """(output, next state or None) of one state."""
    match kind:
        case "Succeed":
            if states._state_query_language(state, ctx) == "JSONata":
                return states._apply_jsonata_output(state, value, ctx, default=value), None
            value = states._apply_input_path(state, value, ctx)
            return states._apply_output_path(state, value, ctx), None
        case "Fail":
            raise states._ExecutionError(*states._fail_state_error(state, value, ctx))
        case "Pass":
            return states._execute_pass(state, value, ctx)
        case "Choice":
            return states._execute_choice(state, value, ctx)
        case "Wait":
            return states._execute_wait(state, value, ctx)
        case "Task":
            return states._execute_task(state, value, execution, ctx)
        case "Parallel":
            return states._execute_parallel(state, value, execution, ctx)
        case "Map":
            return states._execute_map(state, value, execution, ctx)
        case _:
            raise states._ExecutionError("States.Runtime", f"Unknown state type: {kind}")


def cancel_all() -> None:
    """Stop every running execution's thread, so that a stopping emulator begins nothing more.

    The executions stay RUNNING: what becomes of them is for the next start to say.
    """
    for scope in list(_scopes.values()):
        scope.cancel()
