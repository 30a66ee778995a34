"""The emulator's end of a function's process: three pipes and a pid."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time

START_SECONDS = 20.0
"""How long the zygote may take for its imports and a fork, before starting a function fails."""


class WorkerProcess:
    """A forked function. Knows only bytes and lines; `worker.Worker` knows what they mean.

    Closing is idempotent. The members `poll`, `terminate`, `kill` and `wait` are those that
    ministack's reaper calls on a `subprocess.Popen`.
    """

    def __init__(self, pid: int, requests: int, answers: int, log: int) -> None:
        self.pid = pid
        self._requests = requests
        self._answers = answers
        self._log = log
        self._buffer = b""
        self._over = False
        for descriptor in (requests, answers, log):
            os.set_blocking(descriptor, False)

    def exchange(self, line: bytes, seconds: float) -> tuple[bytes | None, str]:
        """Send `line` (b"" to only wait) and read one line: (the line, what was logged meanwhile).

        None instead of the line if the process died. Raises TimeoutError after `seconds`, the log
        in its `args[0]`. Reads the log all the time, so a function may print more than a pipe
        holds.
        """
        deadline = time.monotonic() + seconds
        logged: list[bytes] = []
        unsent = memoryview(line)
        while b"\n" not in self._buffer:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(_text(logged))
            writable = [self._requests] if unsent else []
            ready, sendable = _poll([self._answers, self._log], writable, left)
            if sendable:
                try:
                    unsent = unsent[os.write(self._requests, unsent) :]
                except BrokenPipeError:
                    unsent = memoryview(b"")
            if self._log in ready:
                logged.append(_read(self._log) or b"")
            if self._answers in ready:
                chunk = _read(self._answers)
                if chunk is None:
                    continue
                if not chunk:
                    logged.append(self._drain_log())
                    self.close()
                    return None, _text(logged)
                self._buffer += chunk
        answer, _, self._buffer = self._buffer.partition(b"\n")
        # The function wrote its log before its answer, so all of it is in the pipe by now.
        logged.append(self._drain_log())
        return answer, _text(logged)

    def _drain_log(self) -> bytes:
        chunks = []
        while _poll([self._log], [], 0)[0]:
            chunk = _read(self._log)
            if not chunk:
                break
            chunks.append(chunk)
        return b"".join(chunks)

    def poll(self) -> int | None:
        """None while the process lives, as `Popen.poll`; it is over when it hung up its answers."""
        if not self._over:
            watch = select.poll()
            watch.register(self._answers, select.POLLHUP)
            if any(mask & select.POLLHUP for _, mask in watch.poll(0)):
                self.close()
        return 0 if self._over else None

    def terminate(self) -> None:
        """SIGTERM, if it still lives."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL, if it still lives."""
        self._signal(signal.SIGKILL)

    def wait(self, timeout: float) -> int:
        """Wait until it is over; raises `subprocess.TimeoutExpired` after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() >= deadline:
                raise subprocess.TimeoutExpired("function", timeout)
            time.sleep(0.002)
        return 0

    def close(self) -> None:
        """Forget the process: its requests end, so it leaves by itself if it still lives."""
        if not self._over:
            self._over = True
            for descriptor in (self._requests, self._answers, self._log):
                os.close(descriptor)

    def _signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Zygote:
    """Starts the zygote process on first use and asks it for functions' processes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self) -> None:
        """Start it early, so that its imports are over when the first function is called."""
        with self._lock:
            self._ensure()

    def fork(self) -> WorkerProcess:
        """A new function's process, still empty. Raises OSError when the zygote cannot be had."""
        requests_theirs, requests_ours = os.pipe()
        answers_ours, answers_theirs = os.pipe()
        log_ours, log_theirs = os.pipe()
        theirs = (requests_theirs, answers_theirs, log_theirs)
        try:
            with self._lock:
                control = self._ensure()
                socket.send_fds(control, [b"fork"], theirs)
                answer = control.recv(4)
            if len(answer) != 4:
                raise OSError("the process that functions are forked from died")
        except OSError:
            for descriptor in (requests_ours, answers_ours, log_ours):
                os.close(descriptor)
            self.stop()
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        return WorkerProcess(int.from_bytes(answer, "big"), requests_ours, answers_ours, log_ours)

    def stop(self) -> None:
        """End the zygote; functions' processes end when their requests are closed."""
        with self._lock:
            if self._control is not None:
                self._control.close()
            if self._process is not None:
                self._process.terminate()
                self._process.wait(timeout=5)
            self._process = self._control = None

    def _ensure(self) -> socket.socket:
        if self._control is not None and self._process and self._process.poll() is None:
            return self._control
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        ours.settimeout(START_SECONDS)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "signoff_local.workers.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=base_environment(),
            )
        self._control = ours
        return ours


def base_environment() -> dict[str, str]:
    """What a function's environment starts from: nothing of the developer's shell but the path."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "en_US.UTF-8",
        "TZ": "UTC",
        "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
        "LAMBDA_TASK_ROOT": "/var/task",
    }


def _poll(readable: list[int], writable: list[int], seconds: float) -> tuple[list[int], list[int]]:
    """`select.select` by `poll`, which has no limit on the numbers of descriptors."""
    watch = select.poll()
    for descriptor in readable:
        watch.register(descriptor, select.POLLIN)
    for descriptor in writable:
        watch.register(descriptor, select.POLLOUT)
    events = dict(watch.poll(int(seconds * 1000)))
    return (
        [fd for fd in readable if events.get(fd, 0) & (select.POLLIN | select.POLLHUP)],
        [fd for fd in writable if events.get(fd, 0) & (select.POLLOUT | select.POLLERR)],
    )


def _read(descriptor: int) -> bytes | None:
    """Up to 1 MiB; b"" at the end of file, None when there is nothing yet."""
    try:
        return os.read(descriptor, 1 << 20)
    except BlockingIOError:
        return None


def _text(chunks: list[bytes]) -> str:
    return b"".join(chunks).decode("utf-8", "replace").rstrip("\n")
