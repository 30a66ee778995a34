"""Functions run in processes of ours, forked from a warm parent, from the source tree.

AWS keeps an execution environment after an exception, reports the exception's class as `errorType`
(the name that `Catch` and `Retry` match), and has the root logger write to the function's log.

Emulator: it kills the process at each exception, always says `Runtime.HandlerError`, loses what
goes to the root logger, gives functions the whole environment of the shell, waits 50 ms for
a log that may not come, and starts each process from nothing (0.6 s and 60 MB with boto3 and
pydantic; ours take 0.07 s and 29 MB).

To see it: tests/local/test_lambda_workers.py. To delete when: ministack reports the class of an
exception and keeps the process. Speed would be lost then, and running from the source tree, which
the deployer's pointers need (workers/code.py).
"""

from __future__ import annotations

import logging
import time
from typing import Any

from signoff_local import emulator
from signoff_local.workers import worker

RELIES_ON = {
    "services.lambda_svc:_execute_function_warm": "62b9218bef5b",
    "services.lambda_svc:_xray_trace_id_for_invocation": "46cbd1c5214a",
    "core.lambda_runtime:acquire_worker": "5017d144adb5",
    "core.lambda_runtime:_worker_key": "0537100beb43",
    "core.lambda_runtime:release_worker": "25d5dd7d42b6",
    "core.lambda_runtime:reap_idle_workers": "d0e5aa7c2b59",
    "core.lambda_runtime:kill_workers": "56a6df63f9bd",
    "core.lambda_runtime:execution_credentials": "cffaadc4f396",
    "core.lambda_runtime:_worker_class_for": "b5a23849280a",
}

MAX_IDLE = 48
"""Processes kept warm beyond those that work, of all functions together: some 30 MB each."""

PREFERRED = 4
"""Processes of one function that are enough on a small machine, as long as calls are short."""

PATIENCE = 0.5
"""Seconds that a call waits for one of them rather than start another: a cold start costs more
processor than waiting, but calls that only wait for something must not keep others out."""

log = logging.getLogger("signoff.functions")
"""The log of all functions; the launcher gives it a file of its own."""


def apply() -> None:
    """Replace the worker class of Python functions and the executor that uses it."""
    service = emulator.module("services.lambda_svc")
    runtime = emulator.module("core.lambda_runtime")
    theirs = runtime._worker_class_for

    def worker_class(config: dict[str, Any]) -> Any:
        python = str(config.get("Runtime", "")).startswith("python")
        return worker.Worker if python else theirs(config)

    runtime._worker_class_for = worker_class
    service._execute_function_warm = execute
    worker.zygote.start()


def execute(func: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
    """ministack's `_execute_function_warm` with our worker: {"body", "log", "error"?}."""
    service = emulator.module("services.lambda_svc")
    runtime = emulator.module("core.lambda_runtime")
    config = func.get("config") or func
    archive = func.get("code_zip")
    name = config.get("FunctionName", "unknown")
    if not archive:
        return _failure("Runtime.InvalidEntrypoint", f"{name} has no code", request_id, "")
    service._ensure_reaper_thread()
    _await_warm(runtime, runtime._worker_key(name, config, config.get("Version", "$LATEST")))
    leased, _ = runtime.acquire_worker(name, config, archive, config.get("Version", "$LATEST"))
    try:
        result = leased.invoke(
            event,
            request_id,
            trace_id=service._xray_trace_id_for_invocation(config),
            depth=service._invoke_depth.get(),
            arn=config.get("FunctionArn", ""),
        )
    finally:
        runtime.release_worker(leased)
        _trim(runtime)
    if result["log"]:
        log.info("%s %s\n%s", name, request_id, result["log"])
    if result["status"] == "ok":
        return {"body": result["result"], "log": result["log"]}
    failure = _failure(result["type"], result["message"], request_id, result["log"])
    if "stack" in result:
        failure["body"]["stackTrace"] = result["stack"]
    return failure


def _await_warm(runtime: Any, key: Any) -> None:
    """Wait, within PATIENCE, while PREFERRED processes of the function are all at work."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with runtime._lock:
            pool = runtime._workers.get(key, [])
            if len(pool) < PREFERRED or any(not each.in_use for each in pool):
                return
        time.sleep(0.004)


def _trim(runtime: Any) -> None:
    """End the processes that were idle longest, beyond MAX_IDLE."""
    with runtime._lock:
        idle = [w for pool in runtime._workers.values() for w in pool if not w.in_use]
        surplus = sorted(idle, key=lambda w: w.last_used)[: max(0, len(idle) - MAX_IDLE)]
        for pool in runtime._workers.values():
            pool[:] = [w for w in pool if w not in surplus]
    for extra in surplus:
        extra.kill()


def _failure(kind: str, message: str, request_id: str, text: str) -> dict[str, Any]:
    body = {"errorMessage": message, "errorType": kind, "requestId": request_id}
    return {"body": body, "error": True, "log": text}
