"""Runs the goldens' whole runs on the local stack's own interpreter; a process of its own.

`python -m tests.golden.on_emulator` prints, as JSON, what differed from our interpreter.  The
emulator's interpreter is mended as the local stack mends it; only the calls to Lambda are answered
here, by the engine's double.
"""

from __future__ import annotations

import json
import threading
from typing import Any

from signoff.compiler import compile_definition
from signoff_local import emulator, mends

from .asl_interpreter import StateError
from .engine_double import Engine, scope_of
from .machines import HERE, load
from .whole_runs import whole_runs

MENDS = ("states_run", "states_tasks", "states_branches", "states_expressions")


def emulated(interpreter: Any, machine: Any, engine: Engine, scope: Any) -> None:
    """Run a machine on the emulator's interpreter, with the engine's answers."""
    lock = threading.RLock()

    def answer(arguments: dict[str, Any]) -> Any:
        name = arguments["FunctionName"].removeprefix("${").removesuffix("}")
        with lock:
            try:
                found = engine._called(name, arguments["Payload"])
            except StateError as error:
                raise interpreter._ExecutionError(error.error, error.cause) from error
        # The emulator reads the timestamp, and waits for it.
        waits = isinstance(found, dict) and "until" in found
        return {"until": "2020-01-01T00:00:00Z"} if waits else found

    def invoke(_resource: str, arguments: dict[str, Any]) -> Any:
        return {"StatusCode": 200, "Payload": answer(arguments)}

    def wait(_states: Any, _resource: str, arguments: Any, _token: str, _limit: float) -> Any:
        return answer(arguments)

    interpreter._invoke_resource = invoke
    mends.load("states_tasks")._await = wait  # type: ignore[attr-defined]
    execution = {"status": "RUNNING", "executionArn": "run", "input": "{}", "events": []}
    interpreter._executions["run"] = execution
    context = {
        "QueryLanguage": "JSONata",
        "Execution": {"Id": "run"},
        "StateMachine": {"Id": "machine", "Name": "machine"},
        "variables": {},
        "State": {},
    }
    interpreter._run_sub_machine(machine["States"], machine["StartAt"], scope, execution, context)


def main() -> None:
    """Print the names of the runs, and of those that came out differently."""
    for name in MENDS:
        mends.load(name).apply()
    interpreter = emulator.module("services.stepfunctions")
    interpreter._add_event = lambda *_arguments, **_details: None
    interpreter._SFN_WAIT_SCALE = 0
    ran, different = [], []
    for (name, decisions, variables), (_, again, _) in zip(whole_runs(), whole_runs(), strict=True):
        machine = compile_definition(load(HERE / f"{name}.yaml")).definition
        ours, theirs = Engine(decisions), Engine(again)
        ours.run(machine, scope_of(**variables))
        emulated(interpreter, machine, theirs, scope_of(**variables))
        ran.append(name)
        if (theirs.finished, sorted(theirs.calls)) != (ours.finished, sorted(ours.calls)):
            different.append(name)
    print(json.dumps({"ran": ran, "different": different}))


if __name__ == "__main__":
    main()
