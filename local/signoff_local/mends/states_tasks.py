"""A task that waits for a token fails when its Lambda fails; each attempt has its own token.

AWS: `lambda:invoke.waitForTaskToken` whose Lambda raises fails with that error, which Retry and
Catch match. Every attempt gets a new token. Without TimeoutSeconds it waits 99,999,999 s. The
first answer to a token counts; a token whose task is over is TaskTimedOut, a text that was never
a token is InvalidToken, an output that is no JSON is InvalidOutput. Retry honours MaxDelaySeconds
and JitterStrategy.

Emulator: an error of the Lambda is swallowed and the task waits for ever. A retry reuses the token.
It times out after 99,999 s (28 h). A second answer overwrites the first until the thread has woken.
A token whose execution was stopped is accepted. Any text is accepted as an output. MaxDelaySeconds
and JitterStrategy are ignored.

To see it: tests/local/test_states_tasks.py. To delete when: ministack passes it.
"""

from __future__ import annotations

import json
import random
import re
import threading
from typing import Any

from signoff_local import cancelling, emulator

RELIES_ON = {
    "services.stepfunctions:_execute_task": "53c818d247db",
    "services.stepfunctions:_invoke_with_callback": "bbb38423156a",
    "services.stepfunctions:_invoke_resource": "a85d2be9a858",
    "services.stepfunctions:_invoke_resource_with_timeout": "faeed0bf70d5",
    "services.stepfunctions:_find_matching_retrier": "cb494ae8503c",
    "services.stepfunctions:_send_task_success": "12eff48bce57",
    "services.stepfunctions:_send_task_failure": "c2a489b4ed33",
}

LONGEST = 99_999_999
"""Seconds; the default TimeoutSeconds of a Task state."""

TOKEN = ".waitForTaskToken"  # noqa: S105  the suffix of a resource
IS_TOKEN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MAX_OUTPUT = 262_144
"""Characters of an answer (SendTaskSuccess: output)."""


def apply() -> None:
    """Replace the executor of JSONata tasks and the two calls that answer a token."""
    states = emulator.module("services.stepfunctions")
    theirs = states._execute_task
    succeed, fail = states._send_task_success, states._send_task_failure

    def execute_task(state: Any, value: Any, execution: Any, ctx: Any) -> Any:
        if states._state_query_language(state, ctx) != "JSONata":
            return theirs(state, value, execution, ctx)
        return _attempts(states, state, value, execution, ctx)

    def send_task_success(data: dict[str, Any]) -> Any:
        output = data.get("output", "")
        if len(output) > MAX_OUTPUT:
            return states.error_response_json(
                "ValidationException", "output must have length less than or equal to 262144", 400
            )
        try:
            json.loads(output)
        except ValueError:
            return states.error_response_json(
                "InvalidOutput", "Invalid Output: 'Output is not valid JSON'", 400
            )
        return _refused(states, data) or succeed(data)

    def send_task_failure(data: dict[str, Any]) -> Any:
        return _refused(states, data) or fail(data)

    states._execute_task = execute_task
    states._send_task_success = send_task_success
    states._send_task_failure = send_task_failure


def _refused(states: Any, data: dict[str, Any]) -> Any:
    """The answer to a token that is no open one; None if it may be answered."""
    token = data.get("taskToken", "")
    task = states._task_tokens.get(token)
    if task is not None and not task["event"].is_set():
        return None
    if IS_TOKEN.fullmatch(token):
        message = "Task Timed Out: 'Provided task does not exist anymore'"
        return states.error_response_json("TaskTimedOut", message, 400)
    return states.error_response_json("InvalidToken", "Invalid Token: 'Invalid token'", 400)


def _attempts(states: Any, state: Any, value: Any, execution: Any, ctx: Any) -> Any:
    """(output, next state) of a task after as many attempts as its Retry allows."""
    resource = state.get("Resource", "")
    retried: dict[int, int] = {}
    while True:
        ctx["State"]["RetryCount"] = sum(retried.values())
        try:
            result = _attempt(states, state, resource, value, execution, ctx)
            output = states._apply_jsonata_output(state, value, ctx, result=result, default=result)
            states._apply_state_assign(state, value, ctx, result=result)
            return output, states._next_or_end(state)
        except states._ExecutionError as error:
            details = {"error": error.error, "cause": error.cause, "resource": resource}
            states._add_event(execution, "TaskFailed", {"taskFailedEventDetails": details})
            retrier, index = states._find_matching_retrier(
                state.get("Retry", []), error.error, retried
            )
            if retrier is not None:
                states._scaled_sleep(delay(retrier, retried.get(index, 0)))
                retried[index] = retried.get(index, 0) + 1
                continue
            catcher = states._find_matching_catcher(state.get("Catch", []), error.error)
            if catcher is None:
                raise
            caught = {"Error": error.error, "Cause": error.cause}
            output = states._apply_catcher(catcher, value, ctx, "JSONata", caught)
            return output, catcher["Next"]


def _attempt(states: Any, state: Any, resource: str, value: Any, execution: Any, ctx: Any) -> Any:
    """The raw result of one attempt."""
    token = states.new_uuid() if TOKEN in resource else None
    if token:
        ctx["Task"] = {"Token": token}
    arguments = states._apply_jsonata_arguments(state, value, ctx)
    kind = "lambda" if "lambda" in resource else "states"
    scheduled = {"resourceType": kind, "resource": resource}
    states._add_event(execution, "TaskScheduled", {"taskScheduledEventDetails": scheduled})
    limit = state.get("TimeoutSeconds")
    if isinstance(limit, str):
        limit = states._jsonata_state_field(state, "TimeoutSeconds", "number", value, ctx)
    if token:
        result = _await(states, resource, arguments, token, limit or LONGEST)
    elif limit and ":activity:" not in resource:
        result = states._invoke_resource_with_timeout(resource, arguments, limit)
    else:
        result = states._invoke_resource(resource, arguments)
    succeeded = {"output": json.dumps(result), "resource": resource}
    states._add_event(execution, "TaskSucceeded", {"taskSucceededEventDetails": succeeded})
    return result


def _await(states: Any, resource: str, arguments: Any, token: str, seconds: float) -> Any:
    """Call the integration, then wait for an answer to the token: its output."""
    answered = threading.Event()
    task: dict[str, Any] = {"event": answered, "result": None, "error": None, "heartbeat": None}
    states._task_tokens[token] = task
    try:
        states._invoke_resource(resource.replace(TOKEN, ""), arguments)
        if not cancelling.current().wait(answered, seconds):
            raise states._ExecutionError("States.Timeout", "Task timed out waiting for callback")
    finally:
        states._task_tokens.pop(token, None)
    if task["error"]:
        raise states._ExecutionError(task["error"]["Error"], task["error"]["Cause"])
    return json.loads(str(task["result"]))


def delay(retrier: dict[str, Any], retried: int) -> float:
    """Seconds before the next attempt, by the fields of a Retrier (Amazon States Language, 4.3)."""
    rate = float(retrier.get("BackoffRate", 2.0))
    seconds = float(retrier.get("IntervalSeconds", 1)) * rate**retried
    seconds = min(seconds, float(retrier.get("MaxDelaySeconds", seconds)))
    if retrier.get("JitterStrategy") == "FULL":
        seconds = random.uniform(0, seconds)  # noqa: S311  it spreads load, it guards nothing
    return seconds
