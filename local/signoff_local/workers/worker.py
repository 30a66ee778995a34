"""One execution environment of one function, as ministack's pool of workers holds it."""

from __future__ import annotations

import json
import tempfile
import threading
import time
import zipfile
from io import BytesIO
from typing import Any

from signoff_local import emulator
from signoff_local.workers import code
from signoff_local.workers.process import WorkerProcess, Zygote, base_environment

INIT_SECONDS = 20.0
"""For importing a function. AWS gives 10 s, then the function's timeout; a laptop is slower."""

stamps = code.Stamps()
zygote = Zygote()


class Worker:
    """Runs invocations one after another in a process of its own, started at the first.

    Attributes without an underscore, `_proc`, `_discard_tmpdir` and the answer of `invoke` are what
    ministack's pool and reaper use of its own `lambda_runtime.Worker`.
    """

    def __init__(self, func_name: str, config: dict[str, Any], code_zip: bytes) -> None:
        self.func_name = func_name
        self.config = config
        self.in_use = False
        self.last_used = time.time()
        self._archive = code_zip
        self._lock = threading.Lock()
        self._proc: WorkerProcess | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._source = code.read_pointer(code_zip) or self._unpack()
        self._stamp = 0

    def invoke(
        self,
        event: Any,
        request_id: str,
        *,
        trace_id: str | None = None,
        depth: int | None = None,
        arn: str = "",
    ) -> dict[str, Any]:
        """Run the handler once: `{"status": "ok", "result"}` or `{"status": "error", "type",
        "message", "stack"?}`, both with `log` (text) and `cold_start` (bool).

        An exception of the handler leaves the process alive, as on AWS; a timeout, a failed import
        or a death of the process does not.
        """
        with self._lock:
            answer, log, cold = self._ready()
            if answer is not None:
                return {**answer, "log": log, "cold_start": True}
            call = {
                "event": event,
                "request_id": request_id,
                "trace_id": trace_id,
                "depth": depth,
                "arn": arn or self.config.get("FunctionArn", ""),
            }
            answer, more = self._exchange(call, float(self.config.get("Timeout", 3)), request_id)
            log = "\n".join(filter(None, [log, more]))
            return {**answer, "log": log, "cold_start": cold}

    def _ready(self) -> tuple[dict[str, Any] | None, str, bool]:
        """(a failed import's answer or None, the import's log, whether it was a cold start)."""
        stamp = 0 if self._folder else stamps.stamp(self._source)
        if self._proc is not None and self._proc.poll() is None:
            if stamp == self._stamp:
                return None, "", False
            self._stop()
        self._stamp = stamp
        self._proc = zygote.fork()
        answer, log = self._exchange(self._setup(), INIT_SECONDS, "init")
        if answer["status"] == "ready":
            return None, log, True
        self._stop()
        return answer, log, True

    def _exchange(
        self, message: dict[str, Any], seconds: float, request_id: str
    ) -> tuple[dict[str, Any], str]:
        process = self._proc
        assert process is not None, "only called with a process"
        line = json.dumps(message).encode() + b"\n"
        try:
            answer, log = process.exchange(line, seconds)
        except TimeoutError as late:
            self._stop()
            text = f"{request_id} Task timed out after {seconds:.2f} seconds"
            return _error("Sandbox.Timedout", text), f"{late.args[0]}\n{text}".lstrip()
        if answer is None:
            self._proc = None
            text = f"RequestId: {request_id} Error: Runtime exited without providing a reason"
            return _error("Runtime.ExitError", text), log
        parsed: dict[str, Any] = json.loads(answer)
        return parsed, log

    def _setup(self) -> dict[str, Any]:
        config = self.config
        logging = config.get("LoggingConfig") or {}
        return {
            "handler": config.get("Handler", "index.handler"),
            "function_name": config.get("FunctionName", self.func_name),
            "version": config.get("Version", "$LATEST"),
            "memory": int(config.get("MemorySize", 128)),
            "timeout": float(config.get("Timeout", 3)),
            "log_group": logging.get("LogGroup") or f"/aws/lambda/{self.func_name}",
            "log_stream": f"{time.strftime('%Y/%m/%d', time.gmtime())}/[$LATEST]{id(self):032x}",
            "code": self._source.code,
            "layers": list(self._source.layers),
            "environment": self._environment(),
        }

    def _environment(self) -> dict[str, str]:
        """What AWS sets for every function, the function's own variables, and where AWS is."""
        config = self.config
        runtime = emulator.module("core.lambda_runtime")
        _, region = runtime._account_region_from_function_config(config)
        own = (config.get("Environment") or {}).get("Variables") or {}
        reserved = runtime._RESERVED_RUNTIME_ENV_VARS
        return {
            **base_environment(),
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{config.get('Runtime', 'python3')}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
            "AWS_LAMBDA_FUNCTION_NAME": config.get("FunctionName", self.func_name),
            "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": (config.get("LoggingConfig") or {}).get("LogGroup")
            or f"/aws/lambda/{self.func_name}",
            "AWS_DEFAULT_REGION": region,
            "AWS_REGION": region,
            "_HANDLER": config.get("Handler", ""),
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{emulator.module('app')._resolve_port()}",
            **{name: str(value) for name, value in own.items() if name not in reserved},
            **runtime.execution_credentials(config),
        }

    def _unpack(self) -> code.Source:
        """An ordinary archive, unpacked where the pool cleans up."""
        self._folder = tempfile.TemporaryDirectory(prefix="signoff-function-")
        with zipfile.ZipFile(BytesIO(self._archive)) as content:
            content.extractall(self._folder.name)
        return code.Source(self._folder.name)

    def _stop(self) -> None:
        process, self._proc = self._proc, None
        if process is not None:
            process.kill()
            process.close()

    def kill(self) -> None:
        """End the process and remove what was unpacked."""
        self._stop()
        self._discard_tmpdir()

    def _discard_tmpdir(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"status": "error", "type": kind, "message": message}
