"""A function's own process: what AWS calls the Python runtime of Lambda.

It reads one JSON line per invocation and answers with one. Everything the function prints goes to
its log, because stdout and stderr are both the log pipe; the answers travel on a descriptor of
their own. Names and shapes of errors are those of AWS's runtime interface client (awslambdaric,
bootstrap.py): `errorType` is the class of the exception, which is what `Catch` and `Retry` match.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable
from typing import IO, Any

MAX_ANSWER = 6 * 1024 * 1024
"""Bytes; the limit of a synchronous answer (Lambda quotas: invocation payload, 6 MB)."""

DEPTH_VARIABLE = "_SIGNOFF_INVOKE_DEPTH"
DEPTH_HEADER = "X-Ministack-Invoke-Depth"
"""The emulator counts how deep functions call functions by this header of their requests."""


class Context:
    """The `context` of a handler, with the names AWS gives its members."""

    def __init__(self, setup: dict[str, Any], call: dict[str, Any]) -> None:
        self.function_name: str = setup["function_name"]
        self.function_version: str = setup["version"]
        self.memory_limit_in_mb: int = setup["memory"]
        self.log_group_name: str = setup["log_group"]
        self.log_stream_name: str = setup["log_stream"]
        self.invoked_function_arn: str = call["arn"]
        self.aws_request_id: str = call["request_id"]
        self.identity = None
        self.client_context = None
        self._deadline = time.time() + float(setup["timeout"])

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the invocation is killed, never below 0."""
        return max(0, int((self._deadline - time.time()) * 1000))


def serve(requests: IO[str], answers: IO[str]) -> None:
    """Load the function named by the first line of `requests`, then answer every further line."""
    setup = json.loads(requests.readline())
    _enter(setup)
    handler, problem = _load(setup["handler"])
    _send(answers, problem or {"status": "ready"})
    if handler is None:
        return
    for line in requests:
        call = json.loads(line)
        _set_or_drop("_X_AMZN_TRACE_ID", call.get("trace_id"))
        _set_or_drop(DEPTH_VARIABLE, call.get("depth"))
        _RequestId.current = call["request_id"]
        _send(answers, _invoke(handler, call["event"], Context(setup, call)))


def _enter(setup: dict[str, Any]) -> None:
    """Become the function: its environment, its folder, its import path, its log."""
    os.environ.clear()
    os.environ.update(setup["environment"])
    time.tzset()
    os.chdir(setup["code"])
    sys.path[:0] = [setup["code"], *setup["layers"]]
    sys.argv[:] = [setup["function_name"]]
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        logging.Formatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s",
            "%Y-%m-%dT%H:%M:%S",
        )
    )
    handler.addFilter(_RequestId())
    logging.Formatter.converter = time.gmtime
    logging.getLogger().addHandler(handler)


class _RequestId(logging.Filter):
    """Puts the id of the running invocation on each record of the root logger, as AWS does."""

    current = ""

    def filter(self, record: logging.LogRecord) -> bool:
        record.aws_request_id = self.current
        return True


def _load(path: str) -> tuple[Callable[[Any, Context], Any] | None, dict[str, Any] | None]:
    """Import `package.module.function`; the handler, or what AWS reports when it cannot."""
    module_name, _, function = path.replace("/", ".").rpartition(".")
    _count_depth()
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        # bootstrap.py names it so whether the module itself or one of its imports is missing.
        message = f"Unable to import module '{module_name}': {error}"
        return None, _failed("Runtime.ImportModuleError", message, error)
    except BaseException as error:  # noqa: BLE001  the module's own failure is the answer
        return None, _failed(type(error).__name__, str(error), error)
    handler = getattr(module, function, None)
    if handler is None:
        message = f"Handler '{function}' missing on module '{module_name}'"
        return None, {"status": "error", "type": "Runtime.HandlerNotFound", "message": message}
    return handler, None


def _count_depth() -> None:
    """Stamp the depth of the current invocation on the function's own calls to AWS.

    Before the function is imported, since it makes its clients there.
    """
    if "botocore" not in sys.modules:
        return
    handlers = importlib.import_module("botocore.handlers")

    def stamp(params: dict[str, Any], **_: Any) -> None:
        depth = os.environ.get(DEPTH_VARIABLE)
        if depth:
            params["headers"].setdefault(DEPTH_HEADER, depth)

    handlers.BUILTIN_HANDLERS.append(("before-call", stamp))


def _invoke(handler: Callable[[Any, Context], Any], event: Any, context: Context) -> dict[str, Any]:
    try:
        result = handler(event, context)
    except Exception as error:  # noqa: BLE001  AWS answers with whatever the function raised
        return _failed(type(error).__name__, str(error), error)
    try:
        text = json.dumps(result, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        message = f"Unable to marshal response: {error}"
        return {"status": "error", "type": "Runtime.MarshalError", "message": message}
    if len(text.encode("utf-8", "surrogatepass")) > MAX_ANSWER:
        message = (
            f"Response payload size exceeded maximum allowed payload size ({MAX_ANSWER} bytes)."
        )
        return {"status": "error", "type": "Function.ResponseSizeTooLarge", "message": message}
    return {"status": "ok", "result": result}


def _failed(kind: str, message: str, error: BaseException) -> dict[str, Any]:
    stack = traceback.format_exception(type(error), error, error.__traceback__)
    print("".join([f"[ERROR] {kind}: {message}\n", *stack]), end="")
    return {"status": "error", "type": kind, "message": message, "stack": stack}


def _send(answers: IO[str], answer: dict[str, Any]) -> None:
    # The log is complete before the answer is there: whoever reads the answer finds the log
    # written.
    sys.stdout.flush()
    sys.stderr.flush()
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _set_or_drop(name: str, value: object) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = str(value)
