"""The parent that functions' processes are forked from.

It imports once the packages that nearly every function imports, so that a new process is there
after some milliseconds instead of most of a second, and shares their memory. It imports nothing
of ours: a process forked after an edit runs the edited code. One thread, no sockets but its own,
so that forking is safe.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import socket
import sys

from signoff_local.workers import child

PRELOADED = (
    "asyncio",
    "aws_lambda_powertools",
    "aws_lambda_powertools.event_handler",
    "aws_lambda_powertools.logging",
    "aws_lambda_powertools.metrics",
    "aws_lambda_powertools.tracing",
    "aws_lambda_powertools.utilities.batch",
    "aws_lambda_powertools.utilities.idempotency",
    "aws_lambda_powertools.utilities.typing",
    "boto3",
    "botocore.endpoint",
    "botocore.handlers",
    "botocore.session",
    "jsonata",
    "jsonschema",
    "pydantic",
    "yaml",
)


def preload() -> None:
    """Import what functions share; what is not installed here is left to them."""
    for name in PRELOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # the collector of a child must not write to, and so copy, the shared pages


def serve(control: socket.socket) -> None:
    """Fork one process per message (three descriptors: requests, answers, log); answer its pid.

    Ends when the emulator closes `control`, however it died; the children then read end of file.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps: nobody waits for a child here
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 16, 3)
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            control.close()
            _become_function(*descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        control.sendall(pid.to_bytes(4, "big"))


def _become_function(requests: int, answers: int, log: int) -> None:
    """In the fork: put the descriptors in place, run the function's loop, leave at once."""
    status = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8", errors="backslashreplace")
        sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace")
        with os.fdopen(requests, encoding="utf-8") as source, os.fdopen(answers, "w") as sink:
            child.serve(source, sink)
        status = 0
    except BaseException:  # noqa: BLE001  nothing above this frame belongs to the function
        sys.excepthook(*sys.exc_info())
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def main() -> None:
    """`python -m signoff_local.workers.zygote FD`: serve the control socket FD."""
    control = socket.socket(fileno=int(sys.argv[1]))
    preload()
    serve(control)


if __name__ == "__main__":
    main()
