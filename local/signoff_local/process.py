"""The emulator's process, seen from outside: start it detached, find it again, stop it."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from signoff_local.home import Home, read_json, write_json

START_SECONDS = 60.0
"""From the start of the process to its first answer; much state takes most of it."""

STOP_SECONDS = 90.0
"""From SIGTERM to the end: requests drain, the state is saved."""

KILL_SECONDS = 5.0

STEADY_PORTS = range(20_000, 32_000)
"""Below those that systems give to connections and to whoever asks for any port. Of these, one that
is free now may be somebody's by the time that the emulator listens, or is started again."""

TRIED_PORTS = 100

Say = Callable[[str], None]

_started: dict[int, subprocess.Popen[bytes]] = {}
"""What this very process started: its end has to be collected here, or it stays a zombie."""


class StackError(RuntimeError):
    """What keeps the local stack from doing what was asked; the message says what to do."""


def running(stack: Home) -> int | None:
    """The port of the stack's running emulator; None if none runs. Removes a stale record."""
    record = read_json(stack.process_file)
    if record is None:
        return None
    if _is_ours(record.get("pid", 0), stack):
        return int(record["port"])
    stack.process_file.unlink(missing_ok=True)
    return None


def start(
    stack: Home, port: int, say: Say = lambda _: None, extra: Mapping[str, str] | None = None
) -> None:
    """Start the emulator in the background and return when it answers.

    Raises StackError when it dies or does not answer in time, with the end of its log.
    """
    stack.make()
    command = [sys.executable, "-m", "signoff_local.launcher"]
    with stack.boot_log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--home", str(stack.path), "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(extra or {})},
            start_new_session=True,  # it outlives the terminal, and Ctrl-C there is not for it
        )
    _started[process.pid] = process
    write_json(stack.process_file, {"pid": process.pid, "port": port})
    began = told = time.monotonic()
    while not answers(port):
        if process.poll() is not None:
            del _started[process.pid]
            stack.process_file.unlink(missing_ok=True)
            raise StackError(f"the emulator did not start:\n{_tail(stack)}")
        now = time.monotonic()
        if now - began > START_SECONDS:
            stop(stack)
            raise StackError(
                f"the emulator did not answer in {START_SECONDS:.0f} s:\n{_tail(stack)}"
            )
        if now - told > 3:
            told = now
            say(f"still starting ({now - began:.0f} s)")
        time.sleep(0.02)


def stop(stack: Home, say: Say = lambda _: None) -> bool:
    """Stop it gracefully, its state saved; False if it did not run. StackError if it hangs."""
    if running(stack) is None:
        return False
    record = read_json(stack.process_file) or {}
    pid = int(record["pid"])
    os.kill(pid, signal.SIGTERM)
    began = told = time.monotonic()
    while _is_ours(pid, stack):
        now = time.monotonic()
        if now - began > STOP_SECONDS:
            raise StackError(
                f"the emulator (process {pid}) did not stop in {STOP_SECONDS:.0f} s. Its state up "
                f"to its last snapshot is kept; end it with: kill -9 {pid}"
            )
        if now - told > 3:
            told = now
            say(f"still saving ({now - began:.0f} s)")
        time.sleep(0.02)
    stack.process_file.unlink(missing_ok=True)
    return True


def kill(stack: Home) -> None:
    """End the emulator at once, and what it started; what is not in its last snapshot is lost."""
    if running(stack) is None:
        return
    pid = int((read_json(stack.process_file) or {})["pid"])
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)  # it leads a session of its own
    began = time.monotonic()
    while _is_ours(pid, stack) and time.monotonic() - began < KILL_SECONDS:
        time.sleep(0.01)
    stack.process_file.unlink(missing_ok=True)


def answers(port: int) -> bool:
    """Whether an emulator serves on the port and is done with starting."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/_ministack/ready")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def free_port(wanted: int | None) -> int:
    """`wanted` if nothing listens there, else one that nobody is given by chance."""
    if wanted is not None and is_free(wanted):
        return wanted
    for port in random.SystemRandom().sample(STEADY_PORTS, TRIED_PORTS):
        if is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server can listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return True
    return False


def _is_ours(pid: int, stack: Home) -> bool:
    """Whether the process lives and is this stack's launcher, no stranger with its number."""
    if pid <= 0:
        return False
    if pid in _started:
        if _started[pid].poll() is not None:
            del _started[pid]
        return pid in _started
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False
    command = _command(pid)
    return "signoff_local.launcher" in command and str(stack.path) in command


def _command(pid: int) -> str:
    """The command line of a process, "" if it is gone."""
    listed = Path(f"/proc/{pid}/cmdline")
    if listed.exists():
        return listed.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    found = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return found.stdout


def _tail(stack: Home, lines: int = 15) -> str:
    """The end of what the process printed, or of its log."""
    for log in (stack.boot_log, stack.emulator_log):
        text = log.read_text("utf-8", "replace").strip() if log.exists() else ""
        if text:
            return "\n".join(f"  {line}" for line in text.splitlines()[-lines:])
    return "  (its log is empty)"
